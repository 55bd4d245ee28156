import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import type { LogFile, OpenFile } from './file.ts';
import { KEY_FILE, LOG_FILE } from './format.ts';
import { fingerprintOf, type Keys } from './keys.ts';
import { keepPublicKeys, keysBeside } from './public-keys.ts';
import { type Mark, recover } from './recover.ts';

/** A log that is ready for its next batch. */
export interface OpenLog extends Mark {
  readonly file: LogFile;
  readonly droppedBytes: number;
  /** Fingerprint of the key that signed the last batch; null: there is none. */
  readonly signer: string | null;
}

/** Makes the folder of one log, for its owner only, and answers whether a log was ever begun there. */
export const prepareFolder = async (folder: string): Promise<boolean> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  return (await exists(join(folder, LOG_FILE))) || (await exists(join(folder, KEY_FILE)));
};

/**
 * Opens the log and brings it to its last checkpoint. A log that was begun and is gone is not begun again, which would hide
 * the loss: refuses with code `audit-missing`.
 */
export const openLog = async (o: {
  readonly folder: string;
  readonly origin: string;
  readonly keys: Keys;
  readonly open: OpenFile;
  readonly now: number;
  readonly begun: boolean;
  readonly known: Mark | null;
}): Promise<OpenLog> => {
  const path = join(o.folder, LOG_FILE);
  if (o.begun && !(await exists(path))) throw gone(o.origin);
  const file = await o.open({ path, create: !o.begun });
  try {
    const { signer, ...found } = await recover({
      ...o,
      file,
      path,
      keys: o.keys.verify,
      former: await keysBeside(o.folder),
    });
    // Only now: a key without a log means that there was one.
    await keepPublicKeys(o.folder, o.keys.verify);
    return { file, ...found, signer: signer === null ? null : fingerprintOf(signer) };
  } catch (cause) {
    await file.close().catch(() => undefined);
    throw cause;
  }
};

const exists = async (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return false;
      throw cause;
    },
  );

const gone = (origin: string): SottoError =>
  new SottoError(
    'audit-missing',
    `The audit log ${origin} was begun and its file is gone, so what it proved cannot be proved any more, and nothing is answered. Restore audit.log into its folder; where it is lost, keep the folder and begin a new log under another origin.`,
  );
