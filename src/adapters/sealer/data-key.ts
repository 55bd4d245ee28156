/** The data key as the vault holds it, and the keys that are made of it. KeyObjects are made once (engine requirement 23). */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import type { HashKeys } from './hash-keys.ts';

const KEY_BYTES = 32;

/** 32 bytes in standard base64 with padding: 43 characters and one "=". */
const pattern = /^[A-Za-z0-9+/]{43}=$/;

/** Characters of a key's id. */
export const ID_LENGTH = 8;

interface DataKey {
  /** Names the key inside what it sealed: base64url, derived, so that it tells nothing about the key. */
  readonly id: string;
  readonly wrap: KeyObject;
  readonly fingerprint: KeyObject;
}

const derive = (key: Buffer, use: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `sotto ${use} v1`, bytes));

/** Whether it is 32 bytes in base64. */
export const isDataKey = (text: string): boolean =>
  pattern.test(text) && Buffer.from(text, 'base64').toString('base64') === text;

/** Refuses what is not 32 bytes of base64 with code `settings`. */
const readDataKey = (text: string): DataKey => {
  if (!isDataKey(text)) {
    throw new SottoError(
      'settings',
      'The secret "data-key" is not 32 bytes in base64, so nothing could be sealed. ' +
        'Make one with "openssl rand -base64 32" and put it in the vault under that name.',
    );
  }
  const bytes = Buffer.from(text, 'base64');
  const key = {
    id: derive(bytes, 'key id', (ID_LENGTH * 3) / 4).toString('base64url'),
    wrap: createSecretKey(bytes),
    fingerprint: createSecretKey(derive(bytes, 'fingerprint', KEY_BYTES)),
  };
  bytes.fill(0);
  return key;
};

export interface DataKeys {
  readonly current: DataKey;
  /** Every key that may still open something, by id. */
  readonly byId: ReadonlyMap<string, DataKey>;
  /** Ids of those that came after the current one, which is used until every process has seen them. */
  readonly newer: ReadonlySet<string>;
  /** By which hashes are made where there are no keys of their own. */
  readonly hashing: HashKeys;
}

/**
 * Keys of a secret through its rotation: seals with the current one, opens with all that are accepted. An older value that is no key
 * sealed nothing, so it is passed over; only a current one that is none is refused, with code `settings`.
 */
export const readDataKeys = (secret: Secret): DataKeys => {
  const current = readDataKey(secret.current);
  const all = [current, ...secret.accepted.filter(isDataKey).map(readDataKey)];
  const byId = new Map(all.map((key) => [key.id, key]));
  const inOrder = all.slice(1).map(({ id }) => id);
  return {
    current,
    byId,
    newer: new Set(inOrder.slice(0, Math.max(0, inOrder.indexOf(current.id)))),
    hashing: { first: current.fingerprint, all: [...byId.values()].map(({ fingerprint }) => fingerprint) },
  };
};
