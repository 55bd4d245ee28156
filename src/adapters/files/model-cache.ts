/** What the recogniser learnt, one file a pack: put in its place whole, and the oldest go. Whether one is believed is its reader's business. */
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';
import type { ModelCache } from '../../core/ports.ts';
import { within } from '../bounded/waiting.ts';
import { codeIn, READING } from './backup-files.ts';

const KEY = /^[0-9a-f]{64}$/;
const NAME = /^[0-9a-f]{64}\.model$/;
const DRAFT = '.draft-';
/** What a crash left half written goes after this, ms. */
const LEFT_MS = 60 * 60_000;
/** One verb, ms: the start waits for it. */
const VERB_MS = 20_000;

export interface ModelCacheOptions {
  /** Made with 0700 where it is missing. */
  readonly folder: string;
  /** Files that are kept; those that were used longest ago go. Default: 3. */
  readonly most?: number;
  /** Of one file. Default: 64 MiB. */
  readonly mostBytes?: number;
}

/** `FOLDER/KEY.model`, 0600. Refuses with `store-unavailable` what is no key, too large, or no plain file; else as the system does. */
export const createModelCache = (o: ModelCacheOptions): ModelCache => {
  const { folder, most = 3, mostBytes = 64 * 2 ** 20 } = o;
  const pathOf = (key: string): string => {
    if (!KEY.test(key)) throw refused('its key is not 64 hex digits');
    return join(folder, `${key}.model`);
  };
  const checkSize = (bytes: number): void => {
    if (bytes > mostBytes) throw refused(`it has ${bytes} bytes, and the most is ${mostBytes}`);
  };
  return {
    read: (key) =>
      within({ ms: VERB_MS }, async () => {
        const path = pathOf(key);
        const handle = await open(path, READING).catch(absent);
        if (handle === null) return null;
        try {
          const seen = await handle.stat();
          if (!seen.isFile()) throw refused('it is no plain file');
          checkSize(seen.size);
          const bytes = Buffer.allocUnsafeSlow(seen.size);
          let length = 0;
          while (length < bytes.length) {
            const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
            if (bytesRead === 0) break;
            length += bytesRead;
          }
          const now = new Date();
          await utimes(path, now, now).catch(() => undefined);
          return bytes.subarray(0, length);
        } finally {
          await handle.close();
        }
      }),
    write: (key, bytes) =>
      within({ ms: VERB_MS }, async () => {
        const path = pathOf(key);
        checkSize(bytes.length);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await chmod(folder, 0o700);
        const draft = join(folder, `${DRAFT}${randomBytes(9).toString('hex')}`);
        try {
          await writeFile(draft, bytes, { mode: 0o600, flag: 'wx' });
          await rename(draft, path);
        } catch (error) {
          await rm(draft, { force: true });
          throw error;
        }
        await removeOld({ folder, most });
      }),
  };
};

const refused = (why: string): SottoError =>
  new SottoError(
    'store-unavailable',
    `A kept model of the recogniser is not used, because ${why}. Nothing needs mending: the pack is learnt anew.`,
  );

const absent = (error: unknown): null => {
  if (codeIn(error) === 'ENOENT') return null;
  throw error;
};

/** What another process has removed meanwhile is gone all the same. */
const removeOld = async ({ folder, most }: { readonly folder: string; readonly most: number }): Promise<void> => {
  const names = (await readdir(folder)).filter((name) => NAME.test(name) || name.startsWith(DRAFT));
  const found = await Promise.all(
    names.map(async (name) => ({ name, seen: await lstat(join(folder, name)).catch(absent) })),
  );
  const there = found.flatMap(({ name, seen }) => (seen === null ? [] : [{ name, at: seen.mtimeMs }]));
  const models = there.filter(({ name }) => NAME.test(name)).toSorted((a, b) => b.at - a.at);
  const drafts = there.filter(({ name, at }) => !NAME.test(name) && Date.now() - at > LEFT_MS);
  for (const { name } of [...models.slice(most), ...drafts]) await rm(join(folder, name), { force: true });
};
