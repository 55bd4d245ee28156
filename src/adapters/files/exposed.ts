/** Files and folders that decide what may be asked and by whom: nobody but their owners may change them. */
import { accessSync, constants, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

const ANYBODY_WRITES = 0o002;

/** Of a folder's inside, at most. */
const MOST_FILES = 2_000;

const stat = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

const mayWrite = (path: string): void => accessSync(path, constants.W_OK);

/** It lies on a mount that can only be read, as a ConfigMap of Kubernetes does, whatever its mode is. */
const isReadOnly = (path: string, canWrite: (path: string) => void): boolean => {
  try {
    canWrite(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
};

const inside = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .slice(0, MOST_FILES)
    .map((name) => join(folder, name));

/** A sentence where anybody on this machine could change `path` or what is in it; null: nobody could, or it is not there. */
export const exposed = (o: {
  readonly path: string;
  readonly setting: string;
  readonly what: string;
  /** Throws as the system does where it may not be written to. */
  readonly canWrite?: (path: string) => void;
}): string | null => {
  if (process.platform === 'win32') return null;
  try {
    const all = stat(o.path)?.isDirectory() === true ? [o.path, ...inside(o.path)] : [o.path];
    const open = all.find(
      (path) => ((stat(path)?.mode ?? 0) & ANYBODY_WRITES) !== 0 && !isReadOnly(path, o.canWrite ?? mayWrite),
    );
    return open === undefined
      ? null
      : `Anybody on this machine may write to ${open} (${o.setting}), and so ${o.what}. Run: chmod o-w ${open}`;
  } catch {
    // Whoever reads it says that it cannot be read.
    return null;
  }
};
