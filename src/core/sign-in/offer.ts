/** Where a rule asks for a strong sign-in, the answer carries the link to it. */
import type { Judgement } from '../judge.ts';
import { PARK_MS } from '../parked.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Account, Card, Person } from '../types.ts';
import type { World } from '../world.ts';
import { makeLink } from './link.ts';

/** The same card, with the link where there can be one. A link is good for as long as a question waits; whether one does or it is asked again. */
export const withSignIn = async (
  world: World,
  o: {
    readonly card: Card;
    readonly judgement: Pick<Judgement, 'verdict' | 'signInMinutes'>;
    readonly person: Pick<Person, 'id' | 'locale'>;
    readonly account: Account;
  },
): Promise<Card> => {
  const { card, judgement, person, account } = o;
  const minutes = judgement.verdict === 'step-up' ? judgement.signInMinutes : null;
  if (minutes === null) return card;
  const until = world.clock.now() + PARK_MS;
  const link = await makeLink(world, { person: person.id, locale: person.locale, account, minutes, until });
  return link === null ? card : { ...card, links: [{ label: repliesIn(person.locale).signIn, url: link.url }] };
};
