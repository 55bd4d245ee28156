/**
 * The key of an archive: fresh for each, and wrapped under one that is derived from the key it is made under (the data key; of stretches one of
 * the store's own), so that it opens with that and with no other, and nothing that this key seals elsewhere is sealed by the same key.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';

const CIPHER = 'aes-256-gcm';
const KEY = 32;
const SALT = 32;
const NONCE = 12;
const TAG = { authTagLength: 16 } as const;

/** How the key stands in an archive's header. All but the id are base64url. */
export interface WrappedKey {
  /** Names the key it was made under, derived, so that it tells nothing about it. */
  readonly id: string;
  readonly salt: string;
  /** Nonce, wrapped key, tag. */
  readonly wrapped: string;
}

const derive = (dataKey: Buffer, salt: Buffer, use: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', dataKey, salt, `sotto backup ${use} v1`, bytes));

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64');

const dataKeyOf = (text: string): Buffer => {
  const bytes = bytesOf(text);
  if (bytes.length === KEY) return bytes;
  throw new SottoError(
    'settings',
    'The secret "data-key" is not 32 bytes in base64, so no backup can be made or opened.',
  );
};

const idOf = (dataKey: Buffer): string => derive(dataKey, Buffer.alloc(0), 'key id', 9).toString('base64url');

/** What a header calls the key that an archive was made under. */
export const keyIdOf = (key: string): string => idOf(dataKeyOf(key));

/** A fresh key for one archive. */
export const freshKey = (dataKey: Secret): { readonly key: KeyObject; readonly wrapped: WrappedKey } => {
  const master = dataKeyOf(dataKey.current);
  const [bytes, salt, nonce] = [randomBytes(KEY), randomBytes(SALT), randomBytes(NONCE)];
  const id = idOf(master);
  const cipher = createCipheriv(CIPHER, createSecretKey(derive(master, salt, 'wrap', KEY)), nonce, TAG);
  cipher.setAAD(Buffer.from(id));
  const body = cipher.update(bytes);
  cipher.final();
  const key = createSecretKey(bytes);
  bytes.fill(0);
  const wrapped = Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
  return { key, wrapped: { id, salt: salt.toString('base64url'), wrapped } };
};

/** `unknown-key`: none of these made it. `altered`: one did, and what stands there was changed. */
export const unwrapKey = (
  { accepted }: Pick<Secret, 'accepted'>,
  { id, salt, wrapped }: WrappedKey,
): KeyObject | 'unknown-key' | 'altered' => {
  const master = accepted.map(bytesOf).find((key) => key.length === KEY && idOf(key) === id);
  if (master === undefined) return 'unknown-key';
  const bytes = Buffer.from(wrapped, 'base64url');
  if (bytes.length !== NONCE + KEY + TAG.authTagLength || bytes.toString('base64url') !== wrapped) return 'altered';
  const wrap = createSecretKey(derive(master, Buffer.from(salt, 'base64url'), 'wrap', KEY));
  try {
    const decipher = createDecipheriv(CIPHER, wrap, bytes.subarray(0, NONCE), TAG);
    decipher.setAAD(Buffer.from(id)).setAuthTag(bytes.subarray(NONCE + KEY));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, NONCE + KEY)), decipher.final()]);
    const key = createSecretKey(plain);
    plain.fill(0);
    return key;
  } catch {
    return 'altered';
  }
};
