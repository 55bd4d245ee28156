/**
 * The file, line by line. Batches follow each other; a batch is its entries and one checkpoint:
 *
 *     <chain, 64 hex digits> {"entry":{…},"seq":<index>}
 *     checkpoint <origin> <number> <size> <chain> <time> <signature, 128 hex digits>
 *
 * leaf(i)  = SHA-256(0x00 || bytes(i)), bytes(i) being the canonical JSON of the line: RFC 6962's leaf hash, and nothing
 *            of the entry before is inside, so that the same bytes can become the leaves of a Merkle tree.
 * chain(i) = SHA-256(0x02 || chain(i-1) || leaf(i)), chain(-1) = SHA-256(0x03 || "sotto-audit-v1" LF origin).
 * The signature is Ed25519 over "sotto-audit-checkpoint-v1" LF and the checkpoint's fields, each on a line of its own.
 * `number` counts checkpoints from 0 (so that a dropped one is noticed), `size` is how many entries there are so far.
 */
import { hash, type KeyObject, sign, verify } from 'node:crypto';

export const LOG_FILE = 'audit.log';
export const KEY_FILE = 'public-key.pem';

/** C2SP tile bundles give an entry 16 bits of length. */
export const MAX_ENTRY_BYTES = 65_535;

const CHAIN_HEX = 64;
/** Chain, a space, the entry. A checkpoint is shorter. */
export const MAX_LINE_BYTES = CHAIN_HEX + 1 + MAX_ENTRY_BYTES;

/** A folder's name and a word of a checkpoint at once. */
export const isOrigin = (origin: string): boolean => /^[a-z0-9][a-z0-9.-]{0,62}$/.test(origin);

/** How far a log has come: `size` entries under `chain` (hex), `number` checkpoints. */
export interface Position {
  readonly size: number;
  readonly number: number;
  readonly chain: string;
}

export interface Checkpoint {
  readonly origin: string;
  readonly number: number;
  readonly size: number;
  /** Hex. */
  readonly chain: string;
  /** ms since the epoch. */
  readonly time: number;
}

export const genesis = (origin: string): Position => ({
  size: 0,
  number: 0,
  chain: hash('sha256', `\x03sotto-audit-v1\n${origin}`),
});

const LEAF = 0;
const LINK = 2;
const SPACE = 0x20;
const link = Buffer.alloc(65, LINK);

/**
 * The chain behind an entry whose line stands in `bytes`; `space` is where the space before its text is, `end` where its line
 * feed is. The leaf is hashed behind a zero byte: the space lends its place, and gets it back.
 */
export const chainOver = (chain: string, bytes: Buffer, space: number, end: number): string => {
  bytes[space] = LEAF;
  link.write(hash('sha256', bytes.subarray(space, end)), 33, 'hex');
  bytes[space] = SPACE;
  link.write(chain, 1, 'hex');
  return hash('sha256', link);
};

/** The canonical bytes of an entry, from its own canonical JSON. */
export const entryText = (json: string, seq: number): string => `{"entry":${json},"seq":${seq}}`;

const signedText = ({ origin, number, size, chain, time }: Checkpoint): Buffer =>
  Buffer.from(`sotto-audit-checkpoint-v1\n${origin}\n${number}\n${size}\n${chain}\n${time}\n`);

export const checkpointLine = (checkpoint: Checkpoint, key: KeyObject): string => {
  const { origin, number, size, chain, time } = checkpoint;
  const signature = sign(null, signedText(checkpoint), key).toString('hex');
  return `checkpoint ${origin} ${number} ${size} ${chain} ${time} ${signature}\n`;
};

const CHECKPOINT =
  /^checkpoint ([a-z0-9][a-z0-9.-]{0,62}) (0|[1-9]\d{0,14}) ([1-9]\d{0,14}) ([0-9a-f]{64}) (0|[1-9]\d{0,14}) ([0-9a-f]{128})$/;

/** Null where the line (without its line feed) is none. One checkpoint has one spelling. */
export const parseCheckpoint = (
  line: string,
): { readonly checkpoint: Checkpoint; readonly signature: Buffer } | null => {
  const [, origin = '', number = '', size = '', chain = '', time = '', signature = ''] = CHECKPOINT.exec(line) ?? [];
  if (origin === '') return null;
  const checkpoint = { origin, number: Number(number), size: Number(size), chain, time: Number(time) };
  return { checkpoint, signature: Buffer.from(signature, 'hex') };
};

/** Whose signature it is; null: nobody's of these. */
export const signerOf = (
  checkpoint: Checkpoint,
  signature: Buffer | undefined,
  keys: Iterable<KeyObject>,
): KeyObject | null => {
  if (signature === undefined) return null;
  const text = signedText(checkpoint);
  for (const key of keys) if (verify(null, text, key, signature)) return key;
  return null;
};
