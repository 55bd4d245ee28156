/** Puts a log together from its stretches, in a folder where nobody looks for it yet, and reads in it what was ordered late. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { syncFolder } from './file.ts';
import { KEY_FILE, LOG_FILE } from './format.ts';
import { scanLines } from './scan.ts';

export interface StretchToPlace {
  /** Bytes of the log's file. */
  readonly from: number;
  readonly to: number;
  body(): AsyncIterable<Buffer>;
}

/**
 * Writes the stretches one behind the other; those that overlap say the same twice. Refuses with `backup-invalid` where one is
 * missing between them or is not as long as it says. Whether they are sound, `verifyAuditLog` says.
 */
export const assembleLog = async (o: {
  /** The folder of one log, named after its origin. Made with 0700. */
  readonly folder: string;
  /** By where they begin. */
  readonly stretches: AsyncIterable<StretchToPlace>;
  /** Asked once all stretches are through; empty: none are known. */
  readonly publicKeys: () => string;
}): Promise<void> => {
  await mkdir(o.folder, { recursive: true, mode: 0o700 });
  const handle = await open(join(o.folder, LOG_FILE), 'wx', 0o600);
  let end = 0;
  try {
    for await (const { from, to, body } of o.stretches) {
      if (from > end) throw gap(o.folder, end, from);
      let at = from;
      for await (const piece of body()) {
        const skip = Math.max(0, Math.min(piece.length, end - at));
        await handle.write(piece, skip, piece.length - skip, at + skip);
        at += piece.length;
      }
      if (at !== to) throw gap(o.folder, at, to);
      end = Math.max(end, to);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  const publicKeys = o.publicKeys();
  if (publicKeys !== '') {
    const keys = await open(join(o.folder, KEY_FILE), 'wx', 0o600);
    try {
      await keys.writeFile(publicKeys);
      await keys.sync();
    } finally {
      await keys.close();
    }
  }
  await syncFolder(o.folder);
};

const gap = (folder: string, from: number, to: number): SottoError =>
  new SottoError(
    'backup-invalid',
    `The backups of the audit log for ${folder} leave out its bytes ${from} to ${to}, so it cannot be put together whole. Nothing was changed. Look for the missing stretch in the other place.`,
  );

/** What may make a restored state older than what was in force. */
export interface LateOrder {
  readonly what: string;
  readonly at: number;
  /** Of the restrictions, where it says one. */
  readonly version: number | null;
}

/** What makes another pack the approved one: an older pin would let the one of before answer again. */
const PINNED = new Set<unknown>(['stricter', 'approved']);

/** Orders that change what stands, or what is kept and shown of somebody. */
const ORDERS = new Set<unknown>(['pause', 'resume', 'hold', 'lift', 'recall', 'forget']);

/** More are not told; the latest count. */
const MOST_TOLD = 1_000;

const read = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const { entry } = JSON.parse(line) as { readonly entry?: unknown };
    return typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
};

/**
 * Changes of restrictions to a version above `version`, and packs that were approved or orders that were begun or done behind the byte `from`, whatever a clock said; where
 * that is null, after `at`. The last ones.
 */
export const ordersAfter = async (o: {
  readonly folder: string;
  readonly version: number;
  readonly from: number | null;
  readonly at: number;
}): Promise<readonly LateOrder[]> => {
  const found: LateOrder[] = [];
  const handle = await open(join(o.folder, LOG_FILE), 'r');
  try {
    await scanLines({
      read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
      from: 0,
      line: (bytes, start, end, next) => {
        const kinds = bytes.subarray(start, end);
        const may = ['restriction', 'order', 'pack'].some((one) => kinds.includes(`"kind":"${one}"`));
        const entry = may ? read(bytes.toString('utf8', bytes.indexOf('{', start), end)) : null;
        if (entry === null) return true;
        const { kind, what, how, version, at, change } = entry;
        const isLate = o.from === null ? Number(at) > o.at : next > o.from;
        if (typeof at !== 'number') return true;
        if (kind === 'restriction' && typeof version === 'number' && version > o.version)
          found.push({ what: 'restriction', at, version });
        else if (kind === 'order' && ORDERS.has(what) && (change === 'begun' || change === 'done') && isLate)
          found.push({ what: String(what), at, version: null });
        else if (kind === 'pack' && PINNED.has(how) && isLate) found.push({ what: 'pack', at, version: null });
        if (found.length > MOST_TOLD) found.shift();
        return true;
      },
    });
  } finally {
    await handle.close();
  }
  return found;
};
