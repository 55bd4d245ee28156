/**
 * Backups to one place, as often as they must be: each place goes its own way, so that one that hangs or is full keeps no other
 * from what HR has just restricted.
 */
import { keyIdOf } from '../../adapters/archive/keys.ts';
import type { BackupEntry } from '../../core/audit.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { createAttempts } from './attempt.ts';
import { type Done, failed, type PlaceRun } from './place-run.ts';
import type { Taking } from './take.ts';

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
  /** How far the place had a log when it was last looked at, in entries; 0 before that. */
  had(origin: string): number;
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
  let last: PlaceRun | null = null;
  let goodAt: number | null = null;
  let failures = 0;
  /** Version that the last run began with whose archive is there. */
  let triedVersion = -1;
  /** Keys likewise. */
  let triedKeys: string | null = null;
  const mostEarlyMs = Math.min(MOST_EARLY_MS, o.everyMs / 100);
  let spreadMs = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let loop: Promise<void> = Promise.resolve();

  const attempts = createAttempts({ ...o, earlyMs: mostEarlyMs, signal: stopping.signal });

  /** By which keys archives and stretches are sealed just now; null: the vault does not tell, or what it tells is no key. */
  const keysNow = (): Promise<string | null> =>
    taking
      .dataKey()
      .then(({ current }) => `${keyIdOf(current)} ${taking.sealer.keyId()}`)
      .catch(() => null);

  const run = async (forced: boolean): Promise<PlaceRun> => {
    const at = clock.now();
    const version = o.restrictionsVersion();
    const begun = performance.now();
    const ms = (): number => Math.round(performance.now() - begun);
    const keys = await keysNow();
    const end = (done: Done): PlaceRun => {
      const ok = done.code === null && done.audit === null;
      return { place: place.name, ok, at, ms: ms(), ...done };
    };
    try {
      last = end(await attempts.run({ forced }));
    } catch (error) {
      last = end(failed(error));
    }
    if (last.code === null) {
      triedVersion = version;
      triedKeys = keys;
    }
    if (last.archive !== null)
      log.info('backup.written', { id: last.archive, name: place.name, count: last.bytes, ms: last.ms });
    if (last.ok) {
      goodAt = clock.now();
      failures = 0;
      spreadMs = (o.random.fraction() * mostEarlyMs) / 2;
      o.metrics.count('backups', { outcome: last.archive === null ? 'not-needed' : 'written' });
      o.metrics.observe('backup_ms', last.ms);
    } else {
      failures += 1;
      o.metrics.count('backups', { outcome: 'failed' });
      const code = last.code ?? last.audit?.code ?? '';
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
    // Or the clock was set back.
    if (last === null || last.at > clock.now()) return 0;
    if (!last.ok) return last.at + last.ms + Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
    return Math.min(attempts.newest()?.madeAt ?? last.at, last.at) + o.everyMs - mostEarlyMs + spreadMs;
  };

  /** Something was published or ordered since, where the store itself fell back, once is enough; or a key has changed. */
  const isBehind = async (): Promise<boolean> => {
    if (last === null || last.code !== null) return false;
    if (Math.max(attempts.newest()?.version ?? -1, triedVersion) < o.restrictionsVersion()) return true;
    return ![triedKeys, null].includes(await keysNow());
  };

  const watch = async (): Promise<void> => {
    const spread = (): Promise<void> => clock.sleep(o.random.fraction() * SPREAD_MS, stopping.signal);
    while (!stopping.signal.aborted) {
      if (clock.now() >= nextAt() || (await isBehind())) {
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
    had: attempts.had,
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
