/** What a command writes for whoever called it. */
import { existsSync, openSync } from 'node:fs';
import { SottoError } from '../core/errors.ts';

const PRIVATE_FILE = 0o600;

/** Makes the file of `--to`, for its owner only, and gives its descriptor. Refuses with code `usage` a path that is taken or cannot be written. */
export const newFile = (path: string): number => {
  try {
    return openSync(path, 'wx', PRIVATE_FILE);
  } catch (cause) {
    throw new SottoError(
      'usage',
      existsSync(path)
        ? `${path} is there already, and is not overwritten. Name another file with --to.`
        : `${path} cannot be written. Name another file with --to.`,
      { cause },
    );
  }
};
