/** Takes an archive of what stands, and stretches of the audit logs that lie in this data folder. */
import { join } from 'node:path';
import { sealArchive } from '../../adapters/archive/archive.ts';
import type { StateHeader } from '../../adapters/archive/header.ts';
import { writeLines } from '../../adapters/archive/lines.ts';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import { endOfLog, publicKeysOf, readStretch } from '../../adapters/audit-log/stretches.ts';
import { restrictionsHash } from '../../core/backed-up.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { hasCode } from '../../core/errors.ts';
import type { Clock, Sealer, Secret, Store } from '../../core/ports.ts';
import { takeRows } from './contents.ts';
import { readStretchName, stateName, stretchName } from './names.ts';

/** What taking needs of the world. */
export interface Taking {
  readonly store: Pick<Store, 'snapshots' | 'expiries' | 'hashKeys'>;
  readonly sealer: Pick<Sealer, 'open'>;
  readonly dataKey: () => Promise<Secret>;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: Readonly<Record<string, string>>;
  /** Of this program. */
  readonly version: string;
  /** Names the rules in force. */
  readonly policy: () => string;
  /** The folder of all audit logs here. */
  readonly auditFolder: string;
  readonly lineage: string;
}

export type LogEnds = StateHeader['logs'];

/** How far each log here goes just now. */
export const endsOfLogs = async (auditFolder: string): Promise<LogEnds> => {
  const ends: LogEnds = [];
  for (const origin of (await begunLogs(auditFolder)).toSorted()) {
    const end = await endOfLog({ folder: join(auditFolder, origin) });
    if (end !== null) ends.push({ origin, ...end });
  }
  return ends;
};

export interface TakenState {
  readonly name: string;
  readonly bytes: Buffer;
  readonly header: StateHeader;
}

/**
 * The archive as it is written to a place. What stands is read in one look; removals, sign-ins and references may come and go while
 * they are read. One that is in the archive and has left is tried once more after a restore, which finds it gone; one that
 * came after it was read is lost with what came after the archive.
 */
export const takeState = async (
  o: Taking & { readonly logs: LogEnds; readonly signal?: AbortSignal },
): Promise<TakenState> => {
  // Before what stands is read: what is ordered after this may be missing in it.
  const madeAt = o.clock.now();
  const stands = await o.store.snapshots.stands();
  const counts: Record<string, number> = {};
  const header = (): StateHeader => ({
    kind: 'state',
    version: o.version,
    madeAt,
    lineage: o.lineage,
    restrictions: {
      version: stands.version,
      hash: restrictionsHash(stands.restrictions),
      count: stands.restrictions.length,
    },
    policy: o.policy(),
    sections: counts,
    logs: o.logs,
  });
  const bytes = await sealArchive({
    dataKey: await o.dataKey(),
    body: writeLines(takeRows({ ...o, stands, now: madeAt, counts })),
    header,
    ...(o.signal === undefined ? {} : { signal: o.signal }),
  });
  return { name: stateName({ madeAt, lineage: o.lineage, version: stands.version }), bytes, header: header() };
};

/** How far each log is backed up in a place: bytes from its beginning without a gap. */
export const backedUp = async (place: BackupPlace, lineage: string): Promise<Map<string, number>> => {
  const ends = new Map<string, number>();
  // By name, so by where they begin.
  for (const { name } of await place.list('audit')) {
    const stretch = readStretchName(name);
    if (stretch === null || stretch.lineage !== lineage) continue;
    const end = ends.get(stretch.origin) ?? 0;
    if (stretch.from <= end) ends.set(stretch.origin, Math.max(end, stretch.to));
  }
  return ends;
};

/**
 * Writes what is new of every log here; how many bytes that was. `ends` is how far the place has them, and is kept up to date. A log that
 * is shorter than what is backed up of it keeps the others from nothing: `cut` hears of it.
 */
export const writeStretches = async (
  o: Taking & {
    readonly place: BackupPlace;
    readonly ends: Map<string, number>;
    readonly cut: (origin: string, error: unknown) => void;
    readonly signal?: AbortSignal;
  },
): Promise<number> => {
  let written = 0;
  for (const origin of await begunLogs(o.auditFolder)) {
    try {
      written += await writeLog(o, origin);
    } catch (error) {
      if (!hasCode(error, 'audit-missing')) throw error;
      o.cut(origin, error);
    }
  }
  return written;
};

const writeLog = async (
  o: Taking & { readonly place: BackupPlace; readonly ends: Map<string, number>; readonly signal?: AbortSignal },
  origin: string,
): Promise<number> => {
  const folder = join(o.auditFolder, origin);
  const { lineage, version } = o;
  let written = 0;
  for (;;) {
    o.signal?.throwIfAborted();
    const stretch = await readStretch({ folder, from: o.ends.get(origin) ?? 0 });
    if (stretch === null) return written;
    const { from, to, entries } = stretch;
    const publicKeys = await publicKeysOf(folder);
    const madeAt = o.clock.now();
    const bytes = await sealArchive({
      dataKey: await o.dataKey(),
      body: [stretch.bytes],
      header: () => ({ kind: 'audit', version, madeAt, lineage, origin, from, to, entries, publicKeys }),
    });
    await o.place.write({ kind: 'audit', name: stretchName({ lineage, origin, from, to }), bytes });
    o.ends.set(origin, to);
    written += bytes.length;
  }
};
