/**
 * The memory of a running process as the system has it, page by page: what a core dump would hold. Linux tells it to whoever
 * may trace the process, such as the one that started it.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const PAGE = 4_096;

/** Read at once; bytes. */
const MOST = 16 * 1_024 * 1_024;

/** Of an entry of the page map: in memory, or in swap. */
const PRESENT = 1n << 63n;
const SWAPPED = 1n << 62n;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What the process may read and write of its own, without what it shares or maps from files it never changed. */
const stretchesOf = (pid: number): readonly Stretch[] =>
  readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, from = '', to = '', rights = '', name = ''] =
        /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
      if (!rights.startsWith('rw') || name === '[vvar]') return [];
      return [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }];
    });

/** Only pages that there are: a process reserves far more than it ever touches. */
const touched = (pagemap: number, { from, to }: Stretch): readonly Stretch[] => {
  const found: { from: number; to: number }[] = [];
  const entries = Buffer.alloc(MOST / 8);
  for (let at = from; at < to; ) {
    const pages = Math.min((to - at) / PAGE, entries.length / 8);
    const read = readSync(pagemap, entries, 0, pages * 8, (at / PAGE) * 8);
    if (read === 0) break;
    for (let n = 0; n < read / 8; n++) {
      if ((entries.readBigUInt64LE(n * 8) & (PRESENT | SWAPPED)) === 0n) continue;
      const page = at + n * PAGE;
      const last = found.at(-1);
      if (last !== undefined && last.to === page && last.to - last.from < MOST) last.to = page + PAGE;
      else found.push({ from: page, to: page + PAGE });
    }
    at += (read / 8) * PAGE;
  }
  return found;
};

export interface MemoryImage {
  /** How many bytes there were. */
  readonly size: number;
  /** How often each stands there, by its place in the list. */
  readonly counts: readonly number[];
  /** The bytes around where one stands, for whoever wants to know what holds it: the first few of each. */
  readonly around: readonly (readonly Buffer[])[];
}

/** Stops the process, looks through its memory for these bytes, and lets it go on. */
export const searchMemory = (pid: number, needles: readonly Buffer[]): MemoryImage => {
  const [counts, around] = [needles.map(() => 0), needles.map((): Buffer[] => [])];
  let size = 0;
  process.kill(pid, 'SIGSTOP');
  const [memory, pagemap] = ['mem', 'pagemap'].map((file) => openSync(`/proc/${pid}/${file}`, 'r')) as [number, number];
  const into = Buffer.alloc(MOST + PAGE);
  try {
    for (const stretch of stretchesOf(pid))
      for (const { from, to } of touched(pagemap, stretch)) {
        // Gone meanwhile, or not to be read: threads of the system still end while it stands.
        let read = 0;
        try {
          read = readSync(memory, into, 0, to - from, from);
        } catch {
          continue;
        }
        size += read;
        const there = into.subarray(0, read);
        for (const [n, needle] of needles.entries())
          for (let at = there.indexOf(needle); at >= 0; at = there.indexOf(needle, at + 1)) {
            counts[n] = (counts[n] ?? 0) + 1;
            if ((around[n]?.length ?? 0) < 8)
              around[n]?.push(Buffer.from(there.subarray(Math.max(0, at - 160), at + needle.length + 120)));
          }
      }
  } finally {
    closeSync(memory);
    closeSync(pagemap);
    process.kill(pid, 'SIGCONT');
  }
  return { size, counts, around };
};
