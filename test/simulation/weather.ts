/** What goes wrong just now, between the processes and everything else. Set by the plan of a seed, read by the network. */
import type { Restriction } from '../../src/core/types.ts';
import type { Chance } from './chance.ts';

/** What a process reaches over a network or a disk. */
export type Site = 'store' | 'audit' | 'directory' | 'backend' | 'slack' | 'teams';

export type Away = 'refuses' | 'hangs' | 'limits';

/** What strikes at a call: the process dies before or after it happened, stands still until long after, its clock jumps meanwhile; or HR publishes. */
export type Blow =
  | { readonly kind: 'crash'; readonly before: boolean }
  | { readonly kind: 'stall'; readonly for: number }
  | { readonly kind: 'jump'; readonly by: number }
  | { readonly kind: 'publish'; readonly restriction: Restriction };

export interface Weather {
  /** From now until then nothing gets through to it. */
  away(site: Site, how: Away, until: number): void;
  /** From now until then it takes long. */
  slow(site: Site, until: number): void;
  /** The next call of this verb succeeds, and its reply is lost. */
  lose(verb: string): void;
  /** At its next call of this verb the process is struck. */
  strike(o: { readonly process: string; readonly verb: string; readonly blow: Blow }): void;
  /** Nothing goes wrong from now on. */
  clear(): void;

  /** How it is away; null: it is there. */
  isAway(site: Site): Away | null;
  /** How long one way takes, ms. 0: no time at all. */
  way(site: Site): number;
  /** Whether the reply of this call is lost; asked once, when it has happened. */
  losesReply(verb: string): boolean;
  /** What strikes the process at this call; asked once, when it is made. */
  blowAt(process: string, verb: string): Blow | null;
}

/** The longest that a call takes one way, ms. Every adapter gives up its calls before a lease is half over. */
const SLOWEST_MS = 2_400;

const USUAL_MS: Readonly<Record<Site, number>> = {
  store: 3,
  audit: 5,
  directory: 20,
  backend: 60,
  slack: 150,
  teams: 150,
};

export const createWeather = (o: {
  readonly now: () => number;
  readonly chance: Chance;
  /** Told when something armed strikes; null: a reply was lost. */
  readonly struck: (name: string, blow: Blow | null) => void;
}): Weather => {
  const { now, chance, struck } = o;
  const gone = new Map<Site, { readonly how: Away; readonly until: number }>();
  const slow = new Map<Site, number>();
  const losing = new Set<string>();
  const blows = new Map<string, Blow>();
  return {
    away: (site, how, until) => void gone.set(site, { how, until }),
    slow: (site, until) => void slow.set(site, until),
    lose: (verb) => void losing.add(verb),
    strike: ({ process, verb, blow }) => void blows.set(`${process} ${verb}`, blow),
    clear: () => {
      for (const one of [gone, slow, losing, blows]) one.clear();
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
      if (loses) struck(`lost ${verb}`, null);
      return loses;
    },
    blowAt: (process, verb) => {
      if (blows.size === 0) return null;
      const name = `${process} ${verb}`;
      const blow = blows.get(name) ?? null;
      if (blow !== null) {
        blows.delete(name);
        struck(`${JSON.stringify(blow)} ${name}`, blow);
      }
      return blow;
    },
  };
};
