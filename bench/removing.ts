/** The real engine over a store, with a platform that is played: what it is asked to remove is told at once. */
import { randomBytes } from 'node:crypto';
import { createSealer } from '../src/adapters/sealer/sealer.ts';
import { systemClock, systemRandom } from '../src/adapters/system/system.ts';
import { createExpiring, type Expiring } from '../src/core/expire.ts';
import type { Changed, Claim, Clock, Store } from '../src/core/ports.ts';
import { NOTHING_STANDS } from '../src/core/standing.ts';
import type { MessageRef } from '../src/core/types.ts';
import { accept, leavingOf } from './store-work.ts';

/** A budget that is counted and never binds: what the counting costs is in the figure. */
const UNBOUND = { perMinute: 600_000_000, burst: 1_000_000 } as const;

export const engineOver = (o: {
  readonly store: Store;
  readonly remove: (ref: MessageRef) => Promise<Changed> | Changed;
  readonly clock?: Clock;
}): Expiring => {
  const key = randomBytes(32).toString('base64');
  const nothing = (): void => undefined;
  const limits = {
    remove: { name: 'chat.delete', ...UNBOUND },
    update: { name: 'chat.update', ...UNBOUND },
    keptBy: 'core' as const,
  };
  const never = async () => ({ ok: false, fault: 'never', code: 'not-played' }) as const;
  const platform = {
    name: 'slack' as const,
    limits,
    post: never,
    looksUp: () => false,
    find: never,
    update: never,
    remove: async ({ ref }: { readonly ref: MessageRef }) => o.remove(ref),
    whisper: async () => undefined,
    respond: async () => undefined,
  };
  return createExpiring({
    audit: { append: async () => ({ origin: 'bench', index: 0 }) },
    clock: o.clock ?? systemClock(),
    log: { info: nothing, warn: nothing, error: (event, fields) => console.error(event, fields) },
    metrics: { count: nothing, observe: nothing },
    platforms: new Map([['slack', platform]]),
    random: systemRandom(),
    sealer: createSealer({ dataKey: { current: key, accepted: [key] } }),
    standing: () => NOTHING_STANDS,
    store: o.store,
  });
};

/** As Slack's: `1771442483.000123`, in order. */
export const slackTime = (n: number): string =>
  `${1_771_442_483 + Math.floor(n / 1_000)}.${String((n % 1_000) * 997).padStart(6, '0')}`;

export const nameOf = ({ tenant, channel, id }: MessageRef): string => `${tenant} ${channel} ${id}`;

const HOLDERS = 16;

/**
 * Puts removals on record as questions do, 256 at a time, each tenant's on all its places. `at`: when the n-th leaves.
 */
export const createLoader = async (o: { readonly store: Store; readonly tenants: readonly string[] }) => {
  const holders = new Map<string, readonly Claim[]>();
  for (const tenant of o.tenants) {
    const claims = Array.from({ length: HOLDERS }, (_, n) => accept(o.store, `holder-${tenant}`, n, tenant));
    holders.set(tenant, await Promise.all(claims));
  }
  let made = 0;
  const one = async (removeAt: number): Promise<MessageRef> => {
    const n = made++;
    const tenant = o.tenants[n % o.tenants.length] ?? '';
    const claims = holders.get(tenant) ?? [];
    const claim = claims[Math.floor(n / o.tenants.length) % claims.length];
    if (claim === undefined) throw new Error('there is nobody to hold it');
    const channel = `D${String(100_000_000_000 + ((n * 7_919) % 100_000)).slice(-10)}`;
    const ref: MessageRef = { platform: 'slack', tenant, channel, id: slackTime(n) };
    await o.store.inbox.hold({ id: claim.id, lease: claim.lease, ...leavingOf(ref, removeAt) });
    return ref;
  };
  return {
    one,
    /** When each of them leaves, by `nameOf` its reference; of a million nobody wants to know. */
    many: async (count: number, at: (n: number) => number, times?: Map<string, number>): Promise<void> => {
      let next = 0;
      const some = async (): Promise<void> => {
        for (let n = next++; n < count; n = next++) {
          const removeAt = at(n);
          const ref = await one(removeAt);
          times?.set(nameOf(ref), removeAt);
        }
      };
      await Promise.all(Array.from({ length: 256 }, some));
    },
  };
};

export const p = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
