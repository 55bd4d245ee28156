import { type LogDisk, type LogFile, logDisk } from '../../src/adapters/audit-log/file.ts';

/** What the next call to the disk does. */
export type Fault = 'none' | 'fail' | 'short' | 'hang' | 'fail-after';

/** A call to the disk, and on which file or folder. */
export type Call = keyof LogFile | Exclude<keyof LogDisk, 'open'> | 'open';

export interface Disk {
  readonly disk: LogDisk;
  /** How many bytes of journals successful syncs have confirmed: those that survive a power cut. */
  readonly durable: () => number;
  readonly faults: () => number;
}

const broken = (): Error => Object.assign(new Error('injected'), { code: 'EIO' });

type Around = <T>(call: Call, path: string, work: () => Promise<T>) => Promise<T>;

/** A disk of which each call, with the file or folder it is for, goes through `around`; of a rename it is the new name. */
export const watchedDisk = (
  around: Around,
  write: (file: LogFile, bytes: Buffer, position: number, path: string) => Promise<number> = (file, bytes, position) =>
    file.write(bytes, position),
): LogDisk => ({
  open: (o) =>
    around('open', o.path, async () => {
      const file = await logDisk.open(o);
      const { path } = o;
      return {
        size: () => around('size', path, file.size),
        read: (into, position) => around('read', path, () => file.read(into, position)),
        write: (bytes, position) => around('write', path, () => write(file, bytes, position, path)),
        truncate: (size) => around('truncate', path, () => file.truncate(size)),
        sync: () => around('sync', path, file.sync),
        close: () => around('close', path, file.close),
      };
    }),
  read: (path) => around('read', path, () => logDisk.read(path)),
  list: (folder) => around('list', folder, () => logDisk.list(folder)),
  makeFolder: (path) => around('makeFolder', path, () => logDisk.makeFolder(path)),
  rename: (from, to) => around('rename', to, () => logDisk.rename(from, to)),
  remove: (path) => around('remove', path, () => logDisk.remove(path)),
  syncFolder: (folder) => around('syncFolder', folder, () => logDisk.syncFolder(folder)),
});

/**
 * A real disk that goes wrong when `next` says so. `hang` comes back after a while and then fails. `fail-after`: the work was done, but the
 * answer is an error. `short`: a write takes half, and says so. What counts as durable is only what a sync confirmed.
 */
export const createDisk = (next: (call: Call, path: string) => Fault): Disk => {
  let durable = 0;
  let faults = 0;
  const sizes = new Map<string, number>();
  const disk = watchedDisk(
    async (call, path, work) => {
      // Whether a write is short is asked where it is written.
      const fault = call === 'write' || call === 'close' ? 'none' : next(call, path);
      if (fault !== 'none' && fault !== 'short') {
        faults++;
        if (fault === 'hang') await new Promise((resolve) => setTimeout(resolve, 150));
        if (fault === 'fail-after' && call !== 'open') await work();
        throw broken();
      }
      const result = await work();
      if (call === 'sync' && path.includes('/journal/')) durable += sizes.get(path) ?? 0;
      if (call === 'sync') sizes.delete(path);
      return result;
    },
    async (file, bytes, position, path) => {
      const fault = next('write', path);
      if (fault !== 'none') faults++;
      if (fault === 'short') return file.write(bytes.subarray(0, bytes.length >> 1), position);
      if (fault === 'hang') await new Promise((resolve) => setTimeout(resolve, 150));
      if (fault === 'fail' || fault === 'hang') throw broken();
      const taken = await file.write(bytes, position);
      if (fault === 'fail-after') throw broken();
      sizes.set(path, (sizes.get(path) ?? 0) + taken);
      return taken;
    },
  );
  return { disk, durable: () => durable, faults: () => faults };
};
