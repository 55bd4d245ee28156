/**
 * Backups to one place, as often as they must be: each place goes its own way, so that one that hangs or is full keeps no other
 * from what HR has just restricted.
 */
import type { BackupEntry } from '../../core/audit.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { codeOf } from '../../core/errors.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { newestFirst, readStateName, type StateName } from './names.ts';
import { backedUp, endsOfLogs, type Taking, takeState, writeStretches } from './take.ts';

/** Of each line so many archives are never deleted, however old. */
const ALWAYS_KEPT = 2;

/** What several processes are to write alike, the first of them writes: each waits for up to so long, ms. */
const SPREAD_MS = 1_500;

/** The regular ones begin so much sooner than they must, or a hundredth of the interval, and up to half of that later: so that they are done in time, ms. */
const MOST_EARLY_MS = 30_000;

/** A place that failed is tried again after this, twice as long each time, ms. */
const FIRST_RETRY_MS = 10_000;
const MOST_RETRY_MS = 5 * 60_000;

const LOOK_EVERY_MS = 500;

/** One attempt at one place. */
export interface PlaceRun {
  readonly place: string;
  readonly ok: boolean;
  readonly at: number;
  readonly ms: number;
  /** Name of the archive that was written; null: none was needed, or it failed. */
  readonly archive: string | null;
  readonly bytes: number;
  readonly auditBytes: number;
  /** Of the failure; null: there was none. */
  readonly code: string | null;
}

export interface PlaceBackups {
  readonly name: string;
  start(): void;
  /** One now, behind one that is under way. Never rejects. */
  now(): Promise<PlaceRun>;
  last(): {
    readonly run: PlaceRun | null /** Of the last that went well; null: none did since the start. */;
    readonly goodAt: number | null;
  };
  /** Gives up what is under way after `graceMs`. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export interface PlaceBackupsOptions {
  readonly place: BackupPlace;
  readonly taking: Taking;
  readonly everyMs: number;
  readonly keepMs: number;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Log;
  readonly metrics: {
    count(name: string, labels?: Readonly<Record<string, string>>): void;
    observe(name: string, value: number): void;
  };
  /** Version of the restrictions and standing orders, as this process knows it. */
  readonly restrictionsVersion: () => number;
  /** Puts on record that an archive was written. */
  readonly note: (entry: Omit<BackupEntry, 'kind' | 'at'>) => Promise<void>;
}

