/** Takes entries of the audit logs away once they are old enough: whole bundles, behind an entry that says so. Their hashes stay. */
import { join } from 'node:path';
import { oldUpTo } from '../adapters/audit-log/old.ts';
import { prunable } from '../adapters/audit-log/prune.ts';
import { TILE_WIDTH } from '../adapters/audit-log/tiles.ts';
import { codeOf } from '../core/errors.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { OpenAudit } from './audit.ts';

const DAY_MS = 24 * 60 * 60_000;

/** After a start or a failure as well. */
const EVERY_MS = 60 * 60_000;

export interface Retention {
  /** One round. Never rejects. */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export const createRetention = (o: {
  /** Null: for good. */
  readonly days: number | null;
  readonly dataFolder: string;
  readonly audit: Pick<OpenAudit, 'durable' | 'prune' | 'pruneClosed' | 'closedLogs' | 'losses'>;
  /**
   * How far whoever takes the logs elsewhere has one of them, in entries: a second copy, a stream, the places of backups. What one of them does not have
   * stays. `Infinity`: it does not take them.
   */
  readonly taken: readonly ((origin: string) => number | Promise<number>)[];
  /** Says again what a later start must find in the log; false: that cannot be said now, and all stays. */
  readonly restate: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}): Retention => {
  const { days, audit, clock, log } = o;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  let restated = false;

  const prune = async (origin: string, before: number, own: boolean): Promise<void> => {
    const folder = join(o.dataFolder, 'audit', origin);
    const old = await oldUpTo({ folder, before, untilStands: !own });
    if (old === 0) return;
    const upTo = Math.min(old, ...(await Promise.all(o.taken.map(async (one) => one(origin)))));
    if ((await prunable({ folder, upTo })) === 0) {
      if (upTo < old) log.warn('audit.not-taken', { name: origin, count: old - upTo });
      return;
    }
    if (own && !restated) {
      if (!(await o.restate())) return;
      restated = true;
    }
    const gone = own ? await audit.prune({ upTo }) : await audit.pruneClosed({ origin, upTo });
    if (gone > 0) log.info('audit.pruned', { name: origin, count: gone * TILE_WIDTH });
  };

  const look = async (): Promise<void> => {
    // Who knows what is needed yet where a log is missed.
    if (days === null || audit.losses.open().length > 0) return;
    // Days are those of UTC, and each is kept for so long after it ended.
    const before = (Math.floor(clock.now() / DAY_MS) - days) * DAY_MS;
    const own = audit.durable().origin;
    restated = false;
    const closed = await audit.closedLogs().catch(() => []);
    for (const origin of [own, ...closed.map((one) => one.origin)])
      await prune(origin, before, origin === own).catch((error: unknown) =>
        log.error('audit.not-pruned', { name: origin, code: codeOf(error) }),
      );
  };

  return {
    look,
    start: () => {
      if (days === null) return;
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(EVERY_MS, stopping.signal);
          if (!stopping.signal.aborted) await look();
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
