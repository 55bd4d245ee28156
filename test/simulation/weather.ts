/** What goes wrong just now, between the processes and everything else. Set by the plan of a seed, read by the network. */
import type { Chance } from './chance.ts';

/** What a process reaches over a network or a disk. */
export type Site = 'store' | 'audit' | 'directory' | 'backend' | 'slack' | 'teams';

export type Away = 'refuses' | 'hangs' | 'limits';

export interface Weather {
  /** From now until then nothing gets through to it. */
  away(site: Site, how: Away, until: number): void;
  /** From now until then it takes long. */
  slow(site: Site, until: number): void;
  /** The next call of this verb succeeds, and its reply is lost. */
  lose(verb: string): void;
  /** At its next call of this verb the process dies: before it has happened, or after. */
  crash(o: { readonly process: string; readonly verb: string; readonly before: boolean }): void;
  /** Nothing goes wrong from now on. */
  clear(): void;

  /** How it is away; null: it is there. */
  isAway(site: Site): Away | null;
  /** How long one way takes, ms. 0: no time at all. */
  way(site: Site): number;
  /** Whether the reply of this call is lost; asked once, when it has happened. */
  losesReply(verb: string): boolean;
  /** Whether the process dies at this call; asked once, when it is made. */
  crashesAt(process: string, verb: string): 'before' | 'after' | null;
}

/** The longest that a call takes one way, ms. Every adapter gives up its calls before a lease is half over. */
const SLOWEST_MS = 2_400;

const USUAL_MS: Readonly<Record<Site, number>> = { store: 3, audit: 5, directory: 20, backend: 60, slack: 150, teams: 150 };

export const createWeather = (o: {
  readonly now: () => number;
  readonly chance: Chance;
  /** Told when something armed has struck. */
  readonly struck: (name: string) => void;
}): Weather => {
  const { now, chance, struck } = o;
  const gone = new Map<Site, { readonly how: Away; readonly until: number }>();
  const slow = new Map<Site, number>();
  const losing = new Set<string>();
  const crashing = new Map<string, 'before' | 'after'>();
  return {
    away: (site, how, until) => void gone.set(site, { how, until }),
    slow: (site, until) => void slow.set(site, until),
    lose: (verb) => void losing.add(verb),
    crash: ({ process, verb, before }) => void crashing.set(`${process} ${verb}`, before ? 'before' : 'after'),
    clear: () => {
      for (const one of [gone, slow, losing, crashing]) one.clear();
    },
    isAway: (site) => {
      const one = gone.get(site);
      return one === undefined || one.until <= now() ? null : one.how;
    },
    way: (site) => {
      if ((slow.get(site) ?? 0) > now()) return chance.between(200, SLOWEST_MS);
      return chance.often(site === 'store' ? 0.8 : 0.4) ? 0 : chance.between(1, USUAL_MS[site]);
    },
    losesReply: (verb) => {
      const loses = losing.size > 0 && losing.delete(verb);
      if (loses) struck(`lost ${verb}`);
      return loses;
    },
    crashesAt: (process, verb) => {
      if (crashing.size === 0) return null;
      const name = `${process} ${verb}`;
      const when = crashing.get(name) ?? null;
      if (when !== null) {
        crashing.delete(name);
        struck(`crash ${when} ${name}`);
      }
      return when;
    },
  };
};
