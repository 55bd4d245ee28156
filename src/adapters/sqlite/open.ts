/** Opens the store's file: alone, private to us, durable, and at the version this program knows. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SottoError } from '../../core/errors.ts';
import { LAPSED } from '../../core/stored.ts';
import { guarded, isBusy } from './errors.ts';
import { applicationId, migrations } from './schema.ts';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** After a checkpoint the log file is cut to nothing; between checkpoints it may grow to this many bytes. */
const JOURNAL_BYTES = 16 * 1024 * 1024;

/**
 * sqlite gives its -wal and -shm files the rights of the main file, so the main file must be private before it opens.
 * An existing file is not opened here: closing any descriptor of it would drop this process's locks on it (POSIX).
 */
const makePrivate = (path: string): void => {
  if (existsSync(path)) {
    chmodSync(path, PRIVATE_FILE);
    return;
  }
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE));
  } catch (error) {
    // Another process was faster by a moment; the lock will tell which of the two goes on.
    if (!existsSync(path)) throw error;
  }
};

/** Holds `PATH.lock` for as long as the connection lives. The system lets go of it however the process ends. */
const lock = (path: string): DatabaseSync => {
  const lockPath = `${path}.lock`;
  makePrivate(lockPath);
  const connection = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection.close();
    if (!isBusy(error)) throw error;
    throw new SottoError(
      'folder-in-use',
      `The store ${path} is in use by another process. Two at once would answer questions twice. ` +
        'Stop the other one, or give this one a SOTTO_DATA folder of its own. The lock goes with its process: do not delete the file.',
      { cause: error },
    );
  }
};

const pragma = (db: DatabaseSync, name: string): number => {
  const value = db.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
};

/** Refuses a file of a newer program or of somebody else's, before anything is written. */
const recognise = (db: DatabaseSync, path: string, known: number): number => {
  const version = pragma(db, 'user_version');
  const id = pragma(db, 'application_id');
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  if (tables !== 0 && id !== applicationId) {
    throw new SottoError(
      'store-unavailable',
      `${path} is a database, but not one of Sotto's. It was left as it is. Name another file in SOTTO_STORE.`,
    );
  }
  if (version > known) {
    throw new SottoError(
      'store-newer',
      `The store ${path} has schema version ${version}; this program knows up to ${known}. It was left as it is. ` +
        'Run the newer version of Sotto that wrote it, or restore a backup from before the upgrade.',
    );
  }
  return version;
};

const migrate = (db: DatabaseSync, steps: readonly string[], from: number): void => {
  for (const [index, sql] of steps.entries()) {
    if (index < from) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(sql);
      db.exec(`PRAGMA application_id = ${applicationId}`);
      db.exec(`PRAGMA user_version = ${index + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }
};

/** Nobody else can hold a claim or a slot now: whatever a dead process had is free at once, its attempts kept. */
const voidLeases = (db: DatabaseSync): void => {
  db.exec('BEGIN IMMEDIATE');
  db.exec(`UPDATE inbox SET lease = NULL, free_at = accepted_at, failure = '${LAPSED}' WHERE lease IS NOT NULL`);
  db.exec('UPDATE expiries SET leased = 0, score = remove_at WHERE leased = 1');
  db.exec('UPDATE orders SET lease = NULL, free_at = 0 WHERE lease IS NOT NULL');
  db.exec("UPDATE origins SET holder = '', leased_until = 0");
  db.exec('COMMIT');
};

const prepare = (db: DatabaseSync, path: string, steps: readonly string[]): void => {
  const version = recognise(db, path, steps.length);
  db.exec('PRAGMA journal_mode = WAL');
  // FULL: a commit returns after the log is on the disk; an accepted question must survive a power cut.
  db.exec('PRAGMA synchronous = FULL');
  db.exec('PRAGMA secure_delete = ON');
  db.exec('PRAGMA foreign_keys = ON');
  db.exec('PRAGMA temp_store = MEMORY');
  db.exec(`PRAGMA journal_size_limit = ${JOURNAL_BYTES}`);
  migrate(db, steps, version);
  voidLeases(db);
  // What the last process shredded may still stand in the log that it left.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
};

export interface Opened {
  readonly db: DatabaseSync;
  /** Closes the file, then lets go of the lock. */
  close(): void;
}

/**
 * Opens or makes the store at `path`. The file is 0600, a folder that has to be made 0700.
 * Refuses with `folder-in-use`, `store-newer` or `store-unavailable`.
 */
export const open = (path: string, steps: readonly string[] = migrations): Opened =>
  guarded(`be opened at ${path}`, () => {
    mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    const held = lock(path);
    let db: DatabaseSync | null = null;
    try {
      makePrivate(path);
      const opened = new DatabaseSync(path, { timeout: 0 });
      db = opened;
      prepare(opened, path, steps);
      return {
        db: opened,
        close: () => {
          try {
            opened.close();
          } finally {
            held.close();
          }
        },
      };
    } catch (error) {
      db?.close();
      held.close();
      throw error;
    }
  });
