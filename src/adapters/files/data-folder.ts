/** Whose folder `SOTTO_DATA` is. What the playground plays with must never be served as real, nor the other way round. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SottoError } from '../../core/errors.ts';

const MARK = 'PLAYGROUND';

/** For `serve`: refuses with code `settings` a marked folder, and a store that lies in one. */
export const claimForServing = (folder: string, storePath: string): void => {
  if (existsSync(join(folder, MARK)) || existsSync(join(dirname(storePath), MARK))) {
    throw new SottoError(
      'settings',
      `SOTTO_DATA (${folder}) belongs to the playground: people in it may have been given sign-ins by a switch. Name another folder.`,
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
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
