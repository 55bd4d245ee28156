/** A file system of its own, a few megabytes large, that can be filled, made read-only and frozen under a running process. Linux, as root. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const run = (program: string, ...args: readonly string[]): void => {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 30_000 });
};

export interface SmallDisk {
  /** Not a byte is left. */
  fill(): void;
  /** Gives back what was filled. */
  clear(): void;
  /** Throws while somebody holds a file open for writing. */
  readOnly(on: boolean): void;
  /** Every write hangs until it is thawed; whoever waits in one cannot even be killed. */
  freeze(): void;
  thaw(): void;
  /** Whatever state it is in. */
  unmount(): void;
}

export const mountSmallDisk = (o: { readonly image: string; readonly at: string }): SmallDisk => {
  const { image, at } = o;
  const filler = join(at, 'filler');
  let frozen = false;
  writeFileSync(image, '');
  truncateSync(image, 8 * 2 ** 20);
  run('mkfs.ext4', '-q', '-m', '0', image);
  mkdirSync(at, { recursive: true, mode: 0o700 });
  run('mount', '-o', 'loop', image, at);
  rmSync(join(at, 'lost+found'), { recursive: true });
  const thaw = (): void => {
    if (!frozen) return;
    run('fsfreeze', '-u', at);
    frozen = false;
  };
  return {
    fill: () => {
      for (let size = 2 ** 20; size >= 1; )
        try {
          writeFileSync(filler, Buffer.alloc(size), { flag: 'a', flush: true });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          size = Math.floor(size / 16);
        }
    },
    clear: () => rmSync(filler, { force: true }),
    readOnly: (on) => run('mount', '-o', on ? 'remount,ro' : 'remount,rw', at),
    freeze: () => {
      run('fsfreeze', '-f', at);
      frozen = true;
    },
    thaw,
    unmount: () => {
      thaw();
      run('umount', at);
    },
  };
};
