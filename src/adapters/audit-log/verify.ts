import type { KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { genesis, LOG_FILE } from './format.ts';
import { readPublicKeys } from './keys.ts';
import { createChecker, scanLines } from './scan.ts';

export interface Verified {
  readonly ok: boolean;
  /** How many entries are right, up to the first bad one. */
  readonly entries: number;
  readonly checkpoints: number;
  /** `index` counts entries from 0, `line` lines of the file from 1. */
  readonly firstBad: { readonly index: number; readonly line: number; readonly why: string } | null;
}

/**
 * Reads one log from start to end and names the first entry that is not as it was signed. Time grows with the log, memory
 * does not. A log that was cut exactly behind a checkpoint is whole in itself: only `expectAtLeast` (the size registered in
 * the store) tells. Refuses with code `audit-missing` where there is no log, `settings` where the key is none.
 */
export const verifyAuditLog = async (o: {
  /** The folder of one log, named after its origin. */
  readonly folder: string;
  /** Ed25519; as PEM there may be several in a row, as after a rotation. */
  readonly publicKey: string | KeyObject;
  readonly expectAtLeast?: number;
  /** Where the folder does not carry the origin's name (a copy). */
  readonly origin?: string;
}): Promise<Verified> => {
  const keys = readPublicKeys(o.publicKey);
  const origin = o.origin ?? basename(o.folder);
  const handle = await open(join(o.folder, LOG_FILE), 'r').catch((cause: unknown) => {
    throw new SottoError(
      'audit-missing',
      `There is no readable audit log in ${o.folder}, so nothing can be verified. Name the folder of one log (SOTTO_DATA/audit/ORIGIN).`,
      { cause },
    );
  });
  try {
    return await verifyLines(handle, createChecker({ origin, keys, from: genesis(origin) }), o.expectAtLeast ?? 0);
  } finally {
    await handle.close();
  }
};

const verifyLines = async (
  handle: Awaited<ReturnType<typeof open>>,
  checker: ReturnType<typeof createChecker>,
  atLeast: number,
): Promise<Verified> => {
  let lines = 0;
  let coveredLines = 0;
  let why: string | null = null;
  const rest = await scanLines({
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    from: 0,
    line: (bytes, start, end) => {
      why = checker.line(bytes, start, end);
      if (why !== null) return false;
      lines++;
      if (checker.covered() === checker.position().size) coveredLines = lines;
      return true;
    },
  });
  const { size, number } = checker.position();
  const bad = (index: number, line: number, because: string): Verified => ({
    ok: false,
    entries: size,
    checkpoints: number,
    firstBad: { index, line, why: because },
  });
  if (why !== null) return bad(size, lines + 1, why);
  if (rest === 'too-long') return bad(size, lines + 1, 'the line is longer than any entry can be');
  if (rest === 'part')
    return bad(size, lines + 1, 'the log ends in the middle of a line: it was cut, or is just being written');
  if (checker.covered() < size)
    return bad(
      checker.covered(),
      coveredLines + 1,
      'no signed checkpoint follows: the log was cut, or is just being written',
    );
  if (size < atLeast)
    return bad(size, lines + 1, `the log ends here, but ${atLeast} entries are on record: its end was cut off`);
  return { ok: true, entries: size, checkpoints: number, firstBad: null };
};
