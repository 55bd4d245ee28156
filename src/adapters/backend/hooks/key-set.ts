/** Public keys of whoever reports, from the address that the description names (RFC 7517), fetched as everything of its system is. */
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { SottoError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import { parsedJson } from '../../bounded/body.ts';
import { isFields } from '../../bounded/fields.ts';
import { createMemory } from '../../bounded/memory.ts';
import type { Send } from '../calling/types.ts';

export interface KeySet {
  /**
   * `again`: another look may find others. Refuses with code `secrets-unavailable` where they cannot be had, and none are known that are young
   * enough.
   */
  get(o?: { readonly anew: boolean }): Promise<{ readonly keys: JWTVerifyGetKey; readonly again: boolean }>;
}

/** Whoever changes theirs waits so long until the old ones are no longer believed, ms; and so long they count while nobody answers there. */
const FRESH_MS = 10 * 60_000;
const STALE_MS = 60 * 60_000;

/** Keys that are not known are asked for no more often, ms. */
const COOLDOWN_MS = 30_000;

const MOST_KEYS = 50;

export const createKeySet = (o: {
  readonly url: string;
  readonly send: Send;
  readonly timeoutMs: number;
  readonly clock: Clock;
}): KeySet => {
  const { url, clock } = o;
  let askedAnew = Number.NEGATIVE_INFINITY;
  const memory = createMemory<JWTVerifyGetKey>({
    freshMs: FRESH_MS,
    staleMs: STALE_MS,
    most: 1,
    clock,
    look: async () => {
      const sent = await o.send(
        { method: 'GET', url, headers: { accept: 'application/json', 'accept-encoding': 'identity' }, body: null },
        { signal: AbortSignal.timeout(o.timeoutMs), certificate: null },
      );
      return sent.how === 'answered' && sent.status === 200 && sent.text !== null ? keysIn(sent.text) : null;
    },
  });
  return {
    get: async ({ anew } = { anew: false }) => {
      if (anew) askedAnew = clock.now();
      const known = await memory.get(url, { anew });
      if (known === null)
        throw new SottoError('secrets-unavailable', 'The public keys of whoever reports could not be fetched.');
      const since = clock.now() - askedAnew;
      return { keys: known.value, again: since < 0 || since >= COOLDOWN_MS };
    },
  };
};

const keysIn = (text: string): JWTVerifyGetKey | null => {
  const set = parsedJson(text);
  const keys: unknown = isFields(set) ? set['keys'] : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS || !keys.every(isFields)) return null;
  // Whoever publishes a secret has published it: nothing signed by it is believed.
  const open = keys.filter(({ kty }) => kty === 'RSA' || kty === 'EC' || kty === 'OKP');
  try {
    return open.length === 0 ? null : createLocalJWKSet({ keys: open as { kty: string }[] });
  } catch {
    return null;
  }
};
