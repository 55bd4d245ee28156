/** Whose folder `SOTTO_DATA` is. What the playground plays with must never be served as real, nor the other way round. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SottoError } from '../../core/errors.ts';

const MARK = 'PLAYGROUND';

/** Stands while a backup is put back into the folder. */
export const RESTORING = 'restoring';

/** Holds the folder's own id, by which a store that several machines share tells their folders apart. */
const HOME = 'home';

/** A data folder by its own id. */
export interface Home {
  readonly home: string;
  /** True: the folder is new and the id is not written yet, so nothing that is on record elsewhere can be in it. */
  readonly fresh: boolean;
  /**
   * Writes the id of a new folder, once it is known that it may be used: until then a second look finds it new again. Gives the
   * id that stands: of two processes that begin in one folder at once, one takes the other's.
   */
  keep(): string;
}

/** The id of a data folder, or a new one. Refuses with code `settings` where the file holds something else. */
export const homeOf = (o: {
  readonly folder: string;
  /** An unguessable id: 22 characters of base64url. */
  readonly newId: () => string;
}): Home => {
  const path = join(o.folder, HOME);
  if (!existsSync(path)) {
    const home = o.newId();
    const keep = (): string => {
      mkdirSync(o.folder, { recursive: true, mode: 0o700 });
      try {
        writeFileSync(path, `${home}\n`, { mode: 0o600, flag: 'wx', flush: true });
        return home;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return idIn(path);
        throw error;
      }
    };
    return { home, fresh: true, keep };
  }
  const home = idIn(path);
  return { home, fresh: false, keep: () => home };
};

const idIn = (path: string): string => {
  const home = readFileSync(path, 'utf8').trim();
  if (/^[A-Za-z0-9_-]{22}$/.test(home)) return home;
  throw new SottoError(
    'settings',
    `${path} does not hold the id of this folder any more, so its audit logs could not be told from another machine's. Restore the file from a copy.`,
  );
};

/**
 * For `serve`: refuses with code `settings` a marked folder, a half-restored one, and a store that lies in a marked one (`storePath`; null:
 * elsewhere), and folders that others could change. A new folder, or one of ours from before, is closed to others.
 */
export const claimForServing = (folder: string, storePath: string | null): void => {
  if (existsSync(join(folder, MARK)) || (storePath !== null && existsSync(join(dirname(storePath), MARK)))) {
    throw new SottoError(
      'settings',
      `SOTTO_DATA (${folder}) belongs to the playground: people in it may have been given sign-ins by a switch. Name another folder.`,
    );
  }
  if (existsSync(join(folder, RESTORING)))
    throw new SottoError(
      'settings',
      `SOTTO_DATA (${folder}) is half restored: a restore was cut short, so what stands there is not whole. Run "sotto restore" again, which goes on, and then start.`,
    );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkOwn(folder);
  if (storePath !== null) checkUnshared(dirname(storePath));
};

/** What is in it is for us alone: the record, the store, and the socket by which Sotto is ordered about. */
const checkOwn = (folder: string): void => {
  const us = process.geteuid?.() ?? null;
  const { mode, uid } = statSync(folder);
  if (us === null) return;
  if (uid !== us && uid === 0)
    throw new SottoError(
      'settings',
      `SOTTO_DATA (${folder}) belongs to root, so it cannot be closed to others from here. Name a folder in it, such as ${join(folder, 'sotto')}, which Sotto makes itself, as in a volume of Kubernetes; or run: sudo chown ${us} ${folder}`,
    );
  if (uid !== us)
    throw new SottoError(
      'settings',
      `SOTTO_DATA (${folder}) belongs to another user, who could read and replace what is in it. Run: sudo chown ${us} ${folder}`,
    );
  if ((mode & 0o077) === 0) return;
  // What is empty, or ours already, may be closed without taking anything from anybody. Elsewhere what we make is closed by itself.
  if (existsSync(join(folder, HOME)) || readdirSync(folder).length === 0) chmodSync(folder, 0o700);
  else if ((mode & 0o022) !== 0)
    throw new SottoError(
      'settings',
      `Others may write to SOTTO_DATA (${folder}), so anybody could replace its audit logs, its store, and the socket by which Sotto is ordered about. Run: chmod 700 ${folder}, or name a folder in it, which Sotto makes itself.`,
    );
};

/** Nobody else may put another store in the place of ours. */
const checkUnshared = (folder: string): void => {
  const seen = statSync(folder, { throwIfNoEntry: false });
  if (seen === undefined || process.geteuid === undefined) return;
  const sticky = (seen.mode & 0o1000) !== 0;
  if ((seen.mode & 0o022) !== 0 && !sticky)
    throw new SottoError(
      'settings',
      `Others may write to ${folder}, so anybody could put another store in the place of SOTTO_STORE. Run: chmod go-w ${folder}`,
    );
};

/** For the playground and `ask`: marks an empty or new folder, refuses an unmarked one that is not empty. */
export const claimForPlaying = (folder: string): void => {
  if (existsSync(join(folder, MARK))) return;
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new SottoError(
      'settings',
      `SOTTO_DATA (${folder}) is not empty and not the playground's. It may be a real one, so the playground keeps out: name an empty folder.`,
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, MARK), 'This folder belongs to the playground. "sotto serve" refuses it.\n', {
    mode: 0o600,
  });
};
