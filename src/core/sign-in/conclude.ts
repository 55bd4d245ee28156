/** From what is proved to what counts: whose it is, whether they still are somebody here, and only then that they signed in. They are told so in their chat. */

import type { OwnToken, SignInProof } from '../sign-in-ports.ts';
import { signedIn } from '../signed-in.ts';
import { who } from '../steps.ts';
import type { SignIn } from './grants.ts';
import type { Purpose } from './kept.ts';
import { noteSignedIn } from './notice.ts';
import { personOf } from './person.ts';
import type { FinishFault, SignInWorld } from './types.ts';

export type Concluded =
  | { readonly ok: true; readonly at: number; readonly until: number; readonly answered: number }
  | { readonly ok: false; readonly why: FinishFault };

/** Throws where the store or the record is away; then nothing counts that was not on record before. */
export const conclude = async (
  world: SignInWorld,
  o: {
    readonly proof: SignInProof;
    /** A token of theirs that came with it. */
    readonly own?: OwnToken;
    /** Whom it must be, and what for. */
    readonly purpose: Purpose;
    /** Whether what it was begun by still stands. Asked last. */
    readonly stands: () => Promise<boolean>;
    /** What gave it, for the record. */
    readonly by: string;
  },
): Promise<Concluded> => {
  const { person, account, minutes } = o.purpose;
  const { at, identity } = o.proof;
  const no = (why: FinishFault): Concluded => ({ ok: false, why });
  const owner = await personOf(world, identity);
  if (!owner.ok) return no(owner.why);
  if (owner.person !== person) return no('other-person');
  const found = await who(world, account, { anew: true });
  if (!found.ok) return no(found.why === 'unreachable' || found.why === 'stale' ? 'directory' : 'not-permitted');
  if (!found.person.fresh) return no('directory');
  // The account is somebody else's by now.
  if (found.person.id !== person) return no('other-person');
  if (!(await o.stands())) return no('ended');
  const until = at + minutes * 60_000;
  // What clocks may be apart is more than some rules allow, and all this took its time: a sign-in that is over is none.
  if (until <= world.clock.now()) return no('stale');
  const counts = (signIn: SignIn): void => noteSignedIn(world, { person, account, signIn });
  const { by, own } = o;
  const with_ = { by, issuer: identity.issuer, counts, ...(own === undefined ? {} : { own }) };
  const given = await signedIn(world, { person, account, at, until, ...with_ });
  // They ended what was signed in to by then.
  if (!given.ok) return no('disowned');
  return { ok: true, at: given.signIn.at, until: given.signIn.until, answered: given.answered };
};
