/** Makes the secrets of a machine that plays: fresh ones, once, never over what is there. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';

/** `token`: 256 random bits. `slack-bot-token`: the same behind Slack's prefix for bots. */
export type MadeSecret = 'random-32-bytes' | 'ed25519-key' | 'token' | 'slack-bot-token' | 'slack-app-token';

const makers: { readonly [M in MadeSecret]: () => string } = {
  'random-32-bytes': () => randomBytes(32).toString('base64'),
  'ed25519-key': () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  token: () => randomBytes(32).toString('base64url'),
  'slack-app-token': () => `xapp-1-${randomBytes(32).toString('hex')}`,
  'slack-bot-token': () => `xoxb-${randomBytes(32).toString('hex')}`,
};

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** Puts the finished file in its place, unless somebody was faster. A file system without links gets a rename. */
const place = async (made: string, path: string): Promise<void> => {
  try {
    await link(made, path);
  } catch (error) {
    if (await exists(path)) return;
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code === 'EEXIST') throw error;
    await rename(made, path);
  }
};

const writeDurably = async (path: string, text: string): Promise<void> => {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Makes what is missing of `wanted` in `folder` (0700 where it has to be made), each file whole or not at all, 0600.
 * Returns the names that were made. Refuses with `secrets-unavailable` where the folder cannot be written to.
 */
export const ensureFileSecrets = async (o: {
  readonly folder: string;
  readonly wanted: Readonly<Record<string, MadeSecret>>;
}): Promise<readonly string[]> => {
  const made: string[] = [];
  try {
    await mkdir(o.folder, { recursive: true, mode: 0o700 });
    for (const [name, kind] of Object.entries(o.wanted)) {
      const path = join(o.folder, name);
      if (await exists(path)) continue;
      const draft = join(o.folder, `.${name}.${randomBytes(6).toString('hex')}`);
      await writeDurably(draft, `${makers[kind]().trimEnd()}\n`);
      await place(draft, path);
      await unlink(draft).catch(() => undefined); // A rename has taken it away already.
      made.push(name);
    }
  } catch (error) {
    throw new SottoError(
      'secrets-unavailable',
      `No secrets could be made in ${o.folder}. See that Sotto's user may write there.`,
      { cause: error },
    );
  }
  return made;
};
