/**
 * Requests that were turned away before they were anybody's: one audit entry a reason and minute, so that a flood cannot fill the log. What the
 * log did not take is counted on, and stands in an entry as soon as it takes one.
 */

import type { RejectedEntry } from './audit.ts';
import { codeOf } from './errors.ts';
import type { Audit, Clock, Log } from './ports.ts';

const EVERY_MS = 60_000;

/** Reasons come from our own code, so there are few; should there ever be more, they share one name. */
const MOST_REASONS = 50;

export interface Rejections {
  note(platform: RejectedEntry['platform'], reason: string): void;
  start(): void;
  /** Writes what was counted since the last minute. */
  stop(): Promise<void>;
}

export const createRejections = (o: {
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}): Rejections => {
  const counted = new Map<string, { platform: RejectedEntry['platform']; reason: string; count: number }>();
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const add = (platform: RejectedEntry['platform'], reason: string, count: number): void => {
    const name = counted.size < MOST_REASONS ? reason : 'other';
    const key = `${platform} ${reason}`;
    const entry = counted.get(key) ?? counted.get(`${platform} ${name}`) ?? { platform, reason: name, count: 0 };
    entry.count += count;
    counted.set(`${platform} ${entry.reason}`, entry);
  };

  /** Those of one minute stand together; a log that refuses one is not asked for the others. */
  const flush = async (): Promise<void> => {
    const entries = [...counted.values()];
    counted.clear();
    for (let [next] = entries; next !== undefined; [next] = entries) {
      try {
        await o.audit.append({ kind: 'rejected', at: o.clock.now(), ...next });
        entries.shift();
      } catch (error) {
        o.log.error('audit.rejections-waiting', { code: codeOf(error), count: entries.length });
        for (const { platform, reason, count } of entries) add(platform, reason, count);
        return;
      }
    }
  };

  return {
    note: (platform, reason) => {
      o.log.debug?.('rejected', { name: platform, code: reason });
      add(platform, reason, 1);
    },
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await o.clock.sleep(EVERY_MS, stopping.signal);
          await flush();
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
