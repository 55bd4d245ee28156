/** How far a log has come, signed by it: C2SP tlog-checkpoint. */
import type { KeyObject } from 'node:crypto';
import { HASH_BYTES } from './merkle.ts';
import { openNote, partsOf, signNote } from './note.ts';

export interface Checkpoint {
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  /** Of the tree of so many leaves. */
  readonly root: Buffer;
}

/** A folder's name, a checkpoint's first line and its key's name at once. */
export const isOrigin = (origin: string): boolean => /^[a-z0-9][a-z0-9.-]{0,62}$/.test(origin);

/** The signed note, under the origin as the key's name. */
export const signCheckpoint = ({ origin, size, root }: Checkpoint, key: KeyObject): string =>
  signNote({ text: `${origin}\n${size}\n${root.toString('base64')}\n`, name: origin, key });

const TEXT = /^([a-z0-9][a-z0-9.-]{0,62})\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\n$/;

/** What a text says; null: it is no checkpoint, or it has lines of which nobody here knows what they mean. */
const readText = (text: string): Checkpoint | null => {
  const [, origin = '', size = '', root = ''] = TEXT.exec(text) ?? [];
  const bytes = Buffer.from(root, 'base64');
  // One checkpoint has one spelling.
  if (origin === '' || bytes.length !== HASH_BYTES || bytes.toString('base64') !== root) return null;
  return { origin, size: Number(size), root: bytes };
};

/** What a note says, signed by whomever; null: it is no checkpoint. */
export const readCheckpoint = (note: string): Checkpoint | null => readText(partsOf(note)?.text ?? '');

/** A checkpoint and which of these keys signed it in the name of its origin; null: none did, or it is none. */
export const openCheckpoint = (
  note: string,
  keys: Iterable<KeyObject>,
): (Checkpoint & { readonly signer: KeyObject }) | null => {
  const found = readCheckpoint(note);
  const opened = found === null ? null : openNote(note, { name: found.origin, keys });
  return found === null || opened === null ? null : { ...found, signer: opened.signer };
};
