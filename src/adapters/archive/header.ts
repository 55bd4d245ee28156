/** What an archive says of itself, readable without the key. It is bound to the body, so that a changed one does not open. */
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import { safely } from '../../core/safely.ts';

export const MAGIC = Buffer.from('sotto-backup');

/**
 * Of the container and of what is in it. A newer one is never guessed at. 2: it may hold what became of the restrictions, and which pack was
 * approved; what a program that knows 1 alone would leave out. 3: audit logs are trees, and their stretches go by entries.
 */
export const FORMAT = 3;

/** The first one whose audit logs are trees. */
const TREES = 3;

/** Magic, format (2 bytes), length of the header (4 bytes). */
export const PREAMBLE = MAGIC.length + 6;

const MOST_HEADER = 1 << 20;

const time = z.number().int().nonnegative();
const name = z.string().max(200);
const count = z.number().int().nonnegative();
const hex = z.string().regex(/^[0-9a-f]{1,64}$/);
const root = z.string().regex(/^[0-9a-f]{64}$/);

const wrappedKey = z.strictObject({ id: name, salt: name, wrapped: name });

const common = {
  /** Of the program that made it. */
  version: name,
  madeAt: time,
  /** The line of the store it belongs to. */
  lineage: hex,
};

const state = z.strictObject({
  kind: z.literal('state'),
  ...common,
  /** Version and hash of HR's restrictions. */
  restrictions: z.strictObject({ version: count, hash: hex, count }),
  /** Names the rules in force: pack, schema and restrictions. */
  policy: name,
  sections: z.record(z.string(), count),
  /** Ids of the keys that it holds for stretches of audit logs. */
  stretchKeys: z.array(name).max(1_000),
  /** How long each audit log was that the data folder of its maker held. `root`: of the tree over all of its entries. */
  logs: z.array(z.strictObject({ origin: name, entries: count, root })).max(10_000),
});

const audit = z.strictObject({
  kind: z.literal('audit'),
  ...common,
  origin: name,
  /** Entries of the log. */
  from: count,
  to: count,
  /** Of the tree up to `to`. */
  root,
  /** What the body says of them: the entries, or, where these were pruned before the place got them, the hashes of their leaves. */
  holds: z.enum(['entries', 'hashes']),
  /** Whether the body ends with a checkpoint that was signed for `to`. */
  noted: z.boolean(),
  /** Of every key that signed in the log, PEM. */
  publicKeys: z.string().max(64 * 1024),
});

export type StateHeader = z.infer<typeof state>;
export type AuditHeader = z.infer<typeof audit>;
export type Header = StateHeader | AuditHeader;

const shape = z.discriminatedUnion('kind', [
  state.extend({ key: wrappedKey }).strict(),
  audit.extend({ key: wrappedKey }).strict(),
]);
export type SealedHeader = z.infer<typeof shape>;

export const invalid = (what: string, cause?: unknown): SottoError =>
  new SottoError('backup-invalid', what, cause === undefined ? undefined : { cause });

const altered = (name: string): SottoError =>
  invalid(
    `The archive ${name} was altered or cut: its header cannot be read. Nothing was changed. Take it from the other place, or an older one.`,
  );

const older = (name: string): SottoError =>
  invalid(
    `The archive ${name} speaks of audit logs as they were before Sotto 0.10, one file each with a chain, and this version does not read those. Nothing was changed. Restore with the version that made it.`,
  );

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Everything before the body. Refuses with `backup-invalid` what could not be read again. */
export const writeHead = (header: SealedHeader): Buffer => {
  const json = Buffer.from(JSON.stringify(header));
  if (json.length > MOST_HEADER || !safely(shape, header).success)
    throw invalid('What a backup would say of itself could not be read again, so none was made.');
  const lengths = Buffer.alloc(6);
  lengths.writeUInt16BE(FORMAT, 0);
  lengths.writeUInt32BE(json.length, 2);
  return Buffer.concat([MAGIC, lengths, json]);
};

/** Refuses with `backup-invalid` what is no archive, of a newer format, or altered. Whether the header is true, opening the body tells. */
export const readHead = (name: string, bytes: Buffer): { readonly header: SealedHeader; readonly end: number } => {
  if (bytes.length < PREAMBLE || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw invalid(`${name} is no archive of Sotto, or its beginning was altered. Nothing was changed.`);
  const format = bytes.readUInt16BE(MAGIC.length);
  if (format > FORMAT)
    throw invalid(
      `The archive ${name} is of format ${format}, and this version of Sotto knows formats up to ${FORMAT}. Nothing was changed. Restore with the version that made it, or a newer one.`,
    );
  const length = bytes.readUInt32BE(MAGIC.length + 2);
  const end = PREAMBLE + length;
  if (format === 0 || length > MOST_HEADER || end > bytes.length) throw altered(name);
  const said = jsonOf(bytes.toString('utf8', PREAMBLE, end));
  const read = safely(shape, said);
  if (read.success) return { header: read.data, end };
  throw format < TREES && said !== null ? older(name) : altered(name);
};
