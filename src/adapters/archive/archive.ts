/**
 * Archives of backups: compressed, encrypted, authenticated, versioned.
 *
 *     "sotto-backup" | format, 2 bytes | length, 4 bytes | header, JSON | chunks
 *
 * The body is gzip, cut into chunks of 64 KiB, each sealed with AES-256-GCM under the archive's own key: nonce = 7 zero bytes, the
 * chunk's number (4 bytes), 1 for the last one (STREAM, Hoang, Reyhanitabar, Rogaway and Vizár 2015), associated data = SHA-256 of everything before
 * the body. So a cut, reordered, repeated, exchanged or altered chunk does not open, nor does a body under another header. The key
 * seals one archive, which is why its nonces need no chance.
 */
import { createCipheriv, createDecipheriv, createHash, type KeyObject } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Secret } from '../../core/ports.ts';
import { type Header, invalid, readHead, type SealedHeader, writeHead } from './header.ts';
import { freshKey, unwrapKey } from './keys.ts';

export type { AuditHeader, Header, StateHeader } from './header.ts';

const CIPHER = 'aes-256-gcm';
const CHUNK = 64 * 1024;
const TAG = { authTagLength: 16 } as const;
const SEALED_CHUNK = CHUNK + TAG.authTagLength;

/** Other work gets its turn after so many. */
const CHUNKS_AT_ONCE = 16;

/** An archive is held in memory whole, compressed. Bytes; about ten million removals. */
export const MOST_ARCHIVE_BYTES = 512 << 20;

const nonceOf = (index: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

const bindingOf = (head: Buffer): Buffer => createHash('sha256').update(head).digest();

/**
 * One archive. `body` comes in pieces and is never held whole uncompressed; the header may be made once it has all gone by.
 * Refuses with `backup-invalid` what grows beyond `MOST_ARCHIVE_BYTES`.
 */
export const sealArchive = async (o: {
  /** Of a stretch, a key of the store's own. */
  readonly dataKey: Secret;
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>;
  readonly header: () => Header;
  readonly signal?: AbortSignal;
}): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  let size = 0;
  const gather = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of source) {
      size += piece.length;
      if (size > MOST_ARCHIVE_BYTES)
        throw invalid(`A backup would take more than ${MOST_ARCHIVE_BYTES} bytes, so none was made.`);
      pieces.push(piece);
    }
  };
  await pipeline(o.body, createGzip(), gather, ...(o.signal === undefined ? [] : [{ signal: o.signal }]));
  const { key, wrapped } = freshKey(o.dataKey);
  const head = writeHead({ ...o.header(), key: wrapped });
  return seal({ head, key, pieces, size });
};

const seal = async (o: {
  readonly head: Buffer;
  readonly key: KeyObject;
  readonly pieces: Buffer[];
  readonly size: number;
}): Promise<Buffer> => {
  const { head, key, pieces, size } = o;
  const chunks = Math.max(1, Math.ceil(size / CHUNK));
  const out = Buffer.allocUnsafe(head.length + size + chunks * TAG.authTagLength);
  head.copy(out);
  const binding = bindingOf(head);
  let at = head.length;
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (let index = 0; index < chunks; index++) {
    const filled = fill(chunk, pieces);
    const cipher = createCipheriv(CIPHER, key, nonceOf(index, index === chunks - 1), TAG).setAAD(binding);
    at += cipher.update(chunk.subarray(0, filled)).copy(out, at);
    cipher.final();
    at += cipher.getAuthTag().copy(out, at);
    if (index % CHUNKS_AT_ONCE === CHUNKS_AT_ONCE - 1) await breathe();
  }
  return out;
};

/** Takes from the front of the pieces; how many bytes there were. */
const fill = (chunk: Buffer, pieces: Buffer[]): number => {
  let filled = 0;
  for (let [first] = pieces; first !== undefined && filled < chunk.length; [first] = pieces) {
    const taken = first.copy(chunk, filled);
    filled += taken;
    if (taken === first.length) pieces.shift();
    else pieces[0] = first.subarray(taken);
  }
  return filled;
};

/** What an archive says of itself. It is not known to be true before it was opened. Refuses with `backup-invalid`. */
export const headerOf = (o: { readonly name: string; readonly bytes: Buffer }): SealedHeader =>
  readHead(o.name, o.bytes).header;

export interface OpenArchive {
  readonly header: Header;
  /** Of the key it was made under. */
  readonly keyId: string;
  /** Uncompressed, in pieces; may be asked for again. */
  body(): AsyncIterable<Buffer>;
}

/** Opens an archive whole, before anything of it is used. Refuses with `backup-invalid`, and says which of the reasons it is. */
export const openArchive = async (o: {
  readonly name: string;
  readonly bytes: Buffer;
  readonly dataKey: Pick<Secret, 'accepted'>;
}): Promise<OpenArchive> => {
  const { name, bytes } = o;
  const { header: sealed, end } = readHead(name, bytes);
  const { key: wrapped, ...header } = sealed;
  const key = unwrapKey(o.dataKey, wrapped);
  if (key === 'unknown-key')
    throw invalid(
      header.kind === 'audit'
        ? `The archive ${name} is sealed under a key (its id is ${wrapped.id.slice(0, 12)}) that the newest archive of what stands does not hold. Nothing was changed. Look for a newer one in the other place.`
        : `The archive ${name} was made under another data key (its id is ${wrapped.id.slice(0, 12)}) than the vault has. Nothing was changed. Put that key back into the vault as "data-key", or as its previous version.`,
    );
  if (key === 'altered') throw alteredBody(name);
  const plain = await unseal({ name, key, binding: bindingOf(bytes.subarray(0, end)), body: bytes.subarray(end) });
  return {
    header,
    keyId: wrapped.id,
    body: async function* () {
      yield* createGunzip().end(plain) as AsyncIterable<Buffer>;
    },
  };
};

const unseal = async (o: {
  readonly name: string;
  readonly key: KeyObject;
  readonly binding: Buffer;
  readonly body: Buffer;
}): Promise<Buffer> => {
  const { body } = o;
  const chunks = Math.ceil(body.length / SEALED_CHUNK);
  const out = Buffer.allocUnsafe(Math.max(0, body.length - chunks * TAG.authTagLength));
  let at = 0;
  if (chunks === 0) throw alteredBody(o.name);
  for (let index = 0; index < chunks; index++) {
    const sealed = body.subarray(index * SEALED_CHUNK, (index + 1) * SEALED_CHUNK);
    if (sealed.length < TAG.authTagLength) throw alteredBody(o.name);
    const split = sealed.length - TAG.authTagLength;
    try {
      const decipher = createDecipheriv(CIPHER, o.key, nonceOf(index, index === chunks - 1), TAG);
      decipher.setAAD(o.binding).setAuthTag(sealed.subarray(split));
      at += decipher.update(sealed.subarray(0, split)).copy(out, at);
      decipher.final();
    } catch {
      throw alteredBody(o.name);
    }
    if (index % CHUNKS_AT_ONCE === CHUNKS_AT_ONCE - 1) await breathe();
  }
  return out;
};

const alteredBody = (name: string) =>
  invalid(
    `The archive ${name} was altered or cut: it does not open as it was sealed. Nothing was changed. Take it from the other place, or an older one.`,
  );
