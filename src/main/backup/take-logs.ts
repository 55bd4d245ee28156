/** Takes stretches of the audit logs that lie in this data folder. */
import { join } from 'node:path';
import { type AuditHeader, sealArchive } from '../../adapters/archive/archive.ts';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import { publicKeysOf, readStretch } from '../../adapters/audit-log/stretches.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { hasCode } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import { furthest, readStretchName, type StretchName, stretchName } from './names.ts';
import { soundIn } from './stretch.ts';
import type { Taking } from './take.ts';

interface TakingLogs extends Pick<Taking, 'auditFolder' | 'lineage' | 'version' | 'clock' | 'durable'> {
  readonly place: BackupPlace;
  /** Stretches are sealed under the current one of them. */
  readonly keys: Secret;
  /** Stretches of which it is known that they are sound, by log; is kept up to date. */
  readonly sound: Map<string, Had & { readonly name: string }>;
  /** Hears of a stretch that is not what its name says: damaged, planted, or under a key that is gone. */
  readonly strange: (origin: string) => void;
}

/** How far a place has a log, in entries. */
export interface Had {
  readonly to: number;
  /** Of the tree up to there, hex. */
  readonly root: string;
  /** As far as that its signed checkpoint is there too; 0: nothing is known to be. */
  readonly signed: number;
}

/** So many that do not open are passed over in one log; then it is written from its beginning once more. */
const MOST_STRANGE = 20;

export interface BackedUp {
  /** How far it is, by log, in entries from its beginning without a gap. */
  readonly ends: Map<string, Had>;
  /** Stretches behind a gap, by log: where somebody deleted what lies before them. */
  readonly further: Map<string, readonly StretchName[]>;
}

/** How far each log that lies here is backed up in a place. What the end rests on is opened; what lies before it, a restore opens. */
export const backedUp = async (o: TakingLogs): Promise<BackedUp> => {
  const stretches = Map.groupBy(
    (await o.place.list('audit')).flatMap(({ name }) => {
      const stretch = readStretchName(name);
      return stretch?.lineage === o.lineage ? [stretch] : [];
    }),
    ({ origin }) => origin,
  );
  const had: BackedUp = { ends: new Map(), further: new Map() };
  for (const origin of await begunLogs(o.auditFolder)) {
    had.further.set(origin, stretches.get(origin) ?? []);
    await goOn(o, had, origin);
  }
  return had;
};

/** To the end of the stretches that follow each other from where the place has the log without a gap. */
const goOn = async (o: TakingLogs, { ends, further }: BackedUp, origin: string): Promise<void> => {
  let left = further.get(origin) ?? [];
  for (let strange = 0; ; strange += 1) {
    const at = ends.get(origin)?.to ?? 0;
    const last = furthest(left, at);
    if (last === null || strange === MOST_STRANGE) break;
    const known = o.sound.get(origin);
    const had = known?.name === last.name ? known : hadOf(await soundIn(last, o.place, o.keys));
    if (had === null) {
      o.strange(origin);
      left = left.filter((one) => one !== last);
      continue;
    }
    o.sound.set(origin, { ...had, name: last.name });
    ends.set(origin, { ...had, signed: Math.max(had.signed, ends.get(origin)?.signed ?? 0) });
    break;
  }
  const end = ends.get(origin)?.to ?? 0;
  further.set(
    origin,
    left.filter(({ from }) => from > end),
  );
};

/** A piece of a log that was too long for one stretch, where the rest did not follow, is not signed where it ends. */
const hadOf = (header: AuditHeader | null): Had | null =>
  header && { to: header.to, root: header.root, signed: header.noted ? header.to : 0 };

/**
 * Writes what is new of every log here, and what is gone in the place; how many bytes that was. How far the place has them is kept up to date. A log
 * that is shorter than what is backed up of it, or another one, keeps the others from nothing: `cut` hears of it.
 */
export const writeStretches = async (
  o: TakingLogs &
    BackedUp & {
      readonly cut: (origin: string, error: unknown) => void;
      readonly signal?: AbortSignal;
    },
): Promise<number> => {
  let written = 0;
  const durable = await o.durable();
  for (const origin of await begunLogs(o.auditFolder)) {
    try {
      written += await writeLog(o, origin, durable.get(origin) ?? null);
    } catch (error) {
      if (!hasCode(error, 'audit-missing')) throw error;
      o.cut(origin, error);
    }
  }
  return written;
};

const writeLog = async (
  o: TakingLogs & BackedUp & { readonly signal?: AbortSignal },
  origin: string,
  within: number | null,
): Promise<number> => {
  const folder = join(o.auditFolder, origin);
  const { lineage, version, place } = o;
  let written = 0;
  for (;;) {
    o.signal?.throwIfAborted();
    const before = o.ends.get(origin);
    const beyond = (o.further.get(origin) ?? []).map((one) => one.from);
    const stretch = await readStretch({
      folder,
      from: before?.to ?? 0,
      upTo: Math.min(...beyond),
      ...(before === undefined ? {} : { had: before.root }),
      ...(within === null ? {} : { within }),
    });
    if (stretch === null) return written;
    const { body, ...what } = stretch;
    const { from, to, root } = what;
    const publicKeys = await publicKeysOf(folder);
    const madeAt = o.clock.now();
    const bytes = await sealArchive({
      dataKey: o.keys,
      body,
      header: () => ({ kind: 'audit', version, madeAt, lineage, origin, ...what, publicKeys }),
    });
    const name = stretchName({ lineage, origin, from, to });
    if ((await place.write({ kind: 'audit', name, bytes })) === 'written') written += bytes.length;
    else if ((await soundIn({ name, lineage, origin, from, to }, place, o.keys))?.root !== root) {
      // Nothing is overwritten: the log grows with every archive, and the next one begins here and is called otherwise.
      o.strange(origin);
      return written;
    }
    const had = { to, root, signed: stretch.noted ? to : (before?.signed ?? 0) };
    o.ends.set(origin, had);
    o.sound.set(origin, { ...had, name });
    await goOn(o, o, origin);
  }
};
