/** Which audit logs a start misses, and what becomes of them while it runs. What it misses keeps everybody from being answered (`Losses`). */
import { join } from 'node:path';
import { isOrigin } from '../adapters/audit-log/checkpoint.ts';
import { missedOf, oldLogs } from '../adapters/audit-log/missed.ts';
import { begunLogs } from '../adapters/audit-log/origins.ts';
import { keepMissedLogs, readMissedLogs } from '../adapters/files/missed-logs.ts';
import { SottoError } from '../core/errors.ts';
import type { Losses, LostLog, NotLost } from '../core/losses.ts';
import type { Clock, Log, Origin, Store } from '../core/ports.ts';
import { closedHome, isLost, lostHome } from '../core/stored.ts';

/** Whether this folder holds the log, or held it: `''` in a store of before slots had homes, which knows one folder only. */
export const homesOf = (home: string): readonly string[] => [home, closedHome(home), ''];

/** Those of this folder that were begun: a slot is leased before, and whoever leased it may have died in between, or be about to begin it. */
export const ownOf = (origins: readonly Origin[], home: string): readonly Origin[] =>
  origins.filter((one) => one.size > 0 && homesOf(home).includes(one.home));

/** The folder itself, whatever became of a log of it. */
const folderOf = ({ home }: Pick<Origin, 'home'>): string => home.split('.')[0] ?? home;

export interface OpenLosses extends Losses {
  /** Looks which of them are settled by now, and which are missed whose process only seemed to live. Rejects where the store does not answer. */
  keep(): Promise<void>;
}

/**
 * Looks for every log that must be there. Refuses with code `audit-missing` where the store knows none of those that are there, where one is
 * on record under a name that none can have, or where one is of a format that nothing reads.
 */
