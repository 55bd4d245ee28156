import { describe, expect, it } from '@jest/globals';
import { perHour } from '../../src/core/alarms.ts';
import { createLocalShare } from '../../src/core/budget.ts';
import type { Platform } from '../../src/core/ports.ts';
import { createUpdates } from '../../src/core/updates.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a share that a process may be ahead of the budget', () => {
  it('lets pass at once what it has, is filled behind that, and says when to come again', async () => {
    let now = 1_000;
    let left = 1;
    const wants: number[] = [];
    const share = createLocalShare({
      size: 2,
      now: () => now,
      take: async (want) => {
        wants.push(want);
        const granted = Math.min(want, left);
        left -= granted;
        return { granted, nextAt: granted === want ? now : now + 400 };
      },
    });
    expect([share.use(), share.use()]).toEqual([0, 0]);
    expect(share.use()).toBeGreaterThan(0);
    await turn();
    expect(share.use()).toBe(0);
    await turn();
    expect(share.use()).toBe(400);
    left = 10;
    now += 400;
    expect(share.use()).toBeGreaterThan(0);
    await turn();
    expect([share.use(), share.use()]).toEqual([0, 0]);
    expect(wants.every((want) => want >= 1 && want <= 2)).toBe(true);
  });

  it('is not lost where the store is away: it is asked again a second later, and not in between', async () => {
    let now = 1_000;
    let asked = 0;
    const share = createLocalShare({
      size: 1,
      now: () => now,
      take: async (want) => {
        asked += 1;
        if (asked === 1) throw new Error('away');
        return { granted: want, nextAt: now };
      },
    });
    share.use();
    await turn();
    expect(share.use()).toBe(1_000);
    expect(asked).toBe(1);
    now += 1_000;
    share.use();
    await turn();
    expect(share.use()).toBe(0);
  });
});

describe('updates on the way of a question', () => {
  it('never wait for the store, and are free where no limit is known or the adapter keeps to it', () => {
    const limit = { name: 'u', perMinute: 60, burst: 1 };
    const platformOf = (keptBy: 'core' | 'adapter') =>
      ({ limits: { remove: limit, update: limit, keptBy } }) as unknown as Platform;
    const never = { take: () => new Promise<never>(() => undefined), pause: async () => undefined };
    const clock = { now: () => 5, sleep: async () => undefined };
    const of = (platform: Platform) =>
      createUpdates({ store: { budgets: never }, platforms: new Map([['slack', platform]]), clock });
    const paced = of(platformOf('core'));
    const waits = Array.from({ length: 4 }, () => paced.wait({ platform: 'slack', tenant: 'T1' }));
    expect(waits.map((ms) => ms > 0)).toEqual([false, false, true, true]);
    expect(paced.wait({ platform: 'slack', tenant: 'T2' })).toBe(0);
    const free = of(platformOf('adapter'));
    for (let n = 0; n < 20; n++) expect(free.wait({ platform: 'slack', tenant: 'T1' })).toBe(0);
    expect([perHour(platformOf('core')), perHour(undefined)]).toEqual([3_600, null]);
  });
});
