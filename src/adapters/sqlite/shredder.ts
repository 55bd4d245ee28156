/**
 * sqlite overwrites deleted content in its pages (`secure_delete`), but the write-ahead log still holds the pages as
 * they were. Cutting the log to nothing ends that. It costs waits for the disk, so it is done once for many deletions,
 * and always within a second of the first.
 */
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../core/ports.ts';

/** Leaves room below one second for a busy event loop. */
const WITHIN_MS = 750;

export interface Shredder {
  /** Something was deleted that must not stay readable. */
  shredded(): void;
  /** Cuts the log now, if anything waits for it, and no more afterwards. */
  close(): void;
}

/** Never keeps a process alive: closing the store cuts the log, and so does opening it after a crash. */
const realSleep = async (ms: number, signal: AbortSignal): Promise<void> => {
  await pause(ms, undefined, { ref: false, signal }).catch(() => undefined);
};

export const createShredder = (o: { readonly db: DatabaseSync; readonly clock?: Clock | undefined }): Shredder => {
  const sleep = (): Promise<void> => o.clock?.sleep(WITHIN_MS, stop.signal) ?? realSleep(WITHIN_MS, stop.signal);
  const checkpoint = o.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  const stop = new AbortController();
  let waiting = false;

  const later = async (): Promise<void> => {
    await sleep();
    waiting = false;
    if (stop.signal.aborted) return;
    // A checkpoint that failed (a full disk) is due again; it is no reason to fail whoever asks next.
    if (!cut()) shredded();
  };

  const cut = (): boolean => {
    try {
      return checkpoint.get()?.['busy'] === 0;
    } catch {
      return false;
    }
  };

  const shredded = (): void => {
    if (waiting || stop.signal.aborted) return;
    waiting = true;
    void later();
  };

  return {
    shredded,
    close: () => {
      stop.abort();
      cut();
    },
  };
};
