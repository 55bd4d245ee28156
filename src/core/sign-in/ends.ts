/** How strong sign-ins end before their time. On record first; then nothing counts any more that was signed in to by then. */
import type { Person } from '../types.ts';
import type { World } from '../world.ts';
import { lastSignIn, type SignIn, voidSignIns } from './grants.ts';

/**
 * `signed-out`: the person's word. `not-me`: theirs as well, and somebody else may have signed in as them. `left`: the directory does not know
 * them (any more) or their account. `uninstalled`: the bot was taken away from where they asked. `playground`: a switch.
 */
export type WhyEnded = 'signed-out' | 'not-me' | 'left' | 'uninstalled' | 'playground';

/** What there was to end. */
export interface Ended {
  /** The sign-in that counted; null: none did. */
  readonly signIn: SignIn | null;
  /** Links that were open, and sign-ins that were begun. */
  readonly links: number;
}

export type EndingWorld = Pick<World, 'audit' | 'clock' | 'metrics' | 'names' | 'sealer' | 'store'>;

/**
 * Ends the sign-in of a person, and every link to the sign-in page of theirs. A sign-in of this moment or before counts no more, whoever brings
 * it: what is needed next is a fresh one. Done again it ends what came since. Throws where it cannot be recorded or the store is away: then
 * nothing may have ended.
 */
export const endSignIns = async (
  world: EndingWorld,
  o: { readonly person: string; readonly why: WhyEnded },
): Promise<Ended> => {
  const { person, why } = o;
  const { sealer, store } = world;
  const now = world.clock.now();
  const counted = await lastSignIn(world, { person, now });
  await world.audit.append({
    kind: 'grant',
    for: 'question',
    at: now,
    id: counted?.id ?? null,
    person: sealer.fingerprint(person),
    name: await world.names.of({ person, purpose: 'asker' }),
    change: 'ended',
    by: why,
    signedInAt: null,
    until: null,
  });
  // Links first: one that is followed meanwhile leads to nothing, or to a sign-in that is void in the next step.
  const links = await store.signIns.end({ owners: sealer.fingerprints(person) });
  // What was given between our look and now ends with it, and is no more than this entry says.
  const signIn = await voidSignIns(world, { person, now });
  world.metrics.count('sign_ins_ended', { why });
  return { signIn, links };
};

const MINUTE_MS = 60_000;

/** More than anybody means to. */
const ENDS_PER_MINUTE = 10;

/**
 * Seconds to wait, or null where there is room. Counted by itself: whoever sits in somebody's chat, or a company that asks much, must not keep
 * them from ending what was signed in to in their name.
 */
export const endsTooOften = (
  { clock, sealer, store }: Pick<World, 'clock' | 'sealer' | 'store'>,
  { id }: Pick<Person, 'id'>,
): number | null => {
  const key = `ends:${sealer.fingerprint(id)}`;
  const ends = store.counters.share({ key, windowMs: MINUTE_MS, now: clock.now() });
  return ends > ENDS_PER_MINUTE ? MINUTE_MS / 1_000 : null;
};
