/** Where the control socket lies, and by which path the system can be asked for it. */
import { closeSync, openSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SottoError } from '../../core/errors.ts';

export const SOCKET = 'control.sock';

/** A socket's path may have 107 bytes on Linux, 103 on macOS; longer ones are refused or, worse, cut. */
const MOST_BYTES = 100;

export interface Reachable {
  readonly path: string;
  /** Call it once the socket behind it is closed. */
  close(): void;
}

const fits = (path: string): boolean => Buffer.byteLength(path) <= MOST_BYTES;

/**
 * A path to `name` in the folder that is short enough: as it is, as seen from the working folder, or, on Linux, through an open
 * descriptor of the folder. So no socket ever lies in a folder that others can write. Refuses with code `settings` where none is.
 */
export const reachable = (o: {
  readonly folder: string;
  readonly name: string;
  /** Default: this process's own. */
  readonly workingFolder?: string;
  /** Default: this machine's. */
  readonly system?: NodeJS.Platform;
}): Reachable => {
  const whole = join(o.folder, o.name);
  const near = relative(o.workingFolder ?? process.cwd(), whole);
  const short = [whole, near].find(fits);
  if (short !== undefined) return { path: short, close: () => undefined };
  if ((o.system ?? process.platform) === 'linux') {
    const folder = openSync(o.folder, 'r');
    return { path: `/proc/self/fd/${folder}/${o.name}`, close: () => closeSync(folder) };
  }
  throw new SottoError(
    'settings',
    `${whole} is longer than the ${MOST_BYTES} bytes that a socket's path may have here, so no command could reach Sotto. Name a shorter SOTTO_DATA, or start both from a folder close to it.`,
  );
};
