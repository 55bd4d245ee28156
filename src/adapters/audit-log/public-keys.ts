/** The public keys beside a log: every key that ever signed there, the newest last. */
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { type LogDisk, logDisk, putFile } from './file.ts';
import { MOST_KEYS, publicPem, readPublicKeys } from './keys.ts';
import { KEY_FILE } from './layout.ts';

const missing = (cause: NodeJS.ErrnoException): string => {
  if (cause.code === 'ENOENT') return '';
  throw cause;
};

const keptPublicKeys = (folder: string): Promise<string> => readFile(join(folder, KEY_FILE), 'utf8').catch(missing);

/** They are not to be trusted for being there: they only tell what a checkpoint may have been signed with. */
export const keysBeside = async (folder: string): Promise<readonly KeyObject[]> => {
  try {
    const kept = await keptPublicKeys(folder);
    return kept === '' ? [] : readPublicKeys(kept);
  } catch {
    return []; // Somebody spoilt the file: then those that are accepted must do.
  }
};

/**
 * Puts those that are missing there, durably. They must be there before anything is signed by them: who dies in between has a key
 * too many, not a checkpoint that nobody can check. `keys`: the newest first. Refuses with code `settings` where there are too many.
 */
export const keepPublicKeys = async (
  folder: string,
  keys: readonly KeyObject[],
  disk: LogDisk = logDisk,
): Promise<void> => {
  const path = join(folder, KEY_FILE);
  const kept = await keptPublicKeys(folder);
  const added = keys.map(publicPem).filter((pem) => !kept.includes(pem));
  if (added.length > 0) {
    const count = kept.split('-----BEGIN PUBLIC KEY-----').length - 1 + added.length;
    if (count > MOST_KEYS)
      throw new SottoError(
        'settings',
        `The audit log in ${folder} has had ${MOST_KEYS} signing keys, and no more are kept for one, so the new one is not used. Begin a new log: stop Sotto and move the folder to where you keep old ones.`,
      );
    await putFile(disk, `${path}.new`, Buffer.from(kept + added.reverse().join('')));
    await disk.rename(`${path}.new`, path);
  }
  await disk.syncFolder(folder);
};
