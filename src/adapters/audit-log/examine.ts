/** Reads one log from start to end: what is right in it, who signed it how far, and how it says that others end. */
import type { KeyObject } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { type Ending, endingsIn, noteEndings } from './endings.ts';
import { genesis, LOG_FILE } from './format.ts';
import { fingerprintOf } from './keys.ts';
import { type Checker, createChecker, scanLines } from './scan.ts';

/** See `verifyAuditLog`. */
export interface Verified {
  readonly ok: boolean;
  /** How many entries are right, up to the first bad one. */
  readonly entries: number;
  readonly checkpoints: number;
  /** `index` counts entries from 0, `line` lines of the file from 1. */
  readonly firstBad: { readonly index: number; readonly line: number; readonly why: string } | null;
}

/** How far the log had come where this key signed last: entries, and lines of the file. */
interface Covered {
  readonly by: string;
  readonly entries: number;
  readonly lines: number;
}

export interface Examined {
  /** Whoever signed it, provided that it was one of the keys. */
  readonly verified: Verified;
  /** One for each key that signed, in the order of its last checkpoint. */
  readonly covered: readonly Covered[];
  /** Over all of its entries, hex. */
  readonly chain: string;
  /** Where it says that other logs end, by origin. */
  readonly endings: ReadonlyMap<string, Ending>;
}

/** `keys`: by fingerprint; all that a checkpoint may be signed with. Refuses with code `audit-missing` where there is no log. */
export const examineLog = async (o: {
  readonly folder: string;
  readonly origin: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly expectAtLeast: number;
}): Promise<Examined> => {
  const handle = await open(join(o.folder, LOG_FILE), 'r').catch((cause: unknown) => {
    throw new SottoError(
      'audit-missing',
      `There is no readable audit log in ${o.folder}, so nothing can be verified. Name the folder of one log (SOTTO_DATA/audit/ORIGIN).`,
      { cause },
    );
  });
  try {
    const checker = createChecker({ origin: o.origin, keys: [...o.keys.values()], from: genesis(o.origin) });
    return await examine(handle, checker, o.expectAtLeast);
  } finally {
    await handle.close();
  }
};

const examine = async (handle: FileHandle, checker: Checker, atLeast: number): Promise<Examined> => {
  let lines = 0;
  let why: string | null = null;
  const covered = new Map<KeyObject, Omit<Covered, 'by'>>();
  const endings = new Map<string, Ending>();

  const note = (bytes: Buffer, start: number, end: number): void => {
    lines++;
    const { size } = checker.position();
    const signer = checker.signer();
    if (signer !== null && checker.covered() === size) {
      // The latest stands last.
      covered.delete(signer);
      covered.set(signer, { entries: size, lines });
    } else {
      noteEndings(endings, endingsIn(bytes, start, end));
    }
  };
  const rest = await scanLines({
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    from: 0,
    line: (bytes, start, end) => {
      why = checker.line(bytes, start, end);
      if (why === null) note(bytes, start, end);
      return why === null;
    },
  });
  return {
    verified: verdict({ checker, lines, why, rest, atLeast, coveredLines: [...covered.values()].at(-1)?.lines ?? 0 }),
    covered: [...covered].map(([key, how]) => ({ by: fingerprintOf(key), ...how })),
    chain: checker.position().chain,
    endings,
  };
};

const verdict = (o: {
  readonly checker: Checker;
  readonly lines: number;
  readonly coveredLines: number;
  readonly why: string | null;
  readonly rest: Awaited<ReturnType<typeof scanLines>>;
  readonly atLeast: number;
}): Verified => {
  const { checker, lines } = o;
  const { size, number } = checker.position();
  const bad = (index: number, line: number, why: string): Verified => ({
    ok: false,
    entries: size,
    checkpoints: number,
    firstBad: { index, line, why },
  });
  if (o.why !== null) return bad(size, lines + 1, o.why);
  if (o.rest === 'too-long') return bad(size, lines + 1, 'the line is longer than any entry can be');
  if (o.rest === 'part')
    return bad(size, lines + 1, 'the log ends in the middle of a line: it was cut, or is just being written');
  if (checker.covered() < size)
    return bad(
      checker.covered(),
      o.coveredLines + 1,
      'no signed checkpoint follows: the log was cut, or is just being written',
    );
  if (size < o.atLeast) return tooShort({ entries: size, checkpoints: number, lines, atLeast: o.atLeast });
  return { ok: true, entries: size, checkpoints: number, firstBad: null };
};

/** That a log is whole in itself and yet too short. */
export const tooShort = (o: {
  readonly entries: number;
  readonly checkpoints: number;
  readonly lines: number;
  readonly atLeast: number;
}): Verified => ({
  ok: false,
  entries: o.entries,
  checkpoints: o.checkpoints,
  firstBad: {
    index: o.entries,
    line: o.lines + 1,
    why: `the log ends here, but ${o.atLeast} entries are on record: its end was cut off`,
  },
});
