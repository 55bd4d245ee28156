/** What values are hashed by where they must be recognised and not read: a key of the store's own, that no rotation of the data key changes. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { SottoError } from '../core/errors.ts';
import type { Clock, KeptHashKey, Log, Random, Sealer, Store } from '../core/ports.ts';
import { hashKeyContext } from '../core/sealing.ts';
import { isStretchKey } from './backup/stretch-keys.ts';

const KEY_BYTES = 32;

/** A further one is made where none opens; so often somebody lost all data keys. */
const MOST_KEPT = 8;

/** Processes that start at once. */
const MOST_TRIES = 20;

/** Others may have added one, ms. */
const LOOK_EVERY_MS = 60_000;

const shape = z.array(z.string()).min(1).max(64);

/** Beside them lie the keys of the stretches in backups. */
const isOne = (entry: KeptHashKey): boolean => !isStretchKey(entry);

/** The keys of one entry, the one to hash by first. Null: it opens under no data key that is accepted. */
const opened = (sealer: Pick<Sealer, 'open'>, { id, value }: KeptHashKey) => {
  const plain = sealer.open(hashKeyContext(id), value);
  return plain === null ? null : shape.parse(JSON.parse(plain));
};

export interface HashKeysInForce {
  /** Looks again at the next `keep`: a data key came that may open more of them. */
  again(): void;
  /** Once a minute, or where it was asked for: adds to the sealer what others put into the store or what opens only now. Adds nothing to the store. */
  keep(): Promise<void>;
}

/**
 * Gives the sealer the keys that lie in the store. Where there are none, one is made, once for all processes; beside it are kept the
 * keys by which older versions hashed, so that what they hashed is found for good. Where none opens (every data key that they
 * were sealed under is gone), another is added and the log says so: what was hashed before is recognised by nobody then, but
 * nothing is taken away, so that it is again once the right data key is back. Refuses with `settings` where that happened too often,
 * and with `secrets-unavailable` where one of the data keys that are accepted was not tried: that one may open them.
 */
export const openHashKeys = async (o: {
  readonly store: Pick<Store, 'hashKeys'>;
  readonly sealer: Sealer & { hashBy(keys: readonly string[]): void; derivedHashKeys(): readonly string[] };
  /** Data keys that are accepted and could not be read. */
  readonly unread: number;
  readonly random: Pick<Random, 'id'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
}): Promise<HashKeysInForce> => {
  const { sealer, clock, log } = o;
  /** By id, what opened once: the data key that it lies under may go while this process runs. */
  const known = new Map<string, readonly string[]>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  /** False: none ever opened. */
  const use = (kept: readonly KeptHashKey[]): boolean => {
    for (const entry of kept) {
      const keys = opened(sealer, entry);
      if (keys !== null) known.set(entry.id, keys);
    }
    const ids = new Set([...kept.map(({ id }) => id), ...known.keys()]);
    const keys = [...ids].flatMap((id) => known.get(id) ?? []);
    if (keys.length > 0) sealer.hashBy(keys);
    return keys.length > 0;
  };

  const open = async (): Promise<void> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const all = await o.store.hashKeys.all();
      const kept = all.filter(isOne);
      if (use(kept)) return;
      if (kept.length > 0 && o.unread > 0) throw untried(o.unread);
      if (kept.length >= MOST_KEPT) throw tooMany(kept.length);
      if (kept.length > 0) log.warn('hash-key.lost', { count: kept.length });
      const id = o.random.id();
      const fresh = [randomBytes(KEY_BYTES).toString('base64'), ...sealer.derivedHashKeys()];
      const value = sealer.seal(hashKeyContext(id), JSON.stringify(fresh));
      await o.store.hashKeys.add({ id, value, seen: all.map((entry) => entry.id) });
    }
    throw new SottoError(
      'store-unavailable',
      'Others changed the keys of hashes in the store all the time, so none was taken. Start again.',
    );
  };

  await open();
  lookedAt = clock.now();
  return {
    again: () => {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
    keep: async () => {
      const now = clock.now();
      if (Math.abs(now - lookedAt) < LOOK_EVERY_MS) return;
      use((await o.store.hashKeys.all()).filter(isOne));
      lookedAt = now;
    },
  };
};

const untried = (unread: number): SottoError =>
  new SottoError(
    'secrets-unavailable',
    `The keys by which the store recognises people open under no data key that could be read, and ${unread} of the accepted versions of "data-key" could not be unwrapped: one of those may open them. Without them holds and recalls would find nothing. Start again once the vault unwraps it (the log says why not: data-key.not-unwrapped), with the key in SOTTO_DATA_KEY_WRAPPED_BY that it was wrapped by; disable the version only where it is lost for good.`,
  );

const tooMany = (count: number): SottoError =>
  new SottoError(
    'settings',
    `The data key opens none of the ${count} keys by which the store recognises people, so holds and recalls would find nothing. Put the data key back into the vault that this store was sealed with (an older version of "data-key" will do).`,
  );
