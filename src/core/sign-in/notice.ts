/** Who has signed in strongly reads so in their private chat, where they can say that it was not them. */
import { plainCard } from '../answer.ts';
import { localTime } from '../local-time.ts';
import { nowButton } from '../privacy/buttons.ts';
import { localOf } from '../privacy/card.ts';
import { repliesIn } from '../replies/replies.ts';
import { packParts } from '../stored.ts';
import { type ToldPerson, tell } from '../tell.ts';
import type { Account, Card } from '../types.ts';
import type { World } from '../world.ts';
import type { SignIn } from './grants.ts';

/** Seals a button; the rest is what telling takes. */
export type NoticeWorld = Parameters<typeof tell>[0];

const cardOf = (world: NoticeWorld, signIn: SignIn, { person, account }: ToldPerson): Card => {
  const local = localOf(world, person);
  const texts = repliesIn(person.locale).signedIn;
  const { sealer } = world;
  return {
    ...plainCard(texts.notice({ at: localTime(local, signIn.at), until: localTime(local, signIn.until) })),
    buttons: [nowButton({ sealer, account, now: local.now, verb: 'not-me', label: texts.notMe })],
  };
};

/**
 * Tells them once of this sign-in, in the chat of the account that it was for; in another of theirs where that one takes no message. Begins
 * it and does not wait. It is on record already, so what is not posted is only logged.
 */
export const noteSignedIn = (
  world: NoticeWorld & Pick<World, 'background'>,
  o: {
    readonly person: string;
    readonly account: Pick<Account, 'platform' | 'tenant' | 'user'>;
    readonly signIn: SignIn;
  },
): void => {
  const begun = world.background.begin(async () => {
    await tell(world, {
      people: [o.person],
      key: packParts(['signed-in', o.signIn.id]),
      card: (to) => cardOf(world, o.signIn, to),
      first: o.account,
    });
  });
  if (!begun) world.log.warn('sign-in.not-told', { code: 'busy' });
};
