/**
 * The keys that Bot Framework signs with. The vendor's own cache fetches without a deadline and once for each request,
 * prints keys, forgets good ones when a fetch fails, ignores new ones for an hour, and takes a key without endorsements for
 * one with all of them (Teams requirement 7). This one does none of that.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { codeOf } from '../../core/errors.ts';
import type { Clock, Log, Metrics } from '../../core/ports.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { within } from '../bounded/waiting.ts';
import { fetchFields } from './fetch.ts';
import { type Fields, listAt, stringAt } from './read.ts';

/** So long a request waits for both documents together, ms: it still answers Teams within 3 s. */
const WAIT_MS = 1_500;

/** So long they may take, ms: what comes too late for one request serves the next. */
const FETCH_MS = 6_000;

/** Microsoft asks for the list to be read anew once a day. ms. */
const REFRESH_MS = 24 * 60 * 60_000;

/** After a refresh that failed the next begins no sooner, ms. */
const RETRY_MS = 10_000;

/** Without a key to believe every request asks for them; after one that failed the next begins no sooner, ms. */
const URGENT_RETRY_MS = 100;

/** Keys that could not be refreshed are believed so long, ms: an outage passes, a key that was withdrawn must not live for ever. */
const LONGEST_BELIEVED_MS = 7 * REFRESH_MS;

/** A key id that is not in the list makes us read the list anew, at most so often, ms: anybody can invent one. */
const UNKNOWN_MS = 10_000;

const MOST_KEYS = 100;
const SMALLEST_MODULUS_BITS = 2_048;

export interface SigningKey {
  readonly key: KeyObject;
  /** The channels it may speak for. */
  readonly endorsements: readonly string[];
  /** Another key went by this id before. */
  readonly replaced: boolean;
}

export interface Keyring {
  /** `unknown`: the list is current and has no such key. `unavailable`: the list could not be read, so nobody can tell. */
  find(kid: string): Promise<SigningKey | 'unknown' | 'unavailable'>;
  /** Reads the list before the first request needs it. Never throws. */
  warm(): Promise<void>;
}

interface List {
  readonly keys: ReadonlyMap<string, SigningKey>;
  /** When it was read, ms. */
  readonly at: number;
}

export const createKeyring = (o: {
  readonly metadataUrl: string;
  /** Whether keys may be read from there: https, or a stand-in on this machine. */
  readonly mayFetch: (url: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): Keyring => {
  const { clock } = o;
  let list: List | null = null;
  let fetching: Promise<boolean> | null = null;
  let tried = Number.NEGATIVE_INFINITY;
  let failing = false;
  let asked = Number.NEGATIVE_INFINITY;

  /** Null: the list was read. Else why it was not. */
  const fetchKeys = async (): Promise<string | null> => {
    const signal = AbortSignal.timeout(FETCH_MS);
    const at = clock.now();
    try {
      const metadata = await fetchFields(o.metadataUrl, { signal });
      const keysUrl = metadata === null ? null : stringAt(metadata, 'jwks_uri');
      const document = keysUrl === null || !o.mayFetch(keysUrl) ? null : await fetchFields(keysUrl, { signal });
      const keys = document === null ? null : keysIn(document, list?.keys ?? new Map());
      if (keys === null) return 'no-keys';
      // One that was asked for later may have been read sooner.
      if (list === null || list.at <= at) list = { keys, at };
      failing = false;
      o.metrics.count('teams_keys', { outcome: 'read' });
      return null;
    } catch (error) {
      return signal.aborted ? 'deadline' : codeOfFetch(error);
    }
  };

  const readInTime = async (): Promise<boolean> => {
    const code = await within({ ms: WAIT_MS, keepsProcess: false }, fetchKeys).catch(codeOf);
    if (code === null) return true;
    failing = true;
    o.metrics.count('teams_keys', { outcome: 'failed' });
    o.log.warn('teams.keys-unread', { code });
    return false;
  };

  /** One fetch is waited for at a time, whoever asks. True: the list is as new as can be. */
  const refresh = (): Promise<boolean> => {
    fetching ??= (async () => {
      if (failing) await clock.sleep(Math.max(0, tried + URGENT_RETRY_MS - clock.now()));
      tried = clock.now();
      return readInTime();
    })().finally(() => {
      fetching = null;
    });
    return fetching;
  };

  const current = async (): Promise<List | null> => {
    const age = list === null ? Number.POSITIVE_INFINITY : clock.now() - list.at;
    if (age > LONGEST_BELIEVED_MS) return (await refresh()) ? list : null;
    // What is known serves meanwhile: nobody waits for a refresh.
    if (age > REFRESH_MS && clock.now() - tried > RETRY_MS) void refresh();
    return list;
  };

  return {
    find: async (kid) => {
      const before = list;
      const held = await current();
      if (held === null) return 'unavailable';
      const key = held.keys.get(kid);
      if (key !== undefined) return key;
      // It was read for this very request: to read it once more would only take as long again.
      if (held !== before) return 'unknown';
      if (fetching === null && clock.now() - asked < UNKNOWN_MS) return failing ? 'unavailable' : 'unknown';
      asked = clock.now();
      const read = await refresh();
      return list?.keys.get(kid) ?? (read ? 'unknown' : 'unavailable');
    },
    warm: async () => {
      await refresh();
    },
  };
};

/** Null where not one key can be used, which is a fault and no reason to forget those that could. */
const keysIn = (document: Fields, before: List['keys']): List['keys'] | null => {
  const keys = new Map<string, SigningKey>();
  for (const entry of listAt(document, 'keys', MOST_KEYS)) {
    const kid = stringAt(entry, 'kid');
    const key = rsaKey(entry);
    if (kid === null || key === null || keys.has(kid)) continue;
    const previous = before.get(kid);
    keys.set(kid, {
      key,
      endorsements: endorsementsOf(entry),
      replaced: previous !== undefined && (previous.replaced || !previous.key.equals(key)),
    });
  }
  return keys.size === 0 ? null : keys;
};

const rsaKey = (entry: Fields): KeyObject | null => {
  const n = stringAt(entry, 'n');
  const e = stringAt(entry, 'e');
  if ((entry['kty'] ?? 'RSA') !== 'RSA' || n === null || e === null) return null;
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) < SMALLEST_MODULUS_BITS ? null : key;
  } catch {
    return null;
  }
};

const endorsementsOf = (entry: Fields): readonly string[] => {
  const endorsements: unknown = entry['endorsements'];
  return Array.isArray(endorsements) ? endorsements.filter((one) => typeof one === 'string') : [];
};
