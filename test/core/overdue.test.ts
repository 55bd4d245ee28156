import { beforeEach, describe, expect, it } from '@jest/globals';
import { untilTried, untried } from '../../src/core/overdue.ts';
import type { Store } from '../../src/core/ports.ts';
import { NOTHING_STANDS } from '../../src/core/standing.ts';
import { LEASE, leavingOf, NOW, refOf } from '../contracts/making.ts';
import { createPlainStore } from '../simulation/store/store.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';

let store: Store;
let clock: FakeClock;
let said: string[];
let held: string | null;
let refusing: readonly string[];
beforeEach(() => {
  store = createPlainStore();
  clock = createFakeClock(NOW);
  said = [];
  held = null;
  refusing = [];
});

const log = {
  info: (event: string) => void said.push(event),
  warn: (event: string) => void said.push(event),
  error: (event: string) => void said.push(event),
};
const world = (over: Partial<Store['expiries']> = {}) => ({
  store: { expiries: { ...store.expiries, ...over } },
  clock,
  log,
  refuses: (tenant: string) => refusing.includes(tenant),
  standing: () => ({
    ...NOTHING_STANDS,
    heldBy: (about: string | null) => (about !== null && about === held ? 'h' : null),
  }),
});

const due = (id: string, o: Parameters<typeof leavingOf>[2] = {}) =>
  store.expiries.schedule(leavingOf(refOf(id), NOW - 5, o));

/** What it came to, once it came to something. */
const waiting = (over: Partial<Store['expiries']> = {}, signal = new AbortController().signal) => {
  const seen: number[] = [];
  const state: { result: Awaited<ReturnType<typeof untilTried>> | null } = { result: null };
  const done = untilTried(world(over), { signal, seen: (left) => void seen.push(left), mostMs: 60_000 }).then(
    (result) => {
      state.result = result;
    },
  );
  return { seen, state, done };
};

/** Time goes on once whoever waits has begun to. */
const passed = async (ms: number): Promise<void> => {
  await until(() => clock.sleeping() > 0);
  await clock.advance(ms);
};

describe('after a restore, what fell due', () => {
  it('is waited for until it has been removed, and what is due later is not', async () => {
    await due('1');
    await due('2');
    await store.expiries.schedule(leavingOf(refOf('3'), NOW + 1));
    const wait = waiting();
    await passed(1_000);
    expect(wait.state.result).toBeNull();
    const claimed = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 2 });
    await passed(1_000);
    // Under way is not done.
    expect(wait.state.result).toBeNull();
    await store.expiries.ack({ removals: claimed.slice(0, 1) });
    await passed(1_000);
    expect(wait.state.result).toBeNull();
    await store.expiries.ack({ removals: claimed.slice(1) });
    await passed(1_000);
    await wait.done;
    expect(wait.state.result).toMatchObject({ untried: 0 });
    expect([...new Set(wait.seen)]).toEqual([2, 1, 0]);
  });

  it('has been tried where it failed once and is on record: a platform that is away holds nobody up', async () => {
    await due('1');
    const wait = waiting();
    const [removal] = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 1 });
    if (removal === undefined) throw new Error('it is due');
    await store.expiries.fail({ removal, retryAt: NOW + 99_000, code: 'unreachable' });
    await passed(1_000);
    await wait.done;
    expect(wait.state.result).toMatchObject({ untried: 0 });
  });

  it('is not waited for where a hold keeps it, or where it stays in the chat anyway', async () => {
    held = 'about-held';
    await due('1', { about: 'about-held' });
    await due('2', { then: 'forget' });
    expect(await untried(world(), NOW)).toEqual({ waiting: 0, refused: 0 });
    held = null;
    expect(await untried(world(), NOW)).toEqual({ waiting: 1, refused: 0 });
  });

  it('is not waited for where its workspace refuses every call for a while; that it was not tried is told', async () => {
    for (const [id, tenant] of [
      ['1', 'T1'],
      ['2', 'T1'],
      ['3', 'T2'],
    ] as const)
      await store.expiries.schedule(leavingOf(refOf(id, { tenant }), NOW - 5));
    refusing = ['T1'];
    const wait = waiting();
    await passed(1_000);
    expect(wait.state.result).toBeNull();
    expect(await untried(world(), NOW)).toEqual({ waiting: 1, refused: 2 });
    const [removal] = await store.expiries.claim({
      now: NOW,
      leaseMs: LEASE,
      limit: 1,
      allow: (tenant) => (tenant === 'T2' ? 1 : 0),
    });
    if (removal === undefined) throw new Error('it is due');
    await store.expiries.ack({ removals: [removal] });
    await passed(1_000);
    await wait.done;
    expect(wait.state.result).toMatchObject({ untried: 2 });
    expect([...new Set(wait.seen)]).toEqual([1, 0]);
  });

  it('is waited for no longer than a bounded time, which is told', async () => {
    await due('1');
    const wait = waiting();
    await passed(59_000);
    expect(wait.state.result).toBeNull();
    await passed(2_000);
    await wait.done;
    expect(wait.state.result?.untried).toBe(1);
    expect(wait.state.result?.waitedMs).toBeGreaterThanOrEqual(60_000);
    // Every five seconds, and not every look.
    expect(said.filter((event) => event === 'restored.removing')).toHaveLength(12);
  });

  it('is not taken for none while it cannot be counted', async () => {
    let away = true;
    const wait = waiting({
      scan: async (page) => {
        if (away) throw new Error('the store is away');
        return store.expiries.scan(page);
      },
    });
    await passed(5_000);
    expect(wait.state.result).toBeNull();
    expect(said).toContain('restored.not-counted');
    away = false;
    await passed(1_000);
    await wait.done;
    expect(wait.state.result).toMatchObject({ untried: 0 });
  });

  it('is given up at once where the process stops', async () => {
    await due('1');
    const stopping = new AbortController();
    const wait = waiting({}, stopping.signal);
    await passed(1_000);
    stopping.abort();
    await wait.done;
    expect(wait.state.result?.untried).toBe(1);
  });
});
