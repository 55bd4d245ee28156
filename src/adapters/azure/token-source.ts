import type { TokenCredential } from '@azure/identity';
import { SottoError } from '../../core/errors.ts';
import type { Clock, Random } from '../../core/ports.ts';

/** So long before its end a token is replaced, ms. Azure's library itself keeps one until five minutes before. */
const AHEAD_MS = 4 * 60_000;

/** Up to this is taken off at random, so that many processes do not ask at once. */
const JITTER_MS = 60_000;

/** Of a short-lived token no more than this share goes unused. */
const SHARE = 5;

/** A token is not handed out in its last moments: it still has to travel. */
const MARGIN_MS = 5_000;

/** After a refresh that failed, or that brought nothing newer, the next one waits this long, ms. */
const AGAIN_MS = 15_000;

interface Held {
  readonly token: string;
  readonly until: number;
}

/**
 * A bearer for one scope. It is answered from memory and replaced in the background shortly before its end; callers who
 * have to wait share one call. While Azure does not answer, the last one serves until it ends. Refuses as the credential
 * does, with `secrets-unavailable`, when there is none that is valid.
 */
export const createTokenSource = (o: {
  readonly credential: TokenCredential;
  /** `https://graph.microsoft.com/.default`, say. */
  readonly scope: string;
  readonly clock: Clock;
  readonly random: Random;
}): (() => Promise<string>) => {
  let held: Held | null = null;
  let refreshAt = 0;
  let asking: Promise<string> | null = null;

  const usable = (now: number): boolean => held !== null && now < held.until - Math.min(MARGIN_MS, AHEAD_MS);

  const ask = async (): Promise<string> => {
    try {
      const asked = o.clock.now();
      const fresh = await o.credential.getToken(o.scope);
      if (fresh === null) throw new SottoError('secrets-unavailable', `Azure gave no token for ${o.scope}.`);
      const now = o.clock.now();
      const ahead = Math.min(AHEAD_MS - o.random.fraction() * JITTER_MS, (fresh.expiresOnTimestamp - asked) / SHARE);
      held = { token: fresh.token, until: fresh.expiresOnTimestamp };
      refreshAt = Math.max(fresh.expiresOnTimestamp - ahead, now + AGAIN_MS);
      return fresh.token;
    } catch (error) {
      refreshAt = o.clock.now() + AGAIN_MS * (0.5 + o.random.fraction());
      throw error;
    } finally {
      asking = null;
    }
  };

  return async () => {
    const now = o.clock.now();
    if (held !== null && usable(now)) {
      if (now >= refreshAt && asking === null) {
        asking = ask();
        asking.catch(() => undefined); // Whoever needs a new one will ask, and hear of it.
      }
      return held.token;
    }
    asking ??= ask();
    return asking;
  };
};
