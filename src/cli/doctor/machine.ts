/** The machine and the process: what of the memory could end on a disk, and whether there is room. */
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { finding, type Line, ok, warning } from './line.ts';

const LITTLE_BYTES = 1024 ** 3;
const TOO_LITTLE_BYTES = 100 * 1024 ** 2;

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** The soft limit, as /proc says it; null: the system does not tell. */
export const coreLimit = (limits: string | null): string | null =>
  /^Max core file size\s+(\S+)/m.exec(limits ?? '')?.[1] ?? null;

/** `pid`: the running Sotto's; null: none runs, and a process started like this one is meant. */
export const lookAtMachine = (o: { readonly dataFolder: string; readonly pid: number | null }): readonly Line[] => [
  ...cores(o.pid),
  ...swap(read('/proc/swaps')),
  ...root(),
  ...room(o.dataFolder),
];

const cores = (pid: number | null): readonly Line[] => {
  const who = pid === null ? 'A process started like this command' : 'The running Sotto';
  const limit = coreLimit(read(`/proc/${pid ?? 'self'}/limits`));
  if (limit === null)
    return [
      warning('machine', {
        what: 'Whether this system writes the memory of a crashed process to its disk is not known.',
        why: 'Answers and secrets would be in it.',
        mend: 'See that no core dumps are written.',
      }),
    ];
  return limit === '0'
    ? [ok('machine', `${who} leaves no core dump.`)]
    : [
        warning('machine', {
          what: `${who} may leave a core dump (limit: ${limit}).`,
          why: 'If it crashed, answers and secrets in its memory would lie on the disk, past their end.',
          mend: 'Start it with ulimit -c 0, LimitCORE=0 (systemd) or --ulimit core=0 (containers).',
        }),
      ];
};

export const swap = (swaps: string | null): readonly Line[] => {
  if (swaps === null) return [];
  const areas = swaps.trim().split('\n').slice(1);
  return areas.length === 0
    ? [ok('machine', 'There is no swap, so that no memory is written to a disk.')]
    : [
        warning('machine', {
          what: `This machine swaps (${areas.length} area${areas.length === 1 ? '' : 's'}).`,
          why: 'Memory with answers and secrets in it may be written to a disk. Whether that is encrypted cannot be seen from here.',
          mend: 'Encrypt the swap, or run swapoff -a.',
        }),
      ];
};

const root = (): readonly Line[] =>
  process.geteuid?.() === 0
    ? [
        warning('machine', {
          what: 'This command runs as root.',
          why: 'Sotto needs no right of root, and whatever went wrong in it would have them all.',
          mend: 'Give Sotto a user of its own.',
        }),
      ]
    : [];

const room = (folder: string): readonly Line[] => {
  try {
    const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : dirname(folder));
    return [roomLine(folder, bavail * bsize)];
  } catch {
    return [];
  }
};

export const roomLine = (folder: string, bytes: number): Line => {
  const left = `${Math.floor(bytes / 1024 ** 2)} MiB`;
  if (bytes >= LITTLE_BYTES) return ok('machine', `There is room for ${left} more in ${folder}.`);
  const told = {
    what: `There is room for only ${left} more in ${folder}.`,
    why: 'When it is full nothing can be recorded, and so nothing is answered.',
    mend: 'Make room, or move SOTTO_DATA to a larger disk.',
  };
  return bytes < TOO_LITTLE_BYTES ? finding('machine', told) : warning('machine', told);
};
