/** Keys of the hashes by which a value is recognised where it must not be readable. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { SottoError } from '../../core/errors.ts';

const KEY_BYTES = 32;

export interface HashKeys {
  /** Of what is hashed now. */
  readonly first: KeyObject;
  /** It, then those that older hashes were made by. */
  readonly all: readonly KeyObject[];
}

/** Each once, in this order. Refuses with `settings` where there is none, or what is not 32 bytes of base64. */
export const readHashKeys = (texts: readonly string[]): HashKeys => {
  const all = [...new Set(texts)].map((text) => Buffer.from(text, 'base64'));
  const [first] = all;
  if (first === undefined || all.some((bytes) => bytes.length !== KEY_BYTES)) {
    throw new SottoError(
      'settings',
      'The keys of the keyed hashes in the store are not 32 bytes each, so nobody could be recognised by them. Restore the store from a backup.',
    );
  }
  const keys = all.map((bytes) => createSecretKey(bytes));
  return { first: keys[0] ?? createSecretKey(first), all: keys };
};
