/**
 * The data key where a key of Key Vault wraps it: what the vault holds is unwrapped when it is first seen, and is kept in memory
 * alone. A version that could be unwrapped stays good through an outage; one that cannot be unwrapped yet waits for its turn.
 */
import { isWrapped } from '../adapters/key-vault/key-address.ts';
import type { KeyWrapping } from '../adapters/key-vault/wrapping.ts';
import { codeOf, SottoError } from '../core/errors.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';

const NAME = 'data-key';

/** One that could not be unwrapped is tried again after this, ms. */
const AGAIN_MS = 5_000;

/** While the newest one cannot be unwrapped, that is said every so often, ms. */
const SAID_AGAIN_MS = 60_000;

type Unwrapped = { readonly ok: true; readonly dataKey: string } | { readonly ok: false; readonly error: unknown };

const plainRefused = (): SottoError =>
  new SottoError(
    'settings',
    'The secret "data-key" is a plain key, and SOTTO_DATA_KEY_WRAPPED_BY says that it is wrapped, so it was not used. Put a wrapped one there as its newest version (sotto data-key new), or unset SOTTO_DATA_KEY_WRAPPED_BY.',
  );

const wrappedRefused = (): SottoError =>
  new SottoError(
    'settings',
    'The secret "data-key" was wrapped by a key of Key Vault, and SOTTO_DATA_KEY_WRAPPED_BY does not say which. Set it to the address of that key: https://NAME.vault.azure.net/keys/KEY.',
  );

/** The same secrets, but for a data key that is wrapped where nothing says by what: refused with `settings`. */
export const plainDataKey = (secrets: Secrets): Secrets => ({
  get: async (name) => {
    const secret = await secrets.get(name);
    if (name === NAME && secret.accepted.some(isWrapped)) throw wrappedRefused();
    return secret;
  },
});

/**
 * The same secrets, the data key unwrapped. Older versions may be plain still, so that what they sealed opens until it was wrapped
 * anew; the newest may not (`settings`). Refuses as `unwrap` does where the newest cannot be unwrapped and no other serves.
 */
export const unwrappedDataKey = (o: {
  readonly secrets: Secrets;
  readonly wrapping: Pick<KeyWrapping, 'unwrap'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): Secrets => {
  const { secrets, wrapping, clock, log } = o;
  const known = new Map<string, string>();
  const failed = new Map<string, { readonly at: number; readonly error: unknown }>();
  const asked = new Map<string, Promise<Unwrapped>>();
  let saidAt: number | null = null;

  const ask = async (wrapped: string): Promise<Unwrapped> => {
    try {
      const dataKey = await wrapping.unwrap(wrapped);
      known.set(wrapped, dataKey);
      failed.delete(wrapped);
      return { ok: true, dataKey };
    } catch (error) {
      failed.set(wrapped, { at: clock.now(), error });
      return { ok: false, error };
    } finally {
      asked.delete(wrapped);
    }
  };

  const unwrapped = async (text: string): Promise<Unwrapped> => {
    if (!isWrapped(text)) return { ok: true, dataKey: text };
    const dataKey = known.get(text);
    if (dataKey !== undefined) return { ok: true, dataKey };
    const before = failed.get(text);
    if (before !== undefined && Math.abs(clock.now() - before.at) < AGAIN_MS) return { ok: false, error: before.error };
    const asking = asked.get(text) ?? ask(text);
    asked.set(text, asking);
    return asking;
  };

  /** What left the vault leaves the memory as well. */
  const forget = (accepted: readonly string[]): void => {
    for (const map of [known, failed]) for (const text of map.keys()) if (!accepted.includes(text)) map.delete(text);
  };

  const say = (error: unknown): void => {
    const now = clock.now();
    if (saidAt !== null && Math.abs(now - saidAt) < SAID_AGAIN_MS) return;
    saidAt = now;
    log.error('data-key.not-unwrapped', { code: codeOf(error) });
  };

  return {
    get: async (name) => {
      const secret = await secrets.get(name);
      if (name !== NAME) return secret;
      if (!isWrapped(secret.current)) throw plainRefused();
      forget(secret.accepted);
      const all = await Promise.all(secret.accepted.map(unwrapped));
      const refused = all.find((one) => !one.ok);
      if (refused !== undefined) say(refused.error);
      const opened = all.flatMap((one) => (one.ok ? [one.dataKey] : []));
      // A plain one opens what it sealed, and seals no more once every process has seen the one that took its place.
      const current = secret.accepted.flatMap((text) => known.get(text) ?? [])[0];
      if (current === undefined) throw refused?.error;
      const unread = all.length - opened.length;
      const accepted = [current, ...opened.filter((key) => key !== current)];
      return { ...secret, current, accepted, ...(unread === 0 ? {} : { unread }) };
    },
  };
};