export const createPlaceBackups = (o: PlaceBackupsOptions): PlaceBackups => {
  const { place, taking, clock, log } = o;
  const stopping = new AbortController();
  /** How far the place has each log; null: not read yet, or not known any more. */
  let ends: Map<string, number> | null = null;
  let newest: StateName | null = null;
  let last: PlaceRun | null = null;
  let goodAt: number | null = null;
  let failures = 0;
  /** Version that the last good run began with. */
  let triedVersion = -1;
  const mostEarlyMs = Math.min(MOST_EARLY_MS, o.everyMs / 100);
  let spreadMs = 0;
  let strangeSaid = false;
  let turn: Promise<unknown> = Promise.resolve();
  let loop: Promise<void> = Promise.resolve();

  /** The newest of ours there, and all that are old enough to go. */
  const look = async (): Promise<readonly string[]> => {
    const all = (await place.list('state')).flatMap(({ name }) => readStateName(name) ?? []);
    const lines = Map.groupBy(all, ({ lineage }) => lineage);
    const ours = (lines.get(taking.lineage) ?? []).toSorted(newestFirst);
    newest = ours[0] ?? null;
    if (newest === null && all.length > 0 && !strangeSaid) {
      // A store that came back empty would be backed up beside the one that was lost.
      log.error('backup.other-line', { name: place.name, count: all.length });
      strangeSaid = true;
    }
    const oldest = clock.now() - o.keepMs;
    return [...lines.values()]
      .flatMap((line) => line.toSorted(newestFirst).slice(ALWAYS_KEPT))
      .filter(({ madeAt }) => madeAt < oldest)
      .map(({ name }) => name);
  };

  const isNeeded = (): boolean => {
    if (newest === null || newest.version < o.restrictionsVersion()) return true;
    const age = clock.now() - newest.madeAt;
    // One from the future says nothing about how old it is.
    return age >= o.everyMs - mostEarlyMs || age < 0;
  };

  const attempt = async (forced: boolean): Promise<Pick<PlaceRun, 'archive' | 'bytes' | 'auditBytes'>> => {
    const { signal } = stopping;
    const logs = await endsOfLogs(taking.auditFolder);
    ends ??= await backedUp(place, taking.lineage);
    const cut = (origin: string, error: unknown): void =>
      log.error('backup.log-cut', { name: origin, code: codeOf(error) });
    const auditBytes = await writeStretches({ ...taking, place, ends, cut, signal });
    const old = await look();
    if (!forced && !isNeeded()) return { archive: null, bytes: 0, auditBytes };
    const state = await takeState({ ...taking, logs, signal });
    const { name, bytes, header } = state;
    if ((await place.write({ kind: 'state', name, bytes })) === 'exists')
      return { archive: null, bytes: 0, auditBytes };
    newest = readStateName(name);
    const { version, hash: restrictions } = header.restrictions;
    await o.note({ archive: name, bytes: bytes.length, version, restrictions });
    // Only once there is a newer one.
    for (const gone of old) await place.remove(gone);
    return { archive: name, bytes: bytes.length, auditBytes };
  };

  const run = async (forced: boolean): Promise<PlaceRun> => {
    const at = clock.now();
    const version = o.restrictionsVersion();
    const begun = performance.now();
    const ms = (): number => Math.round(performance.now() - begun);
    try {
      const done = await attempt(forced);
      goodAt = clock.now();
      failures = 0;
      triedVersion = version;
      spreadMs = (o.random.fraction() * mostEarlyMs) / 2;
      last = { place: place.name, ok: true, at, ms: ms(), code: null, ...done };
      o.metrics.count('backups', { outcome: done.archive === null ? 'not-needed' : 'written' });
      o.metrics.observe('backup_ms', last.ms);
      if (done.archive !== null)
        log.info('backup.written', { id: done.archive, name: place.name, count: done.bytes, ms: last.ms });
    } catch (error) {
      failures += 1;
      ends = null;
      const code = codeOf(error);
      last = { place: place.name, ok: false, at, ms: ms(), archive: null, bytes: 0, auditBytes: 0, code };
      o.metrics.count('backups', { outcome: 'failed' });
      if (!stopping.signal.aborted) log.error('backup.failed', { name: place.name, code, count: failures });
    }
    return last;
  };

  const inTurn = (forced: boolean): Promise<PlaceRun> => {
    const running = turn.then(() => run(forced));
    turn = running;
    return running;
  };

  /** When the next one is due, where nothing is published meanwhile. */
  const nextAt = (): number => {
    if (last === null) return 0;
    if (!last.ok) return last.at + last.ms + Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
    return (newest?.madeAt ?? last.at) + o.everyMs - mostEarlyMs + spreadMs;
  };

  /** Something was published or ordered since; where the store itself fell back, once is enough. */
  const isBehind = (): boolean =>
    last?.ok === true && Math.max(newest?.version ?? -1, triedVersion) < o.restrictionsVersion();

  const watch = async (): Promise<void> => {
    const spread = (): Promise<void> => clock.sleep(o.random.fraction() * SPREAD_MS, stopping.signal);
    while (!stopping.signal.aborted) {
      if (clock.now() >= nextAt() || isBehind()) {
        await spread();
        if (!stopping.signal.aborted) await inTurn(false);
      } else await clock.sleep(LOOK_EVERY_MS, stopping.signal);
    }
  };

  return {
    name: place.name,
    start: () => {
      loop = watch();
    },
    now: () => inTurn(true),
    last: () => ({ run: last, goodAt }),
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      await Promise.race([Promise.allSettled([loop, turn]), clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
  };
};
