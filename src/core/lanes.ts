/**
 * Which removals may go now: within what the platform takes of each tenant, and so that no tenant takes what is another's.
 * A tenant whose budget is used up, or that was told to wait, is passed over until then; nobody else hears of it.
 */
import type { Allowance, Budgets, CallLimit, Clock, DueRemoval, Platform } from './ports.ts';
import { packParts } from './stored.ts';
import { type PlatformName, VIEW_CHANNEL } from './types.ts';

/** Calls of one tenant at a time: one whose platform hangs must not hold every place. */
const MOST_OF_ONE = 64;

/** A bound for the memory: tenants beyond are forgotten, and are told to wait anew. */
const MOST_TENANTS = 10_000;

/** What the store counts a tenant's calls under. */
export const budgetKey = (o: {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly name: string;
}): string => packParts([o.platform, o.tenant, o.name]);

interface Lane {
  /** Calls under way. */
  busy: number;
  /** Nothing is claimed for it before. */
  until: number;
  /** Every call is refused before, for a reason that is no limit. */
  refusedUntil: number;
  /** It was passed over, since all its places were taken. */
  crowded: boolean;
  /** Its budget was used up lately, so that only a few at a time are worth claiming. */
  limited: boolean;
}

/** One that may go. `allowedAt`: since when the platform's budget lets it. */
export interface Admitted {
  readonly removal: DueRemoval;
  readonly allowedAt: number;
}

interface Group {
  readonly limit: CallLimit | null;
  readonly tenant: string;
  readonly platform: PlatformName;
  readonly some: DueRemoval[];
}

export interface Lanes {
  readonly allow: Allowance;
  /** When a tenant that is passed over now may go again; null: none is. */
  nextOpening(): number | null;
  /** Takes what they need from the budgets. Those that may go must be given back by `done`; the others wait where they were. */
  admit(
    removals: readonly DueRemoval[],
  ): Promise<{ readonly go: readonly Admitted[]; readonly wait: readonly DueRemoval[] }>;
  /** True where its tenant was passed over for having no place left, and has some again. */
  done(removal: DueRemoval): boolean;
  /**
   * The platform said to wait, to all of this tenant's calls of the kind that was made, and why. `parked`: to all of its calls, of
   * whatever kind.
   */
  pause(
    removal: DueRemoval,
    o: { readonly until: number; readonly code: string; readonly by: 'remove' | 'update'; readonly parked?: boolean },
  ): Promise<void>;
  /** Whether the tenant waits just now since a call was refused for a reason that is no limit. Of what this process tried. */
  refuses(tenant: string): boolean;
  /** Takes one call of the tenant's updates; how long to wait, ms, where there is none. */
  update(removal: DueRemoval): Promise<number>;
}

