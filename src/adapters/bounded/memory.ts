/**
 * What was learnt from somewhere else, and for how long it counts. Fresh: as good as asked now. After that it is asked again;
 * where nobody answers, what was known counts on as stale up to its bound, and nothing after that.
 */
import type { Clock } from '../../core/ports.ts';

/**
 * How long people of a directory are known. `freshMs`: whoever leaves a group has lost it after this, at the latest (Teams requirement 18, Slack requirement 12). `staleMs`: so
 * long somebody is known from before while the directory cannot be asked. `most`: entries, not a limit on people.
 */
export const OF_PEOPLE = { freshMs: 5 * 60_000, staleMs: 4 * 60 * 60_000, most: 20_000 } as const;

export interface Known<T> {
  readonly value: T;
  /** False: it could not be asked just now. */
  readonly fresh: boolean;
}

export interface Memory<T> {
  /**
   * Null: it could not be asked, and nothing young enough is known. `anew`: as of now, whatever is known, and the others are told what was learnt by it. Never rejects.
   */
  get(key: string, o?: { readonly anew: boolean }): Promise<Known<T> | null>;
  /** It changed: what is known does not count, nor what is on its way. Null: all of it. */
  forget(key: string | null): void;
  /** It may have changed: it is asked again before it counts as fresh, and where nobody answers it is stale, as if its time were over. */
  doubt(key: string): void;
}

interface Entry<T> {
  readonly value: T;
  /** When it was asked: what has changed since may be missing. */
  readonly at: number;
  /** When asking again failed last. */
  readonly failedAt: number | null;
}

/** After a failure nobody waits for another one so soon. */
const PAUSE_MS = 10_000;

/** What is used is asked again in the background once this part of its time is over, so that nobody waits for it. */
const AHEAD = 0.8;

export const createMemory = <T>(o: {
  readonly freshMs: number;
  readonly staleMs: number;
  /** Entries; the one that was used longest ago goes first. */
  readonly most: number;
  readonly clock: Clock;
  /** Null, or a rejection: could not be asked. */
  readonly look: (key: string) => Promise<T | null>;
}): Memory<T> => {
  const entries = new Map<string, Entry<T>>();
  /** One question a key at a time; whoever comes meanwhile waits for the same answer. */
  const flights = new Map<string, Promise<T | null>>();

  /** A clock that was set back makes everything old, never anything young. */
  const age = (at: number): number => {
    const now = o.clock.now();
    return now < at ? Number.POSITIVE_INFINITY : now - at;
  };

  const keep = (key: string, entry: Entry<T>): void => {
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > o.most && oldest !== undefined) entries.delete(oldest);
  };

  const hasJustFailed = ({ failedAt }: Entry<T>): boolean => failedAt !== null && age(failedAt) < PAUSE_MS;

  const look = async (key: string, isCurrent: () => boolean): Promise<T | null> => {
    const at = o.clock.now();
    const value = await o.look(key).catch(() => null);
    if (!isCurrent()) return value;
    const known = entries.get(key);
    if (value !== null) keep(key, { value, at, failedAt: null });
    else if (known !== undefined) keep(key, { ...known, failedAt: o.clock.now() });
    return value;
  };

  const ask = (key: string): Promise<T | null> => {
    const flying = flights.get(key);
    if (flying !== undefined) return flying;
    const isCurrent = (): boolean => flights.get(key) === flight;
    const flight: Promise<T | null> = look(key, isCurrent).finally(() => {
      if (isCurrent()) flights.delete(key);
    });
    flights.set(key, flight);
    return flight;
  };

  const whatIsLeft = (key: string): Known<T> | null => {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    if (age(entry.at) < o.freshMs) return { value: entry.value, fresh: true };
    if (age(entry.at) <= o.staleMs) return { value: entry.value, fresh: false };
    entries.delete(key);
    return null;
  };

  return {
    get: async (key, { anew } = { anew: false }) => {
      if (anew) {
        // What is on its way may have been answered before.
        await flights.get(key);
        const value = await ask(key);
        return value === null ? null : { value, fresh: true };
      }
      const entry = entries.get(key);
      if (entry !== undefined && age(entry.at) < o.freshMs) {
        keep(key, entry);
        if (age(entry.at) >= o.freshMs * AHEAD && !hasJustFailed(entry)) void ask(key);
        return { value: entry.value, fresh: true };
      }
      if (entry === undefined || !hasJustFailed(entry)) {
        const value = await ask(key);
        if (value !== null) return { value, fresh: true };
      }
      return whatIsLeft(key);
    },
    doubt: (key) => {
      flights.delete(key);
      const entry = entries.get(key);
      const over = o.clock.now() - o.freshMs;
      if (entry !== undefined) entries.set(key, { ...entry, at: Math.min(entry.at, over), failedAt: null });
    },
    forget: (key) => {
      for (const kept of [entries, flights]) {
        if (key === null) kept.clear();
        else kept.delete(key);
      }
    },
  };
};
