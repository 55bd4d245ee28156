/** Calls by a secret that is being rotated: the other side may take the new value sooner or later than the vault has it. */
import type { Clock, Log, Metrics, Secret } from '../../core/ports.ts';

/** Tries of one call at most: the current value, the one before it, and one that came meanwhile or the first again. */
const MOST_TRIES = 3;

/** What was refused is tried last for so long, so that not every call is made twice until both sides know the new value. ms. */
const LAST_FOR_MS = 15_000;

/** That one was refused is logged again after this, ms. */
const SAID_AGAIN_MS = 60_000;

/** `refused`: by its credential alone, so that for sure nothing was done, and another one may be tried. */
export interface Tried<T> {
  readonly refused: boolean;
  readonly outcome: T;
}

/** What came of the last try, be it refused or not. Rejects as the secret or the try does. */
export type WithCredential = <T>(attempt: (credential: string) => Promise<Tried<T>>) => Promise<T>;

/**
 * Tries the current value of a secret first, then what else is accepted, as the vault holds them at that moment, and of several the first once
 * more: between two tries the other side may have gone over from the one to the other.
 * `secret`: asked at each try. A refusal is counted and logged by the secret's `name`: while that goes on, what is accepted beside the
 * current value is needed.
 */
export const createCredentials = (o: {
  readonly secret: () => Promise<Secret>;
  readonly name: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}): WithCredential => {
  /** When a value was refused last; never more than are accepted. */
  let refusedAt: ReadonlyMap<string, number> = new Map();

  const wasRefused = (value: string, now: number): boolean => {
    const at = refusedAt.get(value);
    return at !== undefined && now >= at && now - at < LAST_FOR_MS;
  };
  let saidAt: number | null = null;
  const note = (value: string, refused: boolean, { accepted }: Secret): void => {
    const now = o.clock.now();
    const kept = [...refusedAt].filter(([one]) => one !== value && accepted.includes(one));
    refusedAt = new Map(refused ? [...kept, [value, now]] : kept);
    if (!refused) return;
    const { metrics } = o;
    if (metrics !== undefined) metrics.count('credentials_refused', { name: o.name });
    if (saidAt !== null && now >= saidAt && now - saidAt < SAID_AGAIN_MS) return;
    saidAt = now;
    o.log?.warn('credential.refused', { name: o.name });
  };

  return async (attempt) => {
    const tried = new Set<string>();
    for (let tries = 1; ; tries++) {
      const secret = await o.secret();
      const now = o.clock.now();
      const untried = secret.accepted.filter((value) => !tried.has(value));
      const [first] = [...tried].filter((value) => secret.accepted.includes(value));
      const value = untried.find((one) => !wasRefused(one, now)) ?? untried[0] ?? first ?? secret.current;
      tried.add(value);
      const { refused, outcome } = await attempt(value);
      note(value, refused, secret);
      if (!refused || tries >= MOST_TRIES) return outcome;
      // A vault that does not answer now changes nothing of what was said.
      const { accepted } = await o.secret().catch(() => ({ accepted: [] }));
      const isRound = accepted.every((one) => tried.has(one));
      if (isRound && (accepted.length < 2 || tries > tried.size)) return outcome;
    }
  };
};
