import { type LogFile, type OpenFile, openFile } from '../../src/adapters/audit-log/file.ts';

/** What the next call to the disk does. */
export type Fault = 'none' | 'fail' | 'short' | 'hang' | 'fail-after';

export interface Disk {
  readonly open: OpenFile;
  /** How many bytes of each file survive a power cut: those that a successful sync confirmed. */
  readonly durable: () => number;
  readonly faults: () => number;
}

const broken = (): Error => Object.assign(new Error('injected'), { code: 'EIO' });

/**
 * A real file behind a disk that goes wrong when `next` says so. `hang` comes back after a while and then fails.
 * `fail-after`: the work was done, but the answer is an error. What counts as durable is only what a sync confirmed.
 */
export const createDisk = (next: (call: keyof LogFile | 'open') => Fault): Disk => {
  let durable = 0;
  let faults = 0;
  const faulty = async <T>(call: keyof LogFile | 'open', work: () => Promise<T>): Promise<T> => {
    const fault = next(call);
    if (fault === 'none' || fault === 'short') return work();
    faults++;
    if (fault === 'hang') await new Promise((resolve) => setTimeout(resolve, 150));
    if (fault === 'fail-after' && call !== 'open') await work();
    throw broken();
  };
  const open: OpenFile = (o) =>
    faulty('open', async () => {
      const file = await openFile(o);
      return {
        size: () => faulty('size', file.size),
        read: (into, position) => faulty('read', () => file.read(into, position)),
        write: async (bytes, position) => {
          if (next('write') !== 'short') return faulty('write', () => file.write(bytes, position));
          faults++;
          return file.write(bytes.subarray(0, bytes.length >> 1), position);
        },
        truncate: (size) => faulty('truncate', () => file.truncate(size)),
        sync: () =>
          faulty('sync', async () => {
            await file.sync();
            if (o.path.endsWith('audit.log')) durable = await file.size();
          }),
        close: () => file.close(),
      };
    });
  return { open, durable: () => durable, faults: () => faults };
};
