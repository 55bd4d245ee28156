/**
 * Backups to one place, as often as they must be: each place goes its own way, so that one that hangs or is full keeps no other
 * from what HR has just restricted.
 */
import type { BackupEntry } from '../../core/audit.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { codeOf } from '../../core/errors.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { lookAt, removeOld } from './keeping.ts';
import { readStateName, type StateName } from './names.ts';
import { type Done, failed, type PlaceRun } from './place-run.ts';
import { endsOfLogs, type Taking, takeState } from './take.ts';
import { backedUp, writeStretches } from './take-logs.ts';

/** What several processes are to write alike, the first of them writes: each waits for up to so long, ms. */
const SPREAD_MS = 1_500;

/** The regular ones begin so much sooner than they must, or a hundredth of the interval, and up to half of that later: so that they are done in time, ms. */
const MOST_EARLY_MS = 30_000;

/** A place that failed is tried again after this, twice as long each time, ms. */
const FIRST_RETRY_MS = 10_000;
const MOST_RETRY_MS = 5 * 60_000;

const LOOK_EVERY_MS = 500;

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

  const isNeeded = (): boolean => {
    if (newest === null || newest.version < o.restrictionsVersion()) return true;
    return clock.now() - newest.madeAt >= o.everyMs - mostEarlyMs;
  };

  const attempt = async (forced: boolean): Promise<Done> => {
    const { signal } = stopping;
    const logs = await endsOfLogs(taking.auditFolder);
    const strange = (origin: string): void => log.error('backup.stretch-strange', { name: place.name, id: origin });
    ends ??= await backedUp({ ...taking, place, strange });
    const cut = (origin: string, error: unknown): void =>
      log.error('backup.log-cut', { name: origin, code: codeOf(error) });
    const auditBytes = await writeStretches({ ...taking, place, ends, strange, cut, signal });
    const { lineage } = taking;
    const kept = await lookAt({
      place,
      lineage,
      now: clock.now(),
      keepMs: o.keepMs,
      version: o.restrictionsVersion(),
    });
    newest = kept.newest;
    if (kept.others > 0 && !strangeSaid) {
      // A store that came back empty would be backed up beside the one that was lost.
      log.error('backup.other-line', { name: place.name, count: kept.others });
      strangeSaid = true;
    }
    const nothing: Done = { archive: null, bytes: 0, auditBytes, unremoved: 0, why: null };
    if (!forced && !isNeeded()) return nothing;
    const state = await takeState({ ...taking, logs, signal });
    const { name, bytes, header } = state;
    if ((await place.write({ kind: 'state', name, bytes })) === 'exists') return nothing;
    newest = readStateName(name);
    const { version, hash: restrictions } = header.restrictions;
    await o.note({ archive: name, bytes: bytes.length, version, restrictions });
    // Only once there is a newer one.
    const { unremoved, why } = await removeOld(place, kept.old);
    if (why !== null) log.error('backup.not-removed', { name: place.name, code: why.code, count: unremoved });
    return { archive: name, bytes: bytes.length, auditBytes, unremoved, why: why?.message ?? null };
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
      last = { place: place.name, at, ms: ms(), ...failed(error) };
      o.metrics.count('backups', { outcome: 'failed' });
      if (!stopping.signal.aborted)
        log.error('backup.failed', { name: place.name, code: codeOf(error), count: failures });
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
    // Or the clock was set back.
    if (last === null || last.at > clock.now()) return 0;
    if (!last.ok) return last.at + last.ms + Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
    return Math.min(newest?.madeAt ?? last.at, last.at) + o.everyMs - mostEarlyMs + spreadMs;
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
