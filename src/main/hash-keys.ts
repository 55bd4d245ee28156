/** What values are hashed by where they must be recognised and not read: a key of the store's own, that no rotation of the data key changes. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { SottoError } from '../core/errors.ts';
import type { Log, Random, Sealer, Store } from '../core/ports.ts';
import { hashKeyContext } from '../core/sealing.ts';
import { isStretchKey } from './backup/stretch-keys.ts';

const KEY_BYTES = 32;

/** A further one is made where none opens; so often somebody lost all data keys. */
const MOST_KEPT = 8;

/** Processes that start at once. */
const MOST_TRIES = 20;

const shape = z.array(z.string()).min(1).max(64);

/** The keys of one entry, the one to hash by first. Null: it opens under no data key that is accepted. */
const opened = (sealer: Pick<Sealer, 'open'>, { id, value }: { readonly id: string; readonly value: string }) => {
  const plain = sealer.open(hashKeyContext(id), value);
  return plain === null ? null : shape.parse(JSON.parse(plain));
};

/**
 * Gives the sealer the keys that lie in the store. Where there are none, one is made, once for all processes; beside it are kept the
 * keys by which older versions hashed, so that what they hashed is found for good. Where none opens (every data key that they
 * were sealed under is gone), another is added and the log says so: what was hashed before is recognised by nobody then, but
 * nothing is taken away, so that it is again once the right data key is back. Refuses with `settings` where that happened too often.
 */
export const openHashKeys = async (o: {
  readonly store: Pick<Store, 'hashKeys'>;
  readonly sealer: Sealer & { hashBy(keys: readonly string[]): void; derivedHashKeys(): readonly string[] };
  readonly random: Pick<Random, 'id'>;
  readonly log: Pick<Log, 'warn'>;
}): Promise<void> => {
  const { sealer, log } = o;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const all = await o.store.hashKeys.all();
    const kept = all.filter((entry) => !isStretchKey(entry));
    const keys = kept.flatMap((entry) => opened(sealer, entry) ?? []);
    if (keys.length > 0) return sealer.hashBy(keys);
    if (kept.length >= MOST_KEPT) {
      throw new SottoError(
        'settings',
        `The data key opens none of the ${kept.length} keys by which the store recognises people, so holds and recalls would find nothing. Put the data key back into the vault that this store was sealed with (an older version of "data-key" will do).`,
      );
    }
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
