/** Where a rule asks for a strong sign-in, the answer carries the link to it. */
import { plainCard } from '../answer.ts';
import type { Judgement } from '../judgement.ts';
import { PARK_MS } from '../parked.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Account, Card, Intent, Person } from '../types.ts';
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
  return withLink(world, { card, minutes, person, account });
};

/** How old the sign-in may be that a person's own token comes from, minutes: no token is kept for longer. */
const OWN_MINUTES = 60;

/**
 * What is said where a system is asked as the person themselves and no token of theirs is there: the link, and by `signIn` (see the reply
 * `stepUp`) what becomes of what they asked.
 */
export const asPersonCard = (
  world: World,
  o: {
    readonly intent: Pick<Intent, 'title'>;
    readonly signIn: number | 'again' | 'press' | 'nowhere';
    readonly person: Pick<Person, 'id' | 'locale'>;
    readonly account: Account;
  },
): Promise<Card> => {
  const { intent, signIn, person, account } = o;
  const card = plainCard(repliesIn(person.locale).asYourself({ title: intent.title[person.locale], signIn }));
  return withLink(world, { card, minutes: OWN_MINUTES, person, account });
};

const withLink = async (
  world: World,
  o: {
    readonly card: Card;
    readonly minutes: number;
    readonly person: Pick<Person, 'id' | 'locale'>;
    readonly account: Account;
  },
): Promise<Card> => {
  const { card, minutes, person, account } = o;
  const until = world.clock.now() + PARK_MS;
  const link = await makeLink(world, { person: person.id, locale: person.locale, account, minutes, until });
  return link === null ? card : { ...card, links: [{ label: repliesIn(person.locale).signIn, url: link.url }] };
};
