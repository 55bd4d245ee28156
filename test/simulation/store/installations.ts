/** Where the bot is installed, in memory. */
import type { InstallationLink, Installations, KeptInstallation } from '../../../src/core/ports.ts';
import { packParts, whole } from '../../../src/core/stored.ts';
import { MOST_INSTALLATIONS, MOST_LINKS, MOST_SPENT } from '../../../src/core/stored-installations.ts';
import type { Shelf } from './tables.ts';

export interface HeldInstallation extends KeptInstallation {
  readonly holder: string;
  readonly till: number;
}

export interface InstallationTables {
  version: number;
  readonly all: Map<string, HeldInstallation>;
  readonly links: Map<string, InstallationLink>;
  readonly spent: Map<string, number>;
}

type Which = Pick<KeptInstallation, 'platform' | 'tenant'>;

const keyOf = ({ platform, tenant }: Which): string => packParts([platform, tenant]);
const wholeOrNull = (value: number | null): number | null => (value === null ? null : whole(value));
const FREE = { holder: '', till: 0 } as const;

export const createInstallations = ({ tables: { installations: kept } }: Shelf): Installations => {
  const { all, links, spent } = kept;
  const next = (): number => {
    kept.version += 1;
    return kept.version;
  };
  const put = (which: Which, row: Omit<HeldInstallation, 'platform' | 'tenant' | 'version'>): void => {
    const { platform, tenant } = which;
    all.set(keyOf(which), { ...row, platform, tenant, version: next() });
  };
  const told = ({ holder: _holder, till: _till, ...row }: HeldInstallation): KeptInstallation => row;
  const seenAs = (which: Which, seen: number): HeldInstallation | null => {
    const row = all.get(keyOf(which));
    return row?.version === seen ? row : null;
  };
  const isFull = (which: Which): boolean => !all.has(keyOf(which)) && all.size >= MOST_INSTALLATIONS;

  return {
    version: async () => kept.version,
    all: async () => ({
      version: kept.version,
      installations: [...all.values()].map(told),
      links: [...links.values()],
    }),
    find: async (which) => {
      const row = all.get(keyOf(which));
      return row === undefined ? null : told(row);
    },
    install: async ({ value, endsAt, renewAt, now, ...which }) => {
      if (isFull(which)) return 'full';
      if (all.get(keyOf(which))?.purging === true) return 'purging';
      const times = { at: whole(now), endsAt: wholeOrNull(endsAt), renewAt: wholeOrNull(renewAt) };
      put(which, { state: 'installed', value, mark: '', code: '', purging: false, ...times, ...FREE });
      return 'installed';
    },
    end: async ({ mark, code, now, ...which }) => {
      const row = all.get(keyOf(which));
      if (row?.state === 'gone') {
        if (mark !== '' && mark !== row.mark) put(which, { ...row, mark });
        return 'already';
      }
      if (isFull(which)) return 'full';
      const nothing = { value: '', endsAt: null, renewAt: null };
      put(which, { state: 'gone', mark, code, purging: true, at: whole(now), ...nothing, ...FREE });
      return 'ended';
    },
    turn: async ({ seen, to, code, now, ...which }) => {
      const row = seenAs(which, seen);
      if (row === null || row.state === 'gone') return 'changed';
      put(which, { ...row, state: to, code, at: whole(now) });
      return 'turned';
    },
    purged: async ({ seen, ...which }) => {
      const row = seenAs(which, seen);
      if (row?.state !== 'gone') return 'changed';
      put(which, { ...row, purging: false, ...FREE });
      return 'purged';
    },
    forget: async ({ seen, ...which }) => {
      if (seenAs(which, seen)?.state !== 'gone') return 'changed';
      all.delete(keyOf(which));
      next();
      return 'forgotten';
    },
    lease: async ({ holder, now, leaseMs, ...which }) => {
      const row = all.get(keyOf(which));
      if (row === undefined) return 'gone';
      if (row.till > whole(now) && row.holder !== holder) return 'busy';
      all.set(keyOf(which), { ...row, holder, till: whole(now + leaseMs) });
      return 'leased';
    },
    release: async ({ holder, ...which }) => {
      const row = all.get(keyOf(which));
      if (row?.holder === holder) all.set(keyOf(which), { ...row, ...FREE });
    },
    replace: async ({ seen, holder, value, endsAt, renewAt, now, ...which }) => {
      const row = seenAs(which, seen);
      if (row === null || row.state === 'gone' || row.holder !== holder) return 'changed';
      const times = { at: whole(now), endsAt: wholeOrNull(endsAt), renewAt: wholeOrNull(renewAt) };
      put(which, { state: 'installed', value, mark: '', code: '', purging: false, ...times, ...FREE });
      return 'replaced';
    },
    link: async (link) => {
      if (!links.has(keyOf(link)) && links.size >= MOST_LINKS) return 'full';
      links.set(keyOf(link), link);
      next();
      return 'linked';
    },
    spend: async ({ what, until, now }) => {
      for (const [one, till] of spent) if (till <= whole(now)) spent.delete(one);
      if (spent.size >= MOST_SPENT) return 'full';
      if (spent.has(what)) return 'again';
      spent.set(what, whole(until));
      return 'spent';
    },
  };
};
