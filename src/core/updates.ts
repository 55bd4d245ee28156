/** Filling in answers within what a platform takes: an update that would be refused is not made, and its turn is known before it. */
import { createLocalShare, type LocalShare } from './budget.ts';
import { budgetKey } from './lanes.ts';
import type { Clock, Platform, Store } from './ports.ts';
import type { MessageRef, PlatformName } from './types.ts';

/** A process may be ahead of the common budget by so many. */
const SHARE = 2;

/** A bound for the memory, not a limit on tenants. */
const MOST_SHARES = 1_000;

export interface Updates {
  /** 0: the update may be made, and is counted. Otherwise so many ms until it is worth asking again. Never awaits the store. */
  wait(ref: Pick<MessageRef, 'platform' | 'tenant'>): number;
}

export const createUpdates = (o: {
  readonly store: Pick<Store, 'budgets'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly clock: Clock;
}): Updates => {
  const shares = new Map<string, LocalShare>();
  return {
    wait: ({ platform, tenant }) => {
      const limits = o.platforms.get(platform)?.limits;
      if (limits === undefined || limits.keptBy === 'adapter') return 0;
      const { name, ...limit } = limits.update;
      const key = budgetKey({ platform, tenant, name });
      const share =
        shares.get(key) ??
        createLocalShare({
          size: SHARE,
          now: o.clock.now,
          take: (want) => o.store.budgets.take({ key, want, ...limit, now: o.clock.now() }),
        });
      shares.delete(key);
      shares.set(key, share);
      const oldest = shares.keys().next();
      if (shares.size > MOST_SHARES && oldest.done === false) shares.delete(oldest.value);
      return share.use();
    },
  };
};
