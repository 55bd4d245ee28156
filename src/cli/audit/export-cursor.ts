/**
 * How far the audit log was taken out, in a file of the operator's. It is written only once what it speaks of was written out, and in one
 * stroke, so that a command that dies gives some entries twice and none never.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { Lines } from './export-out.ts';

const PRIVATE_FILE = 0o600;

/** Hundreds of logs, and a ticket. */
const MOST_BYTES = 1 << 20;

const shape = z.strictObject({
  cursor: z.literal('sotto audit export'),
  /** What was asked for, so that a cursor is never taken for another export's. */
  of: z.string(),
  /** What was confirmed for thirty days; null: nothing was. */
  ticket: z.string().nullable(),
  /** By log: the index of the next entry. */
  next: z.record(z.string(), z.number().int().nonnegative()),
});

export interface Cursor {
  readonly ticket: string | null;
  readonly next: Readonly<Record<string, number>>;
}

/** The bytes of a file that is ours alone to write; null: there is none. Whoever else could write it could have entries passed over, and nobody would miss them. */
const ownFile = (path: string): string | null => {
  let file: number;
  try {
    // What is no file must not be waited for.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { uid, mode, size } = fstatSync(file);
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (!isFile || size > MOST_BYTES) throw new Error('no file that is a cursor');
    if (uid !== (process.getuid?.() ?? uid) || (mode & 0o022) !== 0)
      throw new SottoError(
        'usage',
        `${path} can be written by others than you, so it may pass over entries. Name another file, or look at it and "chmod 600" it.`,
      );
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
};

/** Null: there is none yet. Refuses with code `usage` what is no cursor, another export's, or not ours alone to write. `of`: what is asked for. */
export const readCursor = (o: { readonly path: string; readonly of: string }): Cursor | null => {
  let found: z.infer<typeof shape>;
  try {
    const text = ownFile(o.path);
    if (text === null) return null;
    found = shape.parse(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    throw new SottoError('usage', `${o.path} is no cursor of "sotto audit export". Name another file.`, { cause });
  }
  if (found.of !== o.of)
    throw new SottoError(
      'usage',
      `${o.path} is the cursor of an export with another format or other filters. Name another file.`,
    );
  return { ticket: found.ticket, next: found.next };
};

/** Resolves once it is on stable storage. One writer at a time. */
export const writeCursor = async (o: Cursor & { readonly path: string; readonly of: string }): Promise<void> => {
  const { path, of, ticket, next } = o;
  const beside = `${path}.new`;
  // What a command that died left there.
  await rm(beside, { force: true });
  const written = `${JSON.stringify({ cursor: 'sotto audit export', of, ticket, next } satisfies z.infer<typeof shape>)}\n`;
  await synced(await open(beside, 'wx', PRIVATE_FILE), (file) => file.writeFile(written));
  await rename(beside, path);
  await synced(await open(dirname(path), 'r'), async () => undefined);
};

/** Where the cursor lies, and what it is of. */
export interface Kept {
  readonly path: string;
  readonly of: string;
}

/** Notes how far it came: all lines are out before the cursor speaks of them. `kept` null: there is no cursor. */
export const passing =
  (o: { readonly lines: Pick<Lines, 'flush'>; readonly kept: Kept | null; readonly ticket: string | null }) =>
  async (next: ReadonlyMap<string, number>): Promise<void> => {
    await o.lines.flush();
    if (o.kept !== null) await writeCursor({ ...o.kept, ticket: o.ticket, next: Object.fromEntries(next) });
  };

const synced = async (file: FileHandle, before: (file: FileHandle) => Promise<void>): Promise<void> => {
  try {
    await before(file);
    await file.sync();
  } finally {
    await file.close();
  }
};
