import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Clock, HttpRequest, Secret } from '../../core/ports.ts';

/** A request is fresh for this long, in both directions; Slack's own libraries reject only old ones (Slack requirement 1). */
const FRESH_SECONDS = 300;

/** A shorter secret than this could be guessed, and an empty one signs for everybody. Slack's have 32. Characters. */
export const SHORTEST_SECRET = 16;

/** Why a request is not believed; goes to the audit log. */
export type SignatureFault =
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-stale'
  | 'timestamp-future'
  | 'signature-missing'
  | 'signature-version'
  | 'signature-malformed'
  | 'signature-mismatch';

export interface Verifier {
  /** Null where the request is Slack's. */
  check(request: HttpRequest, secret: Secret): SignatureFault | null;
}

/**
 * Slack's v0 signature: HMAC-SHA256 over `v0:TIMESTAMP:BODY` with the bytes as they came, compared in constant time with
 * that of every accepted secret. A header that came twice is joined by a comma and so has no valid form.
 */
export const createVerifier = ({ clock }: { readonly clock: Pick<Clock, 'now'> }): Verifier => {
  // Keys cost more than the hash itself (engine requirement 23), and secrets change rarely.
  let keys: { readonly of: readonly string[]; readonly made: readonly KeyObject[] } = { of: [], made: [] };
  const keysOf = ({ accepted }: Secret): readonly KeyObject[] => {
    const known = accepted.length === keys.of.length && accepted.every((secret, index) => secret === keys.of[index]);
    if (!known) {
      const long = accepted.filter((secret) => secret.length >= SHORTEST_SECRET);
      keys = { of: [...accepted], made: long.map((secret) => createSecretKey(secret, 'utf8')) };
    }
    return keys.made;
  };

  return {
    check: ({ headers, body }, secret) => {
      const stamp = headers['x-slack-request-timestamp'];
      const signature = headers['x-slack-signature'];
      if (stamp === undefined || stamp === '') return 'timestamp-missing';
      if (signature === undefined || signature === '') return 'signature-missing';
      if (!/^[0-9]{1,12}$/.test(stamp)) return 'timestamp-malformed';
      if (!signature.startsWith('v0=')) return 'signature-version';
      if (!/^[0-9a-f]{64}$/.test(signature.slice(3))) return 'signature-malformed';
      const age = clock.now() / 1_000 - Number(stamp);
      if (age > FRESH_SECONDS) return 'timestamp-stale';
      if (age < -FRESH_SECONDS) return 'timestamp-future';

      const given = Buffer.from(signature.slice(3), 'hex');
      let matches = false;
      for (const key of keysOf(secret)) {
        const due = createHmac('sha256', key).update(`v0:${stamp}:`).update(body).digest();
        matches = timingSafeEqual(due, given) || matches;
      }
      return matches ? null : 'signature-mismatch';
    },
  };
};
