/** Takes an archive of what stands. */
import { join } from 'node:path';
import { sealArchive } from '../../adapters/archive/archive.ts';
import type { StateHeader } from '../../adapters/archive/header.ts';
import { keyIdOf } from '../../adapters/archive/keys.ts';
import { writeLines } from '../../adapters/archive/lines.ts';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import { endOfLog, rootAfter } from '../../adapters/audit-log/past.ts';
import { restrictionsHash } from '../../core/backed-up.ts';
import type { Clock, Random, Sealer, Secret, Store } from '../../core/ports.ts';
import { checkWhole } from '../after-restore.ts';
import { takeRows } from './contents.ts';
import { stateName } from './names.ts';

/** What taking needs of the world. */
export interface Taking {
  readonly store: Pick<Store, 'snapshots' | 'expiries' | 'hashKeys'>;
  readonly sealer: Pick<Sealer, 'open' | 'seal'> & { keyId(): string };
  readonly random: Pick<Random, 'id'>;
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
  /** Of the logs that a process writes now, by origin: entries that are on stable storage for certain. What follows may yet be written otherwise. */
  readonly durable: () => Promise<ReadonlyMap<string, number>>;
}

export type LogEnds = StateHeader['logs'];

/** How far each log here goes just now; with `held`, as far as somebody has it, in entries that were signed: no more of it is asked for. */
export const endsOfLogs = async (auditFolder: string, held?: ReadonlyMap<string, number>): Promise<LogEnds> => {
  const ends: LogEnds = [];
  for (const origin of (await begunLogs(auditFolder)).toSorted()) {
    const folder = join(auditFolder, origin);
    if (held === undefined) {
      const end = await endOfLog(folder);
      if (end !== null) ends.push({ origin, ...end });
      continue;
    }
    const entries = held.get(origin) ?? 0;
    const root = entries === 0 ? null : await rootAfter({ folder, entries });
    if (root !== null) ends.push({ origin, entries, root });
  }
  return ends;
};

export interface TakenState {
  readonly name: string;
  readonly bytes: Buffer;
  readonly header: StateHeader;
  /** Of the data key that it was made under, as archives name it. */
  readonly keyId: string;
}

/**
 * The archive as it is written to a place. What stands is read in one look; removals, sign-ins and references may come and go while
 * they are read. One that is in the archive and has left is tried once more after a restore, which finds it gone; one that
 * came after it was read is lost with what came after the archive. Refuses with `settings` a store that is only half restored.
 */
export const takeState = async (
  o: Taking & { readonly logs: LogEnds; readonly signal?: AbortSignal },
): Promise<TakenState> => {
  // Before what stands is read: what is ordered after this may be missing in it.
  const madeAt = o.clock.now();
  const stands = await o.store.snapshots.stands();
  // After it was read: half of a store must never be taken for the newest state.
  checkWhole(await o.store.snapshots.restored());
  const counts: Record<string, number> = {};
  const stretchKeys: string[] = [];
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
    stretchKeys,
    logs: o.logs,
  });
  const dataKey = await o.dataKey();
  const bytes = await sealArchive({
    dataKey,
    body: writeLines(takeRows({ ...o, stands, now: madeAt, counts, stretchKeys })),
    header,
    ...(o.signal === undefined ? {} : { signal: o.signal }),
  });
  return {
    name: stateName({ madeAt, lineage: o.lineage, version: stands.version }),
    bytes,
    header: header(),
    keyId: keyIdOf(dataKey.current),
  };
};
