import type { KeyObject } from 'node:crypto';
import { dirname, join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { type LogFile, type OpenFile, syncFolder } from './file.ts';
import { type Checkpoint, genesis, type Position, parseCheckpoint, signerOf } from './format.ts';
import { createChecker, scanLines } from './scan.ts';
import { readTail } from './tail.ts';

const CHUNK = 1 << 20;

/** The end of a batch: what the log holds there, and where that is in bytes. */
export interface Mark {
  readonly position: Position;
  readonly offset: number;
}

/**
 * Brings a log to its last signed checkpoint. Batches that are not known to be on stable storage are checked and written once
 * more, because after a failed sync the system may take for kept what is not; at a first opening that is the last batch. What
 * lies behind them was never acknowledged and is moved to a `torn-…` file. `known`: what this process last had on stable
 * storage; the log must contain it. Refuses with code `audit-missing` where it does not, `audit-unavailable` where the signed
 * part is broken.
 */
export const recover = async (o: {
  readonly file: LogFile;
  readonly path: string;
  readonly open: OpenFile;
  readonly origin: string;
  /** Those that are accepted. */
  readonly keys: readonly KeyObject[];
  /** Those that stand beside the log, which prove nothing by themselves. */
  readonly former: readonly KeyObject[];
  readonly now: number;
  readonly known: Mark | null;
}): Promise<Mark & { readonly droppedBytes: number; readonly signer: KeyObject | null }> => {
  const { file, origin, keys } = o;
  const size = await file.size();
  const from = o.known === null ? await lastButOne(file, size, o) : await stillThere(file, size, o.known, o);
  let { signer } = from;
  const checker = createChecker({ origin, keys, from: from.position });
  let good: Mark = { position: from.position, offset: from.offset };
  let why: string | null = null;
  const rest = await scanLines({
    read: file.read,
    from: from.offset,
    line: (bytes, start, end, next) => {
      why = checker.line(bytes, start, end);
      const position = checker.position();
      if (why === null && checker.covered() === position.size) {
        good = { position, offset: next };
        signer = checker.signer() ?? signer;
      }
      return why === null;
    },
  });
  if (rest === 'too-long') why ??= 'a line is longer than any can be';
  // A power cut may leave blocks of zeros in a batch that never got through; a line that was once written holds no zero byte.
  if (why !== null && !(await holdsZero(file, good.offset, size))) throw broken(origin, why);

  // Nothing that follows vouches for where it begins.
  if (good.offset === from.offset && from.offset > 0 && signer === null)
    throw broken(origin, 'the last checkpoint that is whole is not signed by the key in use');

  await copy(file, file, from.offset, good.offset, 0);
  if (size > good.offset) {
    await moveAside(o, good.offset, size);
    await file.truncate(good.offset);
  }
  await file.sync();
  return { ...good, signer, droppedBytes: size - good.offset };
};

type SignedMark = Mark & { readonly signer: KeyObject | null };

/**
 * Where the last complete batch begins. Its own checkpoint may be signed by a former key, as long as the one that follows is not: that
 * one's chain begins there. `signer` is null where it is.
 */
const lastButOne = async (
  file: LogFile,
  size: number,
  { origin, keys, former }: { readonly origin: string } & Record<'keys' | 'former', readonly KeyObject[]>,
): Promise<SignedMark> => {
  const tail = await readTail(file.read, size);
  if (tail === null) throw broken(origin, 'no checkpoint is found near its end');
  if (tail.before === null) return { position: genesis(origin), offset: 0, signer: null };
  const signed = signedPosition(tail.before, origin, keys);
  if (signed !== null) return { ...signed, offset: tail.from };
  const before = signedPosition(tail.before, origin, former);
  if (before === null)
    throw broken(origin, 'the last checkpoint but one is not signed by the key in use, or one before it');
  return { ...before, offset: tail.from, signer: null };
};

/** What was known, if the file still holds it. */
const stillThere = async (
  file: LogFile,
  size: number,
  known: Mark,
  o: { readonly origin: string; readonly keys: readonly KeyObject[] },
): Promise<SignedMark> => {
  if (known.offset === 0) return { ...known, signer: null };
  const tail = size < known.offset ? null : await readTail(file.read, known.offset);
  const signed = signedPosition(tail?.last ?? '', o.origin, o.keys);
  if (signed?.position.size !== known.position.size || signed.position.chain !== known.position.chain)
    throw cut(o.origin);
  return { ...known, signer: signed.signer };
};

const signedPosition = (
  line: string,
  origin: string,
  keys: readonly KeyObject[],
): { readonly position: Position; readonly signer: KeyObject } | null => {
  const { checkpoint, signature } = parseCheckpoint(line) ?? {};
  if (checkpoint?.origin !== origin) return null;
  const signer = signerOf(checkpoint, signature, keys);
  if (signer === null) return null;
  return { position: behind(checkpoint), signer };
};

const behind = ({ size, number, chain }: Checkpoint): Position => ({ size, number: number + 1, chain });

const holdsZero = async (file: LogFile, from: number, to: number): Promise<boolean> => {
  const buffer = Buffer.alloc(CHUNK);
  for (let at = from; at < to; ) {
    const got = await file.read(buffer, at);
    if (got === 0) return false;
    if (buffer.subarray(0, got).includes(0)) return true;
    at += got;
  }
  return false;
};

/** The torn bytes are kept, for whoever must find out what happened; the log itself then says how many there were. */
const moveAside = async (
  o: { readonly file: LogFile; readonly path: string; readonly open: OpenFile; readonly now: number },
  from: number,
  to: number,
): Promise<void> => {
  const torn = await o.open({ path: join(dirname(o.path), `torn-${from}-${o.now}.log`), create: true });
  try {
    await torn.truncate(0);
    await copy(o.file, torn, from, to, from);
    await torn.sync();
  } finally {
    await torn.close();
  }
  await syncFolder(dirname(o.path));
};

/** Copies the bytes `from` to `to`; they arrive `shift` further to the front. */
const copy = async (source: LogFile, target: LogFile, from: number, to: number, shift: number): Promise<void> => {
  const buffer = Buffer.alloc(CHUNK);
  for (let at = from; at < to; ) {
    const got = await source.read(buffer.subarray(0, Math.min(CHUNK, to - at)), at);
    if (got === 0) throw new Error('the file ended early');
    if ((await target.write(buffer.subarray(0, got), at - shift)) !== got) throw new Error('the disk took only a part');
    at += got;
  }
};

const broken = (origin: string, why: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `The audit log ${origin} is not as it was signed: ${why}. Nothing can be recorded behind it, so nothing is answered. Keep its folder as evidence and run "sotto audit verify"; where the signing key was replaced, put the former one back beside it; otherwise restore the log, or begin a new one under another origin.`,
  );

const cut = (origin: string): SottoError =>
  new SottoError(
    'audit-missing',
    `The audit log ${origin} no longer holds what was recorded in it: entries were cut off or the file was replaced while it was in use. Nothing is answered until it is restored. Keep its folder as evidence.`,
  );
