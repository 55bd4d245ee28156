import { chmod, lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { type LogFile, type OpenFile, syncFolder } from './file.ts';
import { KEY_FILE, LOG_FILE } from './format.ts';
import { type Keys, publicPem } from './keys.ts';
import { type Mark, recover } from './recover.ts';

/** A log that is ready for its next batch. */
export interface OpenLog extends Mark {
  readonly file: LogFile;
  readonly droppedBytes: number;
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
    const found = await recover({ ...o, file, path, keys: o.keys.verify });
    // Only now: a key without a log means that there was one.
    await keepPublicKeys(o.folder, o.keys);
    return { file, ...found };
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

/** Every key that ever signed here, the newest last, for whoever has no better source of it. */
const keepPublicKeys = async (folder: string, keys: Keys): Promise<void> => {
  const path = join(folder, KEY_FILE);
  const kept = (await exists(path)) ? await readFile(path, 'utf8') : '';
  const missing = keys.verify.map(publicPem).filter((pem) => !kept.includes(pem));
  if (missing.length > 0) {
    await writeFile(`${path}.new`, kept + missing.reverse().join(''), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }
  await syncFolder(folder);
};

const gone = (origin: string): SottoError =>
  new SottoError(
    'audit-missing',
    `The audit log ${origin} was begun and its file is gone, so what it proved cannot be proved any more, and nothing is answered. Restore audit.log into its folder; where it is lost, keep the folder and begin a new log under another origin.`,
  );
