import { createHash } from 'node:crypto';
import type { Clock } from '../../core/ports.ts';

/** Slack takes so many answers at one `response_url`, for so long, ms (Slack requirement 29). */
const MOST_USES = 5;
const USABLE_MS = 30 * 60_000;

/** A bound for memory: the oldest is forgotten, and Slack itself still counts. */
const MOST_KNOWN = 10_000;

/** Counts what is said at the address of a press. Knows an address by its hash alone, and not after its time. */
export interface UsedAddresses {
  /** Counts one use. False: Slack would not take it. */
  use(url: string): boolean;
}

export const createUsedAddresses = (clock: Pick<Clock, 'now'>): UsedAddresses => {
  const known = new Map<string, { uses: number; readonly until: number }>();
  return {
    use: (url) => {
      const now = clock.now();
      for (const [key, { until }] of known) {
        if (until > now) break;
        known.delete(key);
      }
      const key = createHash('sha256').update(url).digest('base64url');
      const address = known.get(key) ?? { uses: 0, until: now + USABLE_MS };
      if (address.uses >= MOST_USES) return false;
      address.uses += 1;
      known.set(key, address);
      const oldest = known.keys().next();
      if (known.size > MOST_KNOWN && oldest.done === false) known.delete(oldest.value);
      return true;
    },
  };
};
