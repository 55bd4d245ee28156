/** Text that is signed by one or more keys: C2SP signed-note, with Ed25519 alone. */
import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** A note and its signatures are far shorter. */
export const MOST_NOTE_BYTES = 8_192;

/** Signatures that are looked at; a verifier must take sixteen. */
const MOST_SIGNATURES = 32;

const ED25519 = 1;
const KEY_BYTES = 32;
const ID_BYTES = 4;
const SIGNATURE_BYTES = 64;

/** Of an Ed25519 key; its raw 32 bytes stand at the end of the SPKI. */
const rawOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES);

const typed = (key: KeyObject): Buffer => Buffer.concat([Buffer.of(ED25519), rawOf(key)]);

/** The first four bytes of SHA-256 over name, line feed, type and key. */
const idOf = (name: string, key: KeyObject): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed(key)]), 'buffer').subarray(0, ID_BYTES);

/** A public key as verifiers of signed notes are given it: `NAME+ID+KEY`, the id in hex, the key with its type in base64. */
export const verifierKey = (name: string, key: KeyObject): string =>
  `${name}+${idOf(name, key).toString('hex')}+${typed(key).toString('base64')}`;

/** Of the keys that sign here, by name: making one costs as much as a signature. */
const ownIds = new WeakMap<KeyObject, Map<string, Buffer>>();

const ownId = (name: string, key: KeyObject): Buffer => {
  const ids = ownIds.get(key) ?? new Map<string, Buffer>();
  const id = ids.get(name) ?? idOf(name, createPublicKey(key));
  ownIds.set(key, ids.set(name, id));
  return id;
};

/** The note: its text, which ends in a line feed, an empty line, and one signature. `key` signs, `name` names it. */
export const signNote = (o: { readonly text: string; readonly name: string; readonly key: KeyObject }): string => {
  const id = ownId(o.name, o.key);
  const signature = sign(null, Buffer.from(o.text), o.key);
  return `${o.text}\n\u2014 ${o.name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
};

const LINE = /^\u2014 ([^\s+]{1,256}) ([A-Za-z0-9+/]{4,8000}={0,2})$/u;

/**
 * The text of a note and which of these keys signed it under this name; null: it is no note, none of them did, or a signature that says
 * that it is one of theirs is not. Signatures by others are passed over. The key that signs is looked for by its id first.
 */
export const openNote = (
  note: string,
  o: { readonly name: string; readonly keys: Iterable<KeyObject> },
): { readonly text: string; readonly signer: KeyObject } | null => {
  const parts = partsOf(note);
  if (parts === null) return null;
  const text = Buffer.from(parts.text);
  let signer: KeyObject | null = null;
  for (const { name, id, signature } of parts.signatures) {
    if (name !== o.name || signature.length !== SIGNATURE_BYTES) continue;
    let [known, good] = [false, false];
    for (const key of o.keys) {
      if (!idOf(name, key).equals(id)) continue;
      known = true;
      if (!verify(null, text, key, signature)) continue;
      [good, signer] = [true, signer ?? key];
      break;
    }
    if (known && !good) return null;
  }
  return signer === null ? null : { text: parts.text, signer };
};

interface Signature {
  readonly name: string;
  readonly id: Buffer;
  readonly signature: Buffer;
}

/** A note taken apart; nothing of it is proved yet. Null: it is none. */
export const partsOf = (note: string): { readonly text: string; readonly signatures: readonly Signature[] } | null => {
  const gap = note.lastIndexOf('\n\n');
  if (gap <= 0 || note.length > MOST_NOTE_BYTES || !note.endsWith('\n') || !isPlain(note)) return null;
  const lines = note.slice(gap + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return null;
  const signatures = lines.map((line) => {
    const [, name = '', body = ''] = LINE.exec(line) ?? [];
    const bytes = Buffer.from(body, 'base64');
    // One signature has one spelling: the spare bits of the last letter must not vary.
    if (name === '' || bytes.length <= ID_BYTES || bytes.toString('base64') !== body) return null;
    return { name, id: bytes.subarray(0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
  });
  const good = signatures.filter((one) => one !== null);
  return good.length < lines.length ? null : { text: note.slice(0, gap + 1), signatures: good };
};

/** UTF-8, and no control character but the line feed. */
const isPlain = (note: string): boolean => {
  for (let at = 0; at < note.length; at++) {
    const code = note.charCodeAt(at);
    if (code < 0x20 && code !== 0x0a) return false;
  }
  return note.isWellFormed();
};
