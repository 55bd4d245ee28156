/**
 * How the name of a person is sealed in the audit log: AES-256-GCM under a key of the person's own (NIST SP 800-38D), bound to what the entry says of them. One key seals some names an
 * hour and process at most, far from the 2^32 that random nonces are good for.
 *
 * Format: base64url of nonce (12 bytes), tag (16), text. The text is two bytes of length, the id, and zeros up to the next 32 bytes, so that its length tells little.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { NameCipher } from '../../core/ports.ts';

const CIPHER = 'aes-256-gcm';
const KEY = 32;
const NONCE = 12;
const TAG = 16;
const BLOCK = 32;
const LENGTH = 2;

/** Bytes of a directory id; what is longer is none. */
const MOST = 1_024;

const padded = (plain: string): Buffer | null => {
  const bytes = Buffer.from(plain);
  if (bytes.length > MOST) return null;
  const text = Buffer.alloc(Math.ceil((LENGTH + bytes.length) / BLOCK) * BLOCK);
  text.writeUInt16BE(bytes.length);
  bytes.copy(text, LENGTH);
  return text;
};

/** Refuses with a plain error an id of more than 1 KiB, which no directory gives. */
export const nameCipher: NameCipher = {
  newKey: () => randomBytes(KEY).toString('base64url'),
  seal: ({ key, bound, plain }) => {
    const text = padded(plain);
    if (text === null) throw new Error('A directory id is longer than any is.');
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, Buffer.from(key, 'base64url'), nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.from(bound));
    const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  },
  open: ({ key, bound, sealed }) => {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE + TAG + BLOCK || bytes.length > NONCE + TAG + MOST + BLOCK) return null;
    try {
      const opening = createDecipheriv(CIPHER, Buffer.from(key, 'base64url'), bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      opening.setAAD(Buffer.from(bound)).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const text = Buffer.concat([opening.update(bytes.subarray(NONCE + TAG)), opening.final()]);
      return text.toString('utf8', LENGTH, LENGTH + text.readUInt16BE());
    } catch {
      return null;
    }
  },
};
