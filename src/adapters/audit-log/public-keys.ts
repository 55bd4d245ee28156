/** The public keys beside a log: every key that ever signed there, the newest last. */
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import { type LogDisk, logDisk, putFile } from './file.ts';
import { readAtMost } from './held.ts';
import { MOST_KEYS, publicPem, readPublicKeys } from './keys.ts';
import { KEY_FILE } from './layout.ts';

/** In PEM; some 120 bytes each. */
export const MOST_KEY_BYTES = MOST_KEYS * 256;

/** Nothing where there is none, or no file: what is none is not waited for. */
const keptPublicKeys = async (folder: string): Promise<string> => {
  const bytes = await readAtMost(join(folder, KEY_FILE), MOST_KEY_BYTES);
  if (bytes !== null && bytes.length > MOST_KEY_BYTES) throw new RangeError('the file is longer than any of keys');
  return bytes?.toString('utf8') ?? '';
};

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
