/**
 * Answers that are kept in memory for a while: only where policy lets them be (`mayCache`) and the description says for how long; never a
 * fault. Who asks for what is being asked for already waits for the same answer.
 */
import type { Clock, Fetched } from '../../../core/ports.ts';

const MOST_ENTRIES = 2_000;
const MOST_BYTES = 8 * 1024 * 1024;

/** Of one answer: a greater one is not kept. */
const MOST_OF_ONE = 256 * 1024;

interface Kept {
  readonly fetched: Fetched;
  readonly until: number;
  readonly from: number;
  readonly bytes: number;
  readonly system: string;
}

export interface Cache {
  /** `key`: says all that the answer depends on. Where work rejects, so does this, and the next one asks again. */
  get(
    o: { readonly key: string; readonly system: string; readonly forMs: number },
    work: () => Promise<Fetched>,
  ): Promise<Fetched>;
  /** Something was changed in it: nothing that is known of it counts, nor what is on its way. */
  forget(system: string): void;
}

export const createCache = (o: { readonly clock: Pick<Clock, 'now'> }): Cache => {
  const { clock } = o;
  /** The one that was used longest ago first. */
  const kept = new Map<string, Kept>();
  const flights = new Map<string, { readonly system: string; readonly came: Promise<Fetched> }>();
  let bytes = 0;

  const drop = (key: string): void => {
    bytes -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, one: Kept): void => {
    drop(key);
    if (one.bytes > MOST_OF_ONE) return;
    kept.set(key, one);
    bytes += one.bytes;
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_ENTRIES && bytes <= MOST_BYTES) break;
      drop(oldest);
    }
  };

  return {
    get: async ({ key, system, forMs }, work) => {
      const now = clock.now();
      const before = kept.get(key);
      // A clock that was set back makes everything old, never anything young.
      if (before !== undefined && now >= before.from && now < before.until) {
        kept.delete(key);
        kept.set(key, before);
        return before.fetched;
      }
      drop(key);
      const under = flights.get(key);
      if (under !== undefined) return under.came;
      const flight = { system, came: work() };
      flights.set(key, flight);
      let isCurrent = false;
      const fetched = await flight.came.finally(() => {
        // Another one took its place where something was changed meanwhile.
        isCurrent = flights.get(key) === flight;
        if (isCurrent) flights.delete(key);
      });
      if (!isCurrent) return fetched;
      if (fetched.ok) keep(key, { fetched, from: now, until: now + forMs, bytes: sizeOf(key, fetched), system });
      return fetched;
    },
    forget: (system) => {
      for (const [key, one] of kept) if (one.system === system) drop(key);
      for (const [key, one] of flights) if (one.system === system) flights.delete(key);
    },
  };
};

/** Two bytes a character, about. */
const sizeOf = (key: string, fetched: Fetched): number => 2 * (key.length + JSON.stringify(fetched).length);
