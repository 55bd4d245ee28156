/**
 * The keys that stretches of the audit log are sealed under. They are written once and lie in the places for years, so no data key may be
 * theirs: the store has keys for them, beside those of hashes, sealed and wrapped anew with all the rest. Every archive of state holds them all.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { KeptHashKey, Random, Sealer, Secret, Store } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import { hashKeyContext } from '../../core/sealing.ts';

const PREFIX = 'stretch-';
const KEY_BYTES = 32;

/** One for each data key; a store that has seen more goes on with the last. */
export const MOST_STRETCH_KEYS = 64;

/** Processes that begin at once. */
const MOST_TRIES = 20;

const shape = z.strictObject({
  /** 32 bytes, base64. */
  key: z.base64().length(44),
  /** Id of the data key that was in force when it was made. */
  under: z.string().max(64),
});

export interface StretchKey extends z.infer<typeof shape> {
  readonly id: string;
}

/** Whether an entry among the keys of hashes is one of these. */
export const isStretchKey = ({ id }: Pick<KeptHashKey, 'id'>): boolean => id.startsWith(PREFIX);

/** Of such entries, whose values are open, those that are keys of stretches. The oldest first. */
export const stretchKeysIn = (open: readonly KeptHashKey[]): readonly StretchKey[] =>
  open.filter(isStretchKey).flatMap(({ id, value }) => {
    const read = safely(shape, jsonOf(value));
    return read.success ? [{ id, ...read.data }] : [];
  });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** What archives are sealed and opened by: sealed under this one of them. */
export const secretOf = (keys: readonly StretchKey[], current: StretchKey): Secret => ({
  current: current.key,
  accepted: keys.map(({ key }) => key),
});

export interface StretchKeys {
  /** That open, the oldest first. */
  readonly all: readonly StretchKey[];
  /** Of the data key that is in force. */
  readonly current: StretchKey;
}

export interface StretchKeysOptions {
  readonly store: Pick<Store, 'hashKeys'>;
  readonly sealer: Pick<Sealer, 'open' | 'seal'> & { keyId(): string };
  readonly random: Pick<Random, 'id'>;
}

/**
 * The keys in the store. Where none was made under the data key in force, one is, once for all processes: so whoever has an older data key and
 * what lay under it opens nothing that was written later. Rejects with `store-unavailable`.
 */
export const openStretchKeys = async ({ store, sealer, random }: StretchKeysOptions): Promise<StretchKeys> => {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const kept = await store.hashKeys.all();
    const all = stretchKeysIn(
      kept.filter(isStretchKey).flatMap(({ id, value }) => {
        const open = sealer.open(hashKeyContext(id), value);
        return open === null ? [] : [{ id, value: open }];
      }),
    );
    const under = sealer.keyId();
    const last = kept.filter(isStretchKey).length < MOST_STRETCH_KEYS ? undefined : all.at(-1);
    const current = all.findLast((one) => one.under === under) ?? last;
    if (current !== undefined) return { all, current };
    const id = `${PREFIX}${random.id()}`;
    const fresh = JSON.stringify({ key: randomBytes(KEY_BYTES).toString('base64'), under });
    const value = sealer.seal(hashKeyContext(id), fresh);
    await store.hashKeys.add({ id, value, seen: kept.map((entry) => entry.id) });
  }
  throw new SottoError(
    'store-unavailable',
    'Others changed the keys of backups in the store all the time, so none was taken. Try again.',
  );
};
