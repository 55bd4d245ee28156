/**
 * One verb is one atomic change. Verbs that arrive in the same turn of the event loop share one transaction and so one
 * wait for the disk (group commit): a verb still resolves only after its own change is durable, and if the process dies
 * in between, none of the group was acknowledged.
 */
import type { DatabaseSync } from 'node:sqlite';
import { SottoError } from '../../core/errors.ts';
import { unavailable } from './errors.ts';

/** The loop is blocked while a group runs; more than this waits for the next turn. */
const GROUP = 256;

/** Verbs that may wait at once. Beyond it callers hear `store-unavailable` rather than fill the memory. */
const WAITING = 20_000;

interface Job {
  readonly what: string;
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: SottoError): void;
}

type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: SottoError };

export interface Transactions {
  /** Runs a change, wholly or not at all. `what` completes the sentence "The store could not …". */
  write<T>(what: string, run: () => T): Promise<T>;
  /** Runs a read at once. */
  read<T>(what: string, run: () => T): Promise<T>;
  /** Runs what still waits, then refuses everything. */
  close(): void;
}

/** `onUndone` runs after every group that was rolled back, so that nothing kept in memory runs ahead of the file. */
export const createTransactions = (o: { readonly db: DatabaseSync; readonly onUndone: () => void }): Transactions => {
  const { db } = o;
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const mark = db.prepare('SAVEPOINT verb');
  const back = db.prepare('ROLLBACK TO verb');
  const release = db.prepare('RELEASE verb');
  let queue: Job[] = [];
  let scheduled = false;
  let closed = false;

  /** One verb fails alone: its savepoint is undone, the others go on. Only a transaction that sqlite ended fails them all. */
  const attempt = (job: Job): Outcome => {
    mark.run();
    try {
      const value = job.run();
      release.run();
      return { ok: true, value };
    } catch (error) {
      if (!db.isTransaction) throw error;
      back.run();
      release.run();
      return { ok: false, error: unavailable(job.what, error) };
    }
  };

  const runGroup = (jobs: readonly Job[]): readonly Outcome[] => {
    try {
      begin.run();
      const outcomes = jobs.map(attempt);
      commit.run();
      return outcomes;
    } catch (error) {
      undo(db);
      o.onUndone();
      return jobs.map(({ what }) => ({ ok: false, error: unavailable(what, error) }));
    }
  };

  const settle = (jobs: readonly Job[]): void => {
    for (const [index, outcome] of runGroup(jobs).entries()) {
      if (outcome.ok) jobs[index]?.resolve(outcome.value);
      else jobs[index]?.reject(outcome.error);
    }
  };

  const flush = (): void => {
    scheduled = false;
    const jobs = queue.splice(0, GROUP);
    if (queue.length > 0) schedule();
    if (jobs.length > 0) settle(jobs);
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  return {
    write: <T>(what: string, run: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        if (closed) return reject(shut());
        if (queue.length >= WAITING) return reject(busy());
        // `run` gives a T and `resolve` takes one; between them the queue holds jobs of every kind.
        queue.push({ what, run, resolve: (value) => resolve(value as T), reject });
        schedule();
      }),
    read: <T>(what: string, run: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        if (closed) return reject(shut());
        try {
          resolve(run());
        } catch (error) {
          reject(unavailable(what, error));
        }
      }),
    close: () => {
      closed = true;
      while (queue.length > 0) settle(queue.splice(0, GROUP));
      queue = [];
    },
  };
};

const undo = (db: DatabaseSync): void => {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch {
    // The group is reported as failed either way, and the next BEGIN says what is wrong.
  }
};

const shut = (): SottoError =>
  new SottoError('store-unavailable', 'The store is closed. Nothing was changed. The program is stopping.');

const busy = (): SottoError =>
  new SottoError('store-unavailable', 'The store has too much to do at once. Nothing was changed. Try again shortly.');
