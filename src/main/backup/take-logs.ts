/** Takes stretches of the audit logs that lie in this data folder. */
import { join } from 'node:path';
import { sealArchive } from '../../adapters/archive/archive.ts';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import { publicKeysOf, readStretch } from '../../adapters/audit-log/stretches.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { hasCode } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import { furthest, readStretchName, type StretchName, stretchName } from './names.ts';
import { isSound } from './stretch.ts';
import type { Taking } from './take.ts';

interface TakingLogs extends Pick<Taking, 'auditFolder' | 'lineage' | 'version' | 'clock'> {
  readonly place: BackupPlace;
  /** Stretches are sealed under the current one of them. */
  readonly keys: Secret;
  /** Stretches of which it is known that they are sound, by log; is kept up to date. */
  readonly sound: Map<string, string>;
  /** Hears of a stretch that is not what its name says: damaged, planted, or under a key that is gone. */
  readonly strange: (origin: string) => void;
}

/** So many that do not open are passed over in one log; then it is written from its beginning once more. */
const MOST_STRANGE = 20;

/**
 * How far each log that lies here is backed up in a place: bytes from its beginning without a gap. What the end rests on is opened; what lies
 * before it, a restore opens.
 */
export const backedUp = async (o: TakingLogs): Promise<Map<string, number>> => {
  const stretches = Map.groupBy(
    (await o.place.list('audit')).flatMap(({ name }) => {
      const stretch = readStretchName(name);
      return stretch?.lineage === o.lineage ? [stretch] : [];
    }),
    ({ origin }) => origin,
  );
  const ends = new Map<string, number>();
  for (const origin of await begunLogs(o.auditFolder)) {
    let left: readonly StretchName[] = stretches.get(origin) ?? [];
    for (let strange = 0; ; strange += 1) {
      const last = furthest(left);
      if (last === null || strange === MOST_STRANGE) break;
      if (o.sound.get(origin) === last.name || (await isSound(last, o.place, o.keys))) {
        o.sound.set(origin, last.name);
        ends.set(origin, last.to);
        break;
      }
      o.strange(origin);
      left = left.filter((one) => one !== last);
    }
  }
  return ends;
};

/**
 * Writes what is new of every log here; how many bytes that was. `ends` is how far the place has them, and is kept up to date. A log that
 * is shorter than what is backed up of it keeps the others from nothing: `cut` hears of it.
 */
export const writeStretches = async (
  o: TakingLogs & {
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
  o: TakingLogs & { readonly ends: Map<string, number>; readonly signal?: AbortSignal },
  origin: string,
): Promise<number> => {
  const folder = join(o.auditFolder, origin);
  const { lineage, version, place } = o;
  let written = 0;
  for (;;) {
    o.signal?.throwIfAborted();
    const stretch = await readStretch({ folder, from: o.ends.get(origin) ?? 0 });
    if (stretch === null) return written;
    const { from, to, entries } = stretch;
    const publicKeys = await publicKeysOf(folder);
    const madeAt = o.clock.now();
    const bytes = await sealArchive({
      dataKey: o.keys,
      body: [stretch.bytes],
      header: () => ({ kind: 'audit', version, madeAt, lineage, origin, from, to, entries, publicKeys }),
    });
    const name = stretchName({ lineage, origin, from, to });
    if ((await place.write({ kind: 'audit', name, bytes })) === 'written') written += bytes.length;
    else if (!(await isSound({ name, lineage, origin, from, to }, place, o.keys))) {
      // Nothing is overwritten: the log grows with every archive, and the next one begins here and is called otherwise.
      o.strange(origin);
      return written;
    }
    o.ends.set(origin, to);
    o.sound.set(origin, name);
  }
};
