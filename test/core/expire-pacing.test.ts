import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring, type Expiring } from '../../src/core/expire.ts';
import { budgetKey } from '../../src/core/lanes.ts';
import type { Changed, Platform, PlatformLimits } from '../../src/core/ports.ts';
import type { MessageRef } from '../../src/core/types.ts';
import type { World } from '../../src/core/world.ts';
import { leavingOf, refOf } from '../contracts/making.ts';
import { until } from '../support/until.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

const limitsOf = (perMinute: number, burst: number): PlatformLimits => ({
  remove: { name: 'delete', perMinute, burst },
  update: { name: 'update', perMinute, burst },
  keptBy: 'core',
});
const BUDGET = { perMinute: 600_000, burst: 1_000 } as const;
const WIDE = limitsOf(BUDGET.perMinute, BUDGET.burst);

describe('removing within what the platforms take', () => {
  let t: TestWorld;
  let expiring: Expiring | null;
  /** What the platform was asked to remove, and when. */
  let calls: { readonly ref: MessageRef; readonly at: number }[];
  beforeEach(() => {
    t = createTestWorld();
    calls = [];
    expiring = null;
  });
  afterEach(async () => {
    await expiring?.stop({ graceMs: 2_000 });
    await t.close();
  });

  const start = (o: {
    readonly limits?: PlatformLimits;
    readonly remove?: (ref: MessageRef) => Promise<Changed> | Changed;
    readonly world?: Partial<World>;
  }): Expiring => {
    const real = t.world.platforms.get('slack');
    if (real === undefined) throw new Error('no platform');
    const platform: Platform = {
      ...real,
      limits: o.limits ?? WIDE,
      remove: async ({ ref }) => {
        calls.push({ ref, at: Date.now() });
        return o.remove?.(ref) ?? { ok: true };
      },
    };
    const random = { ...t.world.random, fraction: () => 0 };
    expiring = createExpiring({ ...t.world, random, platforms: new Map([['slack', platform]]), ...o.world });
    expiring.start();
    return expiring;
  };
  const due = async (tenant: string, many: number, at = Date.now() - 10): Promise<void> => {
    for (let id = 0; id < many; id++) await t.store.expiries.schedule(leavingOf(refOf(`${id}`, { tenant }), at));
  };
  const of = (tenant: string) => calls.filter(({ ref }) => ref.tenant === tenant);
  const removals = () => t.entries.flatMap((entry) => (entry.kind === 'removal' ? [entry] : []));

  it('takes no more than its budget, and what waits for it counts as the platform’s lateness, not as a failure', async () => {
    await due('T1', 8);
    const began = Date.now();
    start({ limits: limitsOf(600, 3) });
    await until(() => removals().length === 8);
    for (const [n, { at }] of calls.entries()) expect(at - began).toBeGreaterThanOrEqual(Math.max(0, n - 2) * 100 - 20);
    expect(removals().every(({ attempts }) => attempts === 0)).toBe(true);
    const last = removals().at(-1);
    expect(last?.platformMs).toBeGreaterThan(300);
    expect(last?.engineMs).toBeLessThan(last?.platformMs ?? 0);
  });

  it('leaves no tenant waiting for another that was told to wait, and obeys for that one', async () => {
    await due('T1', 80);
    await due('T2', 10);
    const began = Date.now();
    start({
      remove: ({ tenant }) =>
        tenant === 'T1' ? { ok: false, fault: 'later', code: 'ratelimited', afterMs: 900 } : { ok: true },
    });
    await until(() => of('T2').length === 10, 800);
    // Those that were under way when it was said, and no more before the time is over.
    const first = of('T1').length;
    expect(first).toBeLessThanOrEqual(64);
    await until(() => Date.now() - began > 700);
    expect(of('T1').length).toBe(first);
    await until(() => of('T1').length > first);
    expect((of('T1')[first]?.at ?? 0) - began).toBeGreaterThanOrEqual(900);
  });

  it('tells a tenant whose platform refuses every call for a while from one whose limit is reached', async () => {
    for (const tenant of ['T1', 'T2', 'T3']) await due(tenant, 10);
    const engine = start({
      limits: { ...limitsOf(600, 3), reached: ['ratelimited'] },
      remove: ({ tenant }) => {
        if (tenant === 'T3') return { ok: true };
        return { ok: false, fault: 'later', code: tenant === 'T1' ? 'token_revoked' : 'ratelimited', afterMs: 900 };
      },
    });
    await until(() => engine.refuses('T1') && of('T2').length > 0);
    const began = Date.now();
    await until(() => of('T3').length > 6);
    expect([engine.refuses('T2'), engine.refuses('T3'), engine.refuses('T4')]).toEqual([false, false, false]);
    // Until it is tried again.
    await until(() => !engine.refuses('T1'));
    expect(Date.now() - began).toBeLessThan(1_500);
  });

  it('parks a tenant whose installation is refused, for all kinds of calls, without an attempt of any message', async () => {
    await due('T1', 5);
    await due('T2', 5);
    let parked = true;
    const engine = start({
      remove: ({ tenant }) =>
        tenant === 'T1' && parked
          ? { ok: false, fault: 'later', code: 'token_revoked', because: 'parked', afterMs: 700 }
          : { ok: true },
    });
    await until(() => of('T2').length === 5 && engine.refuses('T1'));
    const update = { key: budgetKey({ platform: 'slack', tenant: 'T1', name: 'update' }), want: 1, ...BUDGET };
    expect((await t.store.budgets.take({ ...update, now: Date.now() })).granted).toBe(0);
    expect((await t.store.expiries.scan({ cursor: null, limit: 50 })).removals.map(({ attempts }) => attempts)).toEqual(
      Array.from({ length: 5 }, () => 0),
    );
    parked = false;
    await until(() => removals().length === 10, 10_000);
    expect(removals().every(({ attempts }) => attempts === 0)).toBe(true);
  });

  it('waits for the limit of changes where that is what was reached, and goes on removing', async () => {
    await due('T1', 6);
    let limited = 1;
    start({
      world: {
        platforms: new Map([
          [
            'slack',
            {
              ...(t.world.platforms.get('slack') as Platform),
              limits: WIDE,
              remove: async ({ ref }: { readonly ref: MessageRef }) => {
                calls.push({ ref, at: Date.now() });
                return ref.id === '0' ? { ok: false, fault: 'never', code: 'cant_delete_message' } : { ok: true };
              },
              update: async () =>
                limited-- > 0
                  ? { ok: false, fault: 'later', code: 'ratelimited', because: 'limit', afterMs: 60_000 }
                  : { ok: true },
            } satisfies Platform,
          ],
        ]),
      },
    });
    await until(() => removals().length === 5);
    const key = (name: string) => budgetKey({ platform: 'slack', tenant: 'T1', name });
    await until(
      async () =>
        (await t.store.budgets.take({ key: key('update'), want: 1, ...BUDGET, now: Date.now() })).granted === 0,
    );
    expect((await t.store.budgets.take({ key: key('delete'), want: 1, ...BUDGET, now: Date.now() })).granted).toBe(1);
  });

  it('gives one tenant whose platform hangs only a part of its places', async () => {
    await due('T1', 300);
    await due('T2', 5);
    let letGo = (): void => undefined;
    const hanging = new Promise<Changed>((resolve) => {
      letGo = () => resolve({ ok: true });
    });
    start({ remove: ({ tenant }) => (tenant === 'T1' ? hanging : { ok: true }) });
    await until(() => of('T2').length === 5);
    expect(of('T1').length).toBeLessThanOrEqual(64);
    letGo();
    await until(() => removals().length === 305, 30_000);
  });

  it('never has more under way than it has places, and fills those that become free', async () => {
    for (let tenant = 0; tenant < 20; tenant++) await due(`T${tenant}`, 30);
    let under = 0;
    let most = 0;
    start({
      remove: async () => {
        under += 1;
        most = Math.max(most, under);
        await new Promise((resolve) => setTimeout(resolve, 5));
        under -= 1;
        return { ok: true };
      },
    });
    await until(() => removals().length === 600, 30_000);
    expect(calls).toHaveLength(600);
    expect(most).toBeLessThanOrEqual(256);
  });

  it('goes on with a tenant as soon as it has places again, also where nobody else has anything due', async () => {
    await due('T1', 400);
    const began = Date.now();
    start({});
    await until(() => removals().length === 400, 30_000);
    // By the regular look every half second alone it would be three seconds.
    expect(Date.now() - began).toBeLessThan(2_500);
  });

  it('forgets without a call what only was to be recalled', async () => {
    await t.store.expiries.schedule(leavingOf(refOf('1'), Date.now() - 5, { then: 'forget' }));
    start({});
    await until(async () => (await t.store.expiries.next()) === null);
    expect([calls, removals()]).toEqual([[], []]);
  });

  it('puts off what a hold keeps, without a call and without a failure', async () => {
    const about = 'aaaaaabbbbbbccccdddd0sgs7k0';
    await t.store.expiries.schedule(leavingOf(refOf('1'), Date.now() - 5, { about }));
    await t.store.expiries.schedule(leavingOf(refOf('2'), Date.now() - 5));
    const counted: string[] = [];
    start({
      world: {
        standing: () => ({ ...t.world.standing(), heldBy: (held) => (held === about ? 'hold-1' : null) }),
        metrics: { count: (name) => void counted.push(name), observe: () => undefined },
      },
    });
    await until(() => removals().length === 1);
    expect(calls.map(({ ref }) => ref.id)).toEqual(['2']);
    await until(() => counted.includes('removals_held'));
    expect(counted).not.toContain('removals_failed');
    const [kept] = (await t.store.expiries.scan({ cursor: null, limit: 5 })).removals;
    expect(kept).toMatchObject({ about, attempts: 0 });
    await until(async () => ((await t.store.expiries.next()) ?? 0) > Date.now() + 50_000);
  });

  it('says how late it was itself, and how late the platform made it', async () => {
    await due('T1', 1, Date.now() + 30);
    const engine = start({
      remove: async () => {
        await new Promise((resolve) => setTimeout(resolve, 80));
        return { ok: true };
      },
    });
    await until(() => removals().length === 1);
    await until(() => engine.lateness().count === 1);
    const { engine: own, platform } = engine.lateness();
    expect(platform.most).toBeGreaterThanOrEqual(70);
    expect(own.most).toBeLessThan(1_000);
  });

  it('raises an alarm about what keeps failing long past its time, once a minute, and goes on trying', async () => {
    await due('T1', 3, Date.now() - 20 * 60_000);
    const said: string[] = [];
    const store = {
      ...t.world.store,
      expiries: {
        ...t.world.store.expiries,
        claim: async (o: Parameters<World['store']['expiries']['claim']>[0]) =>
          (await t.world.store.expiries.claim(o)).map((removal) => ({ ...removal, attempts: 9 })),
      },
    };
    const log = { ...t.world.log, error: (event: string) => void said.push(event) };
    start({ remove: () => ({ ok: false, fault: 'later', code: 'ekm_access_denied' }), world: { store, log } });
    await until(() => calls.length >= 3 && said.length > 0);
    expect(said).toEqual(['removal.failing']);
    const [row] = await t.store.expiries.census({ now: Date.now() });
    await until(async () => {
      const [now] = await t.store.expiries.census({ now: Date.now() });
      return now?.failing['ekm_access_denied'] === 3;
    });
    expect(row?.pending).toBe(3);
  });
});
