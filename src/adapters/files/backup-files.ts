/** What the folder of backups refuses, in words, and how a file of it is read. */
import { constants, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { SottoError } from '../../core/errors.ts';

const WRITABLE_BY_OTHERS = 0o022;

/** Never through a symbolic link, and not blocking: opening a pipe would otherwise wait for a writer. */
export const READING = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const unavailable = (sentence: string, cause?: unknown): SottoError =>
  new SottoError('backup-unavailable', sentence, cause === undefined ? {} : { cause });

/** Refuses with `backup-unavailable` what others could have put there or changed. Windows knows neither owners nor modes. */
export const checkOurs = (path: string, seen: Stats, what: 'folder' | 'file'): void => {
  if (seen.isSymbolicLink() || !(what === 'folder' ? seen.isDirectory() : seen.isFile()))
    throw unavailable(
      `${path} is not a ${what} but a link or something else, which could lead anywhere. Name the place itself, and see who put this there.`,
    );
  const us = process.geteuid?.() ?? null;
  if (us === null) return;
  if (seen.uid !== us)
    throw unavailable(
      `${path} belongs to another user, who could change the backups. If that is a mistake, run: sudo chown ${us} ${path}`,
    );
  if ((seen.mode & WRITABLE_BY_OTHERS) !== 0)
    throw unavailable(`Others may write to ${path}, so they could change the backups. Run: chmod go-w ${path}`);
};

export const tooLarge = (path: string, mostBytes: number): SottoError =>
  new SottoError(
    'backup-invalid',
    `${path} is larger than ${mostBytes} bytes, so it is no backup of this kind and is not read. See what was put there.`,
  );

export const badName = (name: string): SottoError =>
  new SottoError(
    'backup-invalid',
    `${JSON.stringify(name.slice(0, 140))} is no name of a backup, so nothing is read or written by it: lower-case letters, digits, dots and dashes, 120 at most.`,
  );

/** All of an open file, or a refusal with `backup-invalid` as soon as it has more than `mostBytes`. */
export const readAll = async (handle: FileHandle, path: string, size: number, mostBytes: number): Promise<Buffer> => {
  if (size > mostBytes) throw tooLarge(path, mostBytes);
  const bytes = Buffer.alloc(size + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  throw new SottoError(
    'backup-invalid',
    `${path} grew while it was read, which no backup does. See who else writes there.`,
  );
};

export const codeIn = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unexpected';

/** What a call to the file system failed with, as `backup-unavailable`. */
export const folderFault = (folder: string, error: unknown): SottoError => {
  const code = codeIn(error);
  const about = `The folder of backups ${folder}`;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return unavailable(
        `${about} is full (${code}), so no backup was written there. Make room, or name another.`,
        error,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return unavailable(
        `${about} may not be used by Sotto's user (${code}). See its owner, its mode and how its disk is mounted.`,
        error,
      );
    case 'ENOENT':
      return unavailable(
        `${about} is not there, so nothing is kept in it. See that its disk is mounted, or make it: mkdir -m 700 ${folder}`,
        error,
      );
    case 'ELOOP':
      return unavailable(`${about} has a symbolic link in it where a backup should be. See who put it there.`, error);
    case 'deadline':
      return unavailable(`${about} did not answer in time. See that its disk is well and, on a network, reachable.`);
    default:
      return unavailable(`${about} cannot be used (${code}). See that its disk is well.`, error);
  }
};

export const hanging = (folder: string): SottoError =>
  unavailable(
    `The folder of backups ${folder} still has not answered an earlier call, so no other is made. See that its disk is well and, on a network, reachable.`,
  );

export const noLinks = (folder: string, cause: unknown): SottoError =>
  unavailable(
    `The folder of backups ${folder} is on a file system without hard links (${codeIn(cause)}), by which a backup comes to its place whole and overwrites nothing. Name one on another file system, such as ext4, xfs or NFS.`,
    cause,
  );
