/**
 * The two secrets that are keys, without older values that are none. Such a value sealed and signed nothing, so that it is missed by
 * nobody; but a mistake of yesterday must not keep what is right today from being used.
 */
import { isSigningKey, readKeys } from '../adapters/audit-log/keys.ts';
import { isDataKey, readDataKeys } from '../adapters/sealer/data-key.ts';
import type { Clock, Log, Secret, Secrets } from '../core/ports.ts';

/** While a malformed one lies there, that is said every so often, ms. */
const SAID_AGAIN_MS = 60 * 60_000;

interface Kind {
  readonly isKey: (value: string) => boolean;
  /** Refuses with code `settings` where the current value is none. */
  readonly read: (secret: Secret) => unknown;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'data-key': { isKey: isDataKey, read: readDataKeys },
  'audit-signing-key': { isKey: isSigningKey, read: readKeys },
};

/**
 * The same secrets. Of `data-key` and `audit-signing-key` older values that are malformed are left out, with a line in the log that
 * names the secret; one whose current value is malformed is refused with `settings`, as soon as it is there.
 */
export const soundKeys = (o: {
  readonly secrets: Secrets;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'error'>;
}): Secrets => {
  const saidAt = new Map<string, number>();
  /** What was looked at last, for the same is asked for twice a second. */
  const known = new Map<string, { readonly given: readonly string[]; readonly sound: readonly string[] }>();

  const soundOf = (name: string, kind: Kind, secret: Secret): readonly string[] => {
    const before = known.get(name);
    if (before !== undefined && same(before.given, secret.accepted)) return before.sound;
    known.delete(name);
    kind.read({ current: secret.current, accepted: [] });
    const sound = secret.accepted.filter(kind.isKey);
    known.set(name, { given: secret.accepted, sound });
    return sound;
  };

  const say = (name: string, count: number): void => {
    const now = o.clock.now();
    if (Math.abs(now - (saidAt.get(name) ?? Number.NEGATIVE_INFINITY)) < SAID_AGAIN_MS) return;
    saidAt.set(name, now);
    o.log.error('secrets.malformed', { name, count });
  };

  return {
    get: async (name) => {
      const secret = await o.secrets.get(name);
      const kind = KINDS[name];
      if (kind === undefined) return secret;
      const accepted = soundOf(name, kind, secret);
      const malformed = secret.accepted.length - accepted.length;
      if (malformed === 0) return secret;
      say(name, malformed);
      return { ...secret, accepted };
    },
  };
};

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, at) => value === b[at]);
