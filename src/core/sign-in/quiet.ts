/**
 * A platform handed over a token of whoever sits there, asked for beside a sign-in link. If it shows all that one from the page would have to show, the question goes on and
 * nobody needs the page; if not, that is on record, and the link stands.
 */
import type { SessionProver } from '../sign-in-ports.ts';
import type { Account } from '../types.ts';
import { conclude } from './conclude.ts';
import { type Found, findLink, type Link, linkAt } from './kept.ts';
import { noteLink } from './noted.ts';
import { recentEnough } from './prove.ts';
import type { FinishFault, SignInWorld } from './types.ts';

/** What gave it, for the record. */
export const BY_TEAMS = 'teams';

/** `over`: it was asked for beside no link that is still good. Otherwise why the token does not do. */
export type Quiet = 'given' | 'over' | FinishFault;

/** Throws where the store or the record is away: then nobody is signed in. */
export const quietly = async (
  world: SignInWorld,
  o: {
    readonly prover: SessionProver;
    /** As the platform proved it: who sits there. */
    readonly account: Account;
    readonly token: string;
    /** The link's token. */
    readonly name: string;
  },
): Promise<Quiet> => {
  const outcome = await judged(world, o);
  world.metrics.count('quiet_sign_ins', { outcome });
  return outcome;
};

const judged = async (world: SignInWorld, o: Parameters<typeof quietly>[1]): Promise<Quiet> => {
  const found = await findLink(world, o.name);
  if (found === null || found.value.until <= world.clock.now()) return 'over';
  const outcome = await held(world, o, found);
  if (outcome === 'given') await world.store.signIns.take({ key: found.key, now: world.clock.now() });
  else await noteLink(world, found.value, { change: 'refused', code: outcome });
  return outcome;
};

/** A token against the link beside which it was asked for. */
const held = async (
  world: SignInWorld,
  o: Parameters<typeof quietly>[1],
  { key, value: link }: Found<Link>,
): Promise<'given' | FinishFault> => {
  // A link that was passed on is of no use to whoever got it, here neither.
  if (!isSame(link.account, o.account)) return 'other-person';
  // They must sign in afresh, and nothing that is there already is.
  if (link.afresh) return 'stale';
  const proved = await o.prover.prove(o.token);
  if (!proved.ok) return proved.why;
  const { identity } = proved.proof;
  if (identity.subject !== o.account.user || identity.tenant !== o.account.tenant) return 'other-person';
  const recent = recentEnough(proved, { now: world.clock.now(), maxAgeSeconds: link.minutes * 60 });
  if (!recent.ok) return recent.why;
  const concluded = await conclude(world, {
    ...recent,
    purpose: link,
    stands: async () => (await linkAt(world, key)) !== null,
    by: BY_TEAMS,
  });
  return concluded.ok ? 'given' : concluded.why;
};

const isSame = (one: Account, other: Account): boolean =>
  one.platform === other.platform && one.tenant === other.tenant && one.user === other.user;
