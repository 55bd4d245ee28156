/** Tokens that are good for a while: kept in memory alone, bounded, asked for once however many wait, renewed before they end. */
import type { Clock } from '../../../core/ports.ts';
import { sooner } from '../../bounded/waiting.ts';
import type { SignInFault } from './types.ts';

export type Made =
  | {
      readonly ok: true;
      readonly token: string;
      /** ms since the epoch. */
      readonly until: number;
      /** Whether it still counts, asked at each use: what it was had by may be gone. */
      readonly stands: () => Promise<boolean>;
    }
  | { readonly ok: false; readonly code: SignInFault };

export type Got =
  | {
      readonly ok: true;
      readonly token: string;
      /** It was made for this call. */
      readonly fresh: boolean;
    }
  | { readonly ok: false; readonly code: SignInFault };

export interface TokenCache {
  /** Rejects with the signal's reason where that is sooner, and as `make` and `stands` do. */
  get(o: { readonly key: string; readonly signal: AbortSignal; readonly make: () => Promise<Made> }): Promise<Got>;
  /** It was refused. Another one under the same key stays. */
  drop(key: string, token: string): void;
}

interface Kept extends Extract<Made, { ok: true }> {
  readonly at: number;
}

/** From this part of its time on it is renewed while it is used, so that nobody waits for it. */
const AHEAD = 0.8;

/** So near its end it is not sent any more: it must be good when it arrives. ms; of a short one, the tenth of its time. */
const TO_SPARE_MS = 10_000;
const SPARE_PART = 0.1;

/** After a renewal in vain nobody tries the next for so long, ms; the old one is used meanwhile. */
const PAUSE_MS = 10_000;

export const createTokenCache = (o: {
  /** The one that was used longest ago goes first. */
  readonly most: number;
  readonly clock: Pick<Clock, 'now'>;
}): TokenCache => {
  const kept = new Map<string, Kept>();
  const flights = new Map<string, Promise<Made>>();
  const failedAt = new Map<string, number>();

  const keep = (key: string, token: Kept): void => {
    kept.delete(key);
    kept.set(key, token);
    const [oldest] = kept.keys();
    if (kept.size > o.most && oldest !== undefined) kept.delete(oldest);
  };

  const lasts = ({ at, until }: Kept, part: number, spare: number): boolean => {
    const now = o.clock.now();
    const whole = until - at;
    // A clock that was set back makes everything old, never anything young.
    return now >= at && now < at + Math.max(whole * part, whole - spare);
  };
  const isGood = (token: Kept): boolean => lasts(token, 1 - SPARE_PART, TO_SPARE_MS);
  const isYoung = (token: Kept): boolean => lasts(token, AHEAD, Number.POSITIVE_INFINITY);

  const fly = (key: string, make: () => Promise<Made>): Promise<Made> => {
    const flying = flights.get(key);
    if (flying !== undefined) return flying;
    const at = o.clock.now();
    const flight = make()
      .then((made) => {
        if (made.ok) keep(key, { ...made, at });
        return made;
      })
      .finally(() => flights.delete(key));
    flight.catch(() => undefined);
    flights.set(key, flight);
    return flight;
  };

  const renew = (key: string, make: () => Promise<Made>): void => {
    const last = failedAt.get(key);
    const now = o.clock.now();
    if (flights.has(key) || (last !== undefined && now >= last && now - last < PAUSE_MS)) return;
    const failed = (): void => {
      if (failedAt.size >= o.most) failedAt.clear();
      failedAt.set(key, o.clock.now());
    };
    fly(key, make).then((made) => (made.ok ? void failedAt.delete(key) : failed()), failed);
  };

  return {
    get: async ({ key, signal, make }) => {
      const known = kept.get(key);
      if (known !== undefined) {
        if (isGood(known) && (await sooner(known.stands(), signal))) {
          if (kept.get(key) === known) keep(key, known);
          if (!isYoung(known)) renew(key, make);
          return { ok: true, token: known.token, fresh: false };
        }
        if (kept.get(key) === known) kept.delete(key);
      }
      const joined = flights.has(key);
      let made = await sooner(fly(key, make), signal);
      // Whoever began it had begun sooner, and was out of time sooner.
      if (joined && !made.ok && made.code === 'unreachable') made = await sooner(fly(key, make), signal);
      return made.ok ? { ok: true, token: made.token, fresh: true } : made;
    },
    drop: (key, token) => {
      if (kept.get(key)?.token === token) kept.delete(key);
    },
  };
};
