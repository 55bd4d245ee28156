import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { budgetKey } from '../../src/core/lanes.ts';
import type { Platform } from '../../src/core/ports.ts';
import { createUpdates } from '../../src/core/updates.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

const LIMIT = { name: 'update', perMinute: 42, burst: 3 } as const;
const T1 = { platform: 'slack', tenant: 'T1' } as const;
const T2 = { platform: 'slack', tenant: 'T2' } as const;

let clock: FakeClock;
let t: TestWorld;
beforeEach(() => {
  clock = createFakeClock();
  t = createTestWorld({ clock });
});
afterEach(() => t.close());

const updates = () => {
  const real = t.world.platforms.get('slack') as Platform;
  const limits = { remove: { ...LIMIT, name: 'remove' }, update: LIMIT, keptBy: 'core' } as const;
  return createUpdates({ store: t.store, platforms: new Map([['slack', { ...real, limits }]]), clock });
};
/** What the store answers arrives meanwhile. */
const fetched = () => clock.advance(0);

describe('turns for filling in answers', () => {
  it('are each told another time where there is none, so that not all come back for the same', async () => {
    const mine = updates();
    for (let n = 0; n < 20; n++) {
      mine.wait(T1);
      await fetched();
    }
    const waits = Array.from({ length: 30 }, () => mine.wait(T1));
    expect(new Set(waits).size).toBe(30);
    expect(waits.toSorted((one, other) => one - other)).toEqual(waits);
    for (const [n, wait] of waits.slice(1).entries()) expect(wait - (waits[n] ?? 0)).toBeGreaterThanOrEqual(1_400);
    // Another tenant's come at once.
    expect(mine.wait(T2)).toBe(0);
  });

  it('are promised ten minutes ahead at most', async () => {
    const mine = updates();
    const waits = Array.from({ length: 2_000 }, () => mine.wait(T1));
    expect(Math.max(...waits)).toBe(600_000);
  });

  it('are none, in any process, before the platform said, and nobody else’s wait for it', async () => {
    const [mine, theirs] = [updates(), updates()];
    await mine.pause(T1, clock.now() + 30_000);
    expect(mine.wait(T1)).toBeGreaterThanOrEqual(30_000);
    expect(mine.wait(T2)).toBe(0);
    const key = budgetKey({ ...T1, name: LIMIT.name });
    expect(await t.store.budgets.take({ key, want: 1, perMinute: 42, burst: 3, now: clock.now() })).toEqual({
      granted: 0,
      nextAt: clock.now() + 30_000,
    });
    // Another process may use what it had fetched before, and no more.
    const before = Array.from({ length: 5 }, () => theirs.wait(T1)).filter((wait) => wait === 0);
    expect(before.length).toBeLessThanOrEqual(2);
    await fetched();
    await clock.advance(30_000);
    await fetched();
    const waits: number[] = [];
    for (let n = 0; n < 5; n++) {
      waits.push(mine.wait(T1));
      await fetched();
    }
    expect(waits).toContain(0);
  });
});
