/** One file of the secrets folder, read with suspicion: others must be able neither to read nor to replace it. */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SottoError } from '../../core/errors.ts';

const MOST_BYTES = 64 * 1024;

/** Bits of group and others: none may be set on a file, none for writing on the folder. */
const NOT_OURS_ALONE = 0o077;
const WRITABLE_BY_OTHERS = 0o022;

/** Null where the system knows no owners and modes (Windows); its access lists are the operator's to set. */
const ourUser = (): number | null => process.geteuid?.() ?? null;

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const unreadable = (path: string, cause: unknown): SottoError =>
  new SottoError(
    'secrets-unavailable',
    `${path} cannot be read, so no secret can be had from it. See that it exists and that Sotto's user may read it.`,
    { cause },
  );

/** Refuses a folder that is not there or cannot be read (`secrets-unavailable`) or that others may write to (`settings`). */
export const checkFolder = async (folder: string): Promise<void> => {
  const seen = await stat(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  if (!seen.isDirectory()) throw unreadable(folder, new Error('not a folder'));
  if (ourUser() !== null && (seen.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new SottoError(
      'settings',
      `Others may write to ${folder}, so anybody could put secrets there. Run: chmod 700 ${folder}`,
    );
  }
};

/** Changes whenever the file of the secret, or the one of its predecessor, does. Cheap: nothing is read. */
export const stampOf = async (folder: string, name: string): Promise<string> => {
  const stamps = [name, `${name}.previous`].map(async (file) => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(join(folder, file), { bigint: true });
      return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return '-';
      throw unreadable(join(folder, file), error);
    }
  });
  return (await Promise.all(stamps)).join(' ');
};

export interface SecretFile {
  readonly text: string;
}

/** Null: there is no such file. One newline at the end is not part of the secret. */
export const readSecretFile = async (o: {
  readonly folder: string;
  readonly file: string;
  readonly name: string;
}): Promise<SecretFile | null> => {
  const path = join(o.folder, o.file);
  let handle: FileHandle;
  try {
    // Not blocking: opening a pipe would otherwise wait for a writer.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw unreadable(path, error);
  }
  try {
    await checkFile(handle, path);
    return { text: decode(await readBounded(handle, path), path) };
  } finally {
    await handle.close();
  }
};

/** Checked on the open file, not on its name, which could point elsewhere a moment later. */
const checkFile = async (handle: FileHandle, path: string): Promise<void> => {
  const seen = await handle.stat();
  if (!seen.isFile())
    throw new SottoError('settings', `${path} is not a file. A secret is one file with the secret in it.`);
  if (seen.size > MOST_BYTES) throw tooLarge(path);
  const us = ourUser();
  if (us === null) return;
  if (seen.uid !== us) {
    throw new SottoError(
      'settings',
      `${path} belongs to another user, who could change the secret. Run: sudo chown ${us} ${path}`,
    );
  }
  if ((seen.mode & NOT_OURS_ALONE) !== 0) {
    throw new SottoError('settings', `Others may open ${path}, so it is no secret. Run: chmod 600 ${path}`);
  }
};

const readBounded = async (handle: FileHandle, path: string): Promise<Buffer> => {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  throw tooLarge(path);
};

const tooLarge = (path: string): SottoError =>
  new SottoError(
    'settings',
    `${path} is larger than 64 KiB, which no secret is. See that the right file was put there.`,
  );

const decode = (bytes: Buffer, path: string): string => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new SottoError('settings', `${path} is not UTF-8 text. Write the secret as text.`, { cause: error });
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new SottoError('settings', `${path} is empty. Write the secret into it.`);
  return secret;
};