export const findLosses = async (o: {
  readonly dataFolder: string;
  readonly home: string;
  /** The folder is new. */
  readonly fresh: boolean;
  readonly store: Pick<Store, 'origins'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): Promise<OpenLosses> => {
  const { home, store, clock, log } = o;
  const folder = join(o.dataFolder, 'audit');
  const homes = homesOf(home);

  const whatOf = async (one: Origin, all: readonly Origin[], now: number): Promise<LostLog | NotLost> => {
    const { origin, size } = one;
    if (isLost(one)) return 'lost';
    if (size === 0) return 'unknown';
    if (homes.includes(one.home)) {
      const missed = await missedOf({ folder, origin, size });
      // What is whole and written is both; what is not there cannot be written.
      if (missed === null) return one.leasedUntil > now ? 'held' : 'sound';
      return { origin, size, ...missed };
    }
    if (one.leasedUntil > now) return 'held';
    const looked = all.some((other) => other.leasedUntil > now && folderOf(other) === folderOf(one));
    return looked ? 'another' : { origin, size, found: 'elsewhere', entries: null };
  };
  const look = async (origin: string): Promise<LostLog | NotLost> => {
    const all = await store.origins.all();
    const one = all.find((each) => each.origin === origin);
    return one === undefined ? 'unknown' : whatOf(one, all, clock.now());
  };

  const all = await store.origins.all();
  const now = clock.now();
  await refuse({ folder, home, fresh: o.fresh, all });
  const remembered = new Map(readMissedLogs(o.dataFolder).map(({ origin, leasedUntil }) => [origin, leasedUntil]));
  // Whoever renewed a lease since, or gave it back, lived.
  const isRemembered = ({ origin, leasedUntil }: Origin): boolean =>
    remembered.has(origin) && (remembered.get(origin) ?? leasedUntil) === leasedUntil;
  const asked = all.filter((one) => homes.includes(one.home) || o.fresh || isRemembered(one));
  const found = await Promise.all(asked.map((one) => whatOf(one, all, now)));
  let open: readonly LostLog[] = found.filter((one) => typeof one !== 'string');
  /** Elsewhere, with leases that may be those of processes that died: by name, as each was seen first. */
  let doubtful = new Map(
    asked
      .filter((one) => !homes.includes(one.home) && !isLost(one) && one.leasedUntil > now)
      .map((one) => [one.origin, one]),
  );
  const say = (some: readonly LostLog[]): void => {
    for (const { origin, found: how } of some) log.error('audit.lost', { name: origin, code: how });
  };
  say(open);

  const remember = (): void =>
    keepMissedLogs(o.dataFolder, [
      ...open.filter((one) => one.found === 'elsewhere').map(({ origin }) => ({ origin, leasedUntil: null })),
      ...[...doubtful.values()].map(({ origin, leasedUntil }) => ({ origin, leasedUntil })),
    ]);
  remember();

  /** Whoever renewed a lease, gave it back, or wrote on, lived when this process began already. */
  const lapsed = async (): Promise<readonly LostLog[]> => {
    const by = clock.now();
    const known = await store.origins.all();
    const same = known.filter(({ origin, leasedUntil, size }) => {
      const first = doubtful.get(origin);
      return first?.leasedUntil === leasedUntil && first.size === size;
    });
    const over = await Promise.all(
      same.filter(({ leasedUntil }) => leasedUntil <= by).map((one) => whatOf(one, known, by)),
    );
    const left = same.filter(({ leasedUntil }) => leasedUntil > by);
    doubtful = new Map(left.map((one) => [one.origin, one]));
    return over.filter((one) => typeof one !== 'string');
  };

  return {
    open: () => open,
    look,
    settle: (origin) => store.origins.lose({ origin, now: clock.now() }),
    keep: async () => {
      const before = [open.length, doubtful.size];
      if (doubtful.size > 0) {
        const more = await lapsed();
        say(more);
        open = [...open, ...more];
      }
      const still = await Promise.all(open.map(({ origin }) => look(origin)));
      const wasOpen = open.length;
      open = still.filter((one) => typeof one !== 'string');
      if (before[0] !== open.length || before[1] !== doubtful.size) remember();
      if (wasOpen > 0 && open.length === 0) log.info('opened', { code: 'audit-lost' });
    },
  };
};

const refuse = async (o: {
  readonly folder: string;
  readonly home: string;
  readonly fresh: boolean;
  readonly all: readonly Origin[];
}): Promise<void> => {
  const homes = homesOf(o.home);
  // However short a log was when its process died: its slot is on record since before it was begun.
  const known = o.all.some(({ home }) => [...homes, ...homes.map(lostHome)].includes(home));
  const forgotten = known || o.fresh ? [] : await begunLogs(o.folder);
  const lost = o.all.filter(isLost).map(({ origin }) => origin);
  const findings = [
    ...(forgotten.length > 0 ? [forgot(o.folder, forgotten)] : []),
    ...(o.all.some(({ origin }) => !isOrigin(origin)) ? [ALTERED] : []),
    ...(await oldLogs(o.folder)).filter((name) => !lost.includes(name)).map((name) => old(o.folder, name)),
  ];
  if (findings.length > 0) throw new SottoError('audit-missing', findings.join('\n'));
};

const ALTERED = 'An audit log is on record under a name that none can have: the store was altered.';

/** A store that came back empty has lost HR's restrictions as well, and nobody would notice. */
const forgot = (folder: string, logs: readonly string[]): string =>
  `The store knows none of the audit logs in ${folder} (${logs.slice(0, 3).join(', ')}), so it is another one or came back empty, and what HR restricts is not in it. Name the store that belongs to this folder in SOTTO_STORE, or restore it; where a new one is meant, move the logs to where you keep old ones and publish the restrictions anew.`;

const old = (folder: string, name: string): string =>
  `The audit log ${join(folder, name)} is of an older format, which no version reads any more. Move its folder to where you keep old logs; then start again, and put on record that it is not here any more: sotto audit lost ${name}`;

/** What is missed, a line for each log. */
export const lossLine = ({ origin, size, found, entries }: LostLog): string => {
  const had = `The audit log ${origin} is on record with at least ${size} entries`;
  switch (found) {
    case 'gone':
      return `${had} and is gone.`;
    case 'cut':
      return `${had} and holds ${entries ?? 0}: its end was cut off. Keep it as evidence.`;
    case 'unreadable':
      return `${had} and cannot be read.`;
    case 'elsewhere':
      return `${had} in another data folder, of which no process runs. Where that lies on another machine, start Sotto there first.`;
  }
};
