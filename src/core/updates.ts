/** Filling in answers within what a platform takes: an update that would be refused is not made, and its turn is known before it. */
import { createLocalShare, type LocalShare } from './budget.ts';
import { budgetKey } from './lanes.ts';
import type { CallLimit, Clock, Platform, Store } from './ports.ts';
import type { MessageRef, PlatformName } from './types.ts';

/** A process may be ahead of the common budget by so many. */
const SHARE = 2;

/** A bound for the memory, not a limit on tenants. */
const MOST_SHARES = 1_000;

/** Turns are promised no further ahead, ms: whoever comes later is told to come then. */
const MOST_AHEAD_MS = 10 * 60_000;

const MINUTE_MS = 60_000;

type Whose = Pick<MessageRef, 'platform' | 'tenant'>;

export interface Updates {
  /**
   * 0: the update may be made, and is counted. Otherwise so many ms until it is worth asking again; of many that wait each is told
   * another time, so that they do not all come back for one turn. Never awaits the store.
   */
  wait(ref: Whose): number;
  /** The platform said to wait: no process updates anything of this tenant before. Refuses as the store does. */
  pause(ref: Whose, until: number): Promise<void>;
}

interface Tenant {
  readonly share: LocalShare;
  /** The last turn that was promised to anybody, ms since the epoch. */
  promised: number;
}

export const createUpdates = (o: {
  readonly store: Pick<Store, 'budgets'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly clock: Clock;
}): Updates => {
  const tenants = new Map<string, Tenant>();

  const limitOf = ({ platform }: Whose): CallLimit | null => {
    const limits = o.platforms.get(platform)?.limits;
    return limits === undefined || limits.keptBy === 'adapter' ? null : limits.update;
  };
  const keyOf = ({ platform, tenant }: Whose, { name }: CallLimit): string => budgetKey({ platform, tenant, name });

  const tenantOf = (key: string, { perMinute, burst }: CallLimit): Tenant => {
    const tenant = tenants.get(key) ?? {
      promised: 0,
      share: createLocalShare({
        size: SHARE,
        now: o.clock.now,
        take: (want) => o.store.budgets.take({ key, want, perMinute, burst, now: o.clock.now() }),
      }),
    };
    tenants.delete(key);
    tenants.set(key, tenant);
    const oldest = tenants.keys().next();
    if (tenants.size > MOST_SHARES && oldest.done === false) tenants.delete(oldest.value);
    return tenant;
  };

  return {
    wait: (ref) => {
      const limit = limitOf(ref);
      if (limit === null) return 0;
      const tenant = tenantOf(keyOf(ref, limit), limit);
      const wait = tenant.share.use();
      if (wait === 0) return 0;
      const now = o.clock.now();
      const turn = Math.max(now + wait, tenant.promised + MINUTE_MS / limit.perMinute);
      tenant.promised = Math.min(turn, now + MOST_AHEAD_MS);
      return tenant.promised - now;
    },
    pause: async (ref, until) => {
      const limit = limitOf(ref);
      if (limit === null) return;
      const key = keyOf(ref, limit);
      tenantOf(key, limit).share.hold(until);
      await o.store.budgets.pause({ key, until });
    },
  };
};
