/**
 * Counts that a question brings along, without a trip of their own. This process knows how a count stood when it last added
 * to it, and adds what it has accepted itself since; its additions go to Redis behind the answer, many as one. So a count
 * lacks at most what other processes accepted since this one last counted the same key: with N processes one question each may be
 * judged by a count that is too low, and the next is judged by the true one. A process that is killed loses what it had not sent yet.
 */
import type { Count } from '../../core/ports.ts';
import { type Buckets, slidingCount, turned } from '../../core/stored.ts';
import type { CounterKeys } from './counters.ts';

/** Counts that are remembered between questions; the longest unused is forgotten, and then begins as if new here. */
const MOST_REMEMBERED = 20_000;

/** Counts sent at once. */
const BATCH = 500;

interface Entry {
  readonly count: CounterKeys;
  known: Buckets | null;
  /** Taken here and not in `known` yet. */
  ahead: number;
  /** Of those, accepted and not sent yet. */
  unsent: number;
  lastAt: number;
}

export interface Taken {
  /** By name, this question included. */
  readonly counts: Readonly<Record<string, number>>;
  /** It was accepted: the counts rise for everybody. */
  accepted(): void;
  /** It was not: as if it had never been counted. */
  dropped(): void;
}

export interface Counting {
  take(counts: readonly Count[], now: number): Taken;
  /** Resolves when everything that was accepted so far is in Redis, or could not be brought there. */
  sent(): Promise<void>;
}

export const createCounting = (o: {
  readonly add: (count: CounterKeys & { readonly now: number; readonly by: number }) => Promise<Buckets>;
}): Counting => {
  const entries = new Map<string, Entry>();
  const unsent = new Set<Entry>();
  let sending: Promise<void> | null = null;

  const entryOf = ({ key, windowMs }: CounterKeys): Entry => {
    const id = `${windowMs}|${key}`;
    const entry = entries.get(id) ?? { count: { key, windowMs }, known: null, ahead: 0, unsent: 0, lastAt: 0 };
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size > MOST_REMEMBERED)
      for (const oldest of [...entries.keys()].slice(0, BATCH)) entries.delete(oldest);
    return entry;
  };

  const send = async (entry: Entry): Promise<void> => {
    const by = entry.unsent;
    entry.unsent = 0;
    try {
      entry.known = await o.add({ ...entry.count, now: entry.lastAt, by });
    } catch {
      // Redis is away: whoever asks next hears so. These are lost, which forgives people a few questions and nothing else.
    } finally {
      entry.ahead -= by;
    }
  };

  const sendAll = async (): Promise<void> => {
    while (unsent.size > 0) {
      const batch = [...unsent].slice(0, BATCH);
      for (const entry of batch) unsent.delete(entry);
      await Promise.all(batch.map(send));
    }
    sending = null;
  };

  return {
    take: (counts, now) => {
      const taken = counts.map((count) => ({ name: count.name, entry: entryOf(count) }));
      const named = taken.map(({ name, entry }) => {
        entry.ahead += 1;
        entry.lastAt = Math.max(entry.lastAt, now);
        const at = { windowMs: entry.count.windowMs, now };
        const buckets = turned(at, entry.known);
        return [name, slidingCount(at, { ...buckets, current: buckets.current + entry.ahead })] as const;
      });
      return {
        counts: Object.fromEntries(named),
        accepted: () => {
          for (const { entry } of taken) {
            entry.unsent += 1;
            unsent.add(entry);
          }
          sending ??= sendAll();
        },
        dropped: () => {
          for (const { entry } of taken) entry.ahead -= 1;
        },
      };
    },
    sent: async () => {
      await sending;
    },
  };
};
