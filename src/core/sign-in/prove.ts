/** Whether what a provider sent back proves a sign-in now: its checks, and its time by our clock. */
import { LONGEST_QUERY } from '../auth-steps.ts';
import type { Clock } from '../ports.ts';
import type { Proved, SignInAsked } from '../sign-in-ports.ts';
import type { SignInOffer } from './types.ts';

/** How far the provider's clock and ours may be apart, and so much older than asked a sign-in may be. ms. */
export const SKEW_MS = 60_000;

const LONGEST_STATE = 128;

/** By which what comes back is known; null: there is none, or several, or more came than any provider sends. */
export const stateIn = (query: string): string | null => {
  if (query.length > LONGEST_QUERY) return null;
  const [state, ...more] = new URLSearchParams(query).getAll('state');
  return state === undefined || state === '' || more.length > 0 || state.length > LONGEST_STATE ? null : state;
};

/** Never throws. What was signed in to in our future by less than the clocks may be apart is of now. */
export const prove = async (
  world: { readonly signIn: Pick<SignInOffer, 'provider'>; readonly clock: Pick<Clock, 'now'> },
  asked: SignInAsked & { readonly query: string },
): Promise<Proved> => {
  const proved = await world.signIn.provider.finish(asked).catch((): Proved => ({ ok: false, why: 'unreachable' }));
  return proved.ok ? recentEnough(proved, { ...asked, now: world.clock.now() }) : proved;
};

/** Whether what is proved is of now, or no longer ago than asked. */
export const recentEnough = (
  { proof, own }: Pick<Extract<Proved, { ok: true }>, 'proof' | 'own'>,
  { now, maxAgeSeconds }: Pick<SignInAsked, 'maxAgeSeconds'> & { readonly now: number },
): Proved => {
  if (!Number.isFinite(proof.at)) return { ok: false, why: 'no-time' };
  if (proof.at > now + SKEW_MS) return { ok: false, why: 'from-the-future' };
  if (now - proof.at > maxAgeSeconds * 1_000 + SKEW_MS) return { ok: false, why: 'stale' };
  return { ok: true, proof: { ...proof, at: Math.min(proof.at, now) }, ...(own === undefined ? {} : { own }) };
};