export const createLanes = (o: {
  readonly budgets: Budgets;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly clock: Clock;
}): Lanes => {
  const lanes = new Map<string, Lane>();
  const laneOf = (tenant: string): Lane => {
    const lane = lanes.get(tenant) ?? { busy: 0, until: 0, refusedUntil: 0, crowded: false, limited: false };
    lanes.set(tenant, lane);
    return lane;
  };
  const tidy = (): void => {
    if (lanes.size <= MOST_TENANTS) return;
    const now = o.clock.now();
    for (const [tenant, lane] of lanes) if (lane.busy === 0 && lane.until <= now) lanes.delete(tenant);
  };

  /** What a removal's call counts as; null: nothing that is limited, or the adapter keeps to it. */
  const limitOf = ({ ref, then, again }: DueRemoval): CallLimit | null => {
    const limits = o.platforms.get(ref.platform)?.limits;
    if (limits === undefined || limits.keptBy === 'adapter' || then === 'forget') return null;
    if (ref.channel === VIEW_CHANNEL) return null;
    return again === null ? limits.remove : limits.update;
  };
  const keyOf = ({ ref: { platform, tenant } }: DueRemoval, { name }: CallLimit): string =>
    budgetKey({ platform, tenant, name });

  /** Those of one tenant that count as one kind of call, in their order; what nothing limits apart. */
  const grouped = (removals: readonly DueRemoval[]): readonly Group[] => {
    const byTenant = new Map<string, Group[]>();
    for (const removal of removals) {
      const { tenant, platform } = removal.ref;
      const limit = limitOf(removal);
      const groups = byTenant.get(tenant) ?? [];
      if (groups.length === 0) byTenant.set(tenant, groups);
      const group = groups.find((one) => one.limit?.name === limit?.name && one.platform === platform);
      if (group === undefined) groups.push({ limit, tenant, platform, some: [removal] });
      else group.some.push(removal);
    }
    return [...byTenant.values()].flat();
  };

  const passOver = (tenant: string, until: number): void => {
    const lane = laneOf(tenant);
    lane.until = Math.max(lane.until, until);
    lane.limited = true;
  };

  /** Of one tenant and kind, the earliest first. */
  const admitSome = async (limit: CallLimit, some: readonly DueRemoval[]): Promise<number> => {
    const [first] = some;
    if (first === undefined) return 0;
    const now = o.clock.now();
    const { perMinute, burst } = limit;
    const taken = await o.budgets.take({ key: keyOf(first, limit), want: some.length, perMinute, burst, now });
    if (taken.granted < some.length) passOver(first.ref.tenant, taken.nextAt);
    else laneOf(first.ref.tenant).limited = false;
    return taken.granted;
  };

  return {
    allow: (tenant) => {
      const lane = lanes.get(tenant);
      if (lane === undefined) return MOST_OF_ONE;
      if (lane.until > o.clock.now()) return 0;
      // How much a used-up budget holds again is not known before it is asked; a few are, at least.
      const left = Math.max(0, MOST_OF_ONE - lane.busy);
      if (left === 0) lane.crowded = true;
      return Math.min(lane.limited ? FEW : MOST_OF_ONE, left);
    },
    nextOpening: () => {
      const now = o.clock.now();
      const times = [...lanes.values()].flatMap(({ until }) => (until > now ? [until] : []));
      return times.length === 0 ? null : Math.min(...times);
    },
    admit: async (removals) => {
      // They take their places at once, so that nobody claims more for the same tenant meanwhile.
      for (const { ref } of removals) laneOf(ref.tenant).busy += 1;
      const groups = grouped(removals);
      const go: Admitted[] = [];
      const wait: DueRemoval[] = [];
      const admitting = groups.map(async ({ limit, tenant, some }) => {
        const allowedAt = limit === null ? 0 : (lanes.get(tenant)?.until ?? 0);
        const granted = limit === null ? some.length : await admitSome(limit, some);
        for (const [index, removal] of some.entries()) {
          if (index < granted) go.push({ removal, allowedAt });
          else {
            laneOf(tenant).busy -= 1;
            wait.push(removal);
          }
        }
      });
      const failed = (await Promise.allSettled(admitting)).find((one) => one.status === 'rejected');
      if (failed !== undefined) {
        for (const { ref } of removals) if (!wait.some((one) => one.ref === ref)) laneOf(ref.tenant).busy -= 1;
        throw failed.reason;
      }
      tidy();
      return { go, wait };
    },
    done: ({ ref }) => {
      const lane = laneOf(ref.tenant);
      lane.busy -= 1;
      if (!lane.crowded || lane.busy > MOST_OF_ONE / 2) return false;
      lane.crowded = false;
      return true;
    },
    pause: async (removal, { until, code, by, parked = false }) => {
      const { platform, tenant } = removal.ref;
      const limits = o.platforms.get(platform)?.limits;
      const own = limitOf(removal);
      if (limits === undefined || (own === null && !parked)) return;
      // Where only what takes a removal's place is limited (a line that stands for it), removing goes on.
      if (parked || limits[by].name === own?.name) passOver(tenant, until);
      if (limits.reached?.includes(code) !== true) {
        const lane = laneOf(tenant);
        lane.refusedUntil = Math.max(lane.refusedUntil, until);
      }
      if (limits.keptBy === 'adapter') return;
      const paused = parked ? [limits.remove, limits.update] : [limits[by]];
      for (const limit of paused) await o.budgets.pause({ key: keyOf(removal, limit), until });
    },
    refuses: (tenant) => (lanes.get(tenant)?.refusedUntil ?? 0) > o.clock.now(),
    update: async ({ ref: { platform, tenant } }) => {
      const limits = o.platforms.get(platform)?.limits;
      if (limits === undefined || limits.keptBy === 'adapter') return 0;
      const { name, perMinute, burst } = limits.update;
      const now = o.clock.now();
      const key = budgetKey({ platform, tenant, name });
      const { granted, nextAt } = await o.budgets.take({ key, want: 1, perMinute, burst, now });
      return granted === 1 ? 0 : Math.max(1, nextAt - now);
    },
  };
};

/** Claimed at a time of a tenant whose budget was used up. */
const FEW = 4;
