import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Claim, Inbox, Platform } from '../../src/core/ports.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld, HOLD, question, type TestWorld } from '../support/world.ts';

const ANSWER = 'You have 12 days.';

describe('a process that stood still until its claim had lapsed', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let work: Work;
  /** How long it stood still: nothing of its own ran meanwhile, not even what keeps its claims. */
  let stood: number;

  beforeEach(() => {
    stood = 0;
    clock = createFakeClock();
    const standing = { now: () => clock.now() + stood, sleep: clock.sleep };
    t = createTestWorld({ clock: standing });
  });
  afterEach(async () => {
    const stopped = work.stop({ graceMs: 2_000 });
    await clock.advance(5_000);
    await stopped;
    await t.close();
  });

  const start = (world: World): void => {
    work = createWork(world);
    work.start();
  };
  const asked = async (inbound = question()): Promise<void> => {
    await work.accept(inbound);
    for (let turn = 0; turn < 200; turn++) await clock.advance(100);
  };
  const answers = (): number => t.messages.filter(({ card }) => card.text === ANSWER).length;

  /** It stands still, and another process takes the question, shows it and ends it. */
  const standStill = async (): Promise<void> => {
    stood += t.world.leaseMs + 1;
    const now = clock.now() + stood;
    const [claim] = await t.store.inbox.claim({ now, leaseMs: t.world.leaseMs, limit: 1 });
    if (claim === undefined) throw new Error('it could not be taken');
    const to = { tenant: 'T1', user: 'UEVAN', channel: 'D0EVAN' };
    const card = { text: ANSWER, note: null, buttons: [], fallback: null };
    await t.world.platforms.get('slack')?.post({ to, key: claim.outbox?.key ?? '', card });
    await t.store.inbox.settle({ id: claim.id, lease: claim.lease, end: 'shown', expiry: null, now });
  };
  const storeWith = (verbs: Partial<Inbox>): World['store'] => ({
    ...t.world.store,
    inbox: { ...t.world.store.inbox, claim: async (): Promise<Claim[]> => [], ...verbs },
  });

  it('posts nothing that another process took and showed meanwhile', async () => {
    const { inbox } = t.world.store;
    const commit: Inbox['commit'] = async (o) => {
      const status = await inbox.commit(o);
      await standStill();
      return status;
    };
    start({ ...t.world, store: storeWith({ commit }) });
    await asked();
    expect(answers()).toBe(1);
  });

  const inChannel = () => question({ place: { kind: 'channel', channel: 'C1', thread: null } });

  it('shows nothing in the place that another process took and showed meanwhile', async () => {
    t.script.decide = () => ({
      effect: 'permit',
      rules: ['a-permit'],
      obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [], inPlace: true },
    });
    const { inbox } = t.world.store;
    const commit: Inbox['commit'] = async (o) => {
      const status = await inbox.commit(o);
      await standStill();
      return status;
    };
    start({ ...t.world, store: storeWith({ commit }) });
    await asked(inChannel());
    expect([t.asides, answers()]).toEqual([[], 1]);
  });

  it.each(['hold', 'settle'] as const)(
    'says nothing in the shared place where another process goes on with it: %s',
    async (verb) => {
      t.script.decide = () => HOLD;
      const { inbox } = t.world.store;
      const hold: Inbox['hold'] = async (o) => {
        if (verb === 'hold') await standStill();
        return inbox.hold(o);
      };
      const settle: Inbox['settle'] = async (o) => {
        if (verb === 'settle') await standStill();
        return inbox.settle(o);
      };
      start({ ...t.world, store: storeWith({ hold, settle }) });
      await asked(inChannel());
      expect(stood).toBeGreaterThan(0);
      expect(t.calls).not.toContain('whisper');
    },
  );

  it('reveals nothing in a placeholder that another process went on with', async () => {
    t.script.decide = () => HOLD;
    const { inbox } = t.world.store;
    const hold: Inbox['hold'] = async (o) => {
      const status = await inbox.hold(o);
      await standStill();
      return status;
    };
    start({ ...t.world, store: storeWith({ hold }) });
    await asked();
    expect(t.calls).not.toContain('update');
    expect(answers()).toBe(1);
  });

  it('gives nothing up that another process took and showed meanwhile', async () => {
    const platform = t.world.platforms.get('slack');
    if (platform === undefined) throw new Error('no platform');
    const post: Platform['post'] = async () => {
      await standStill();
      return { ok: false, fault: 'never', code: 'channel-gone' };
    };
    start({ ...t.world, store: storeWith({}), platforms: new Map([['slack', { ...platform, post }]]) });
    await asked(inChannel());
    expect(answers()).toBe(1);
    expect(t.calls).not.toContain('audit undeliverable');
    expect(t.calls).not.toContain('whisper');
  });

  it('shows what nobody else took', async () => {
    const { inbox } = t.world.store;
    const commit: Inbox['commit'] = async (o) => {
      const status = await inbox.commit(o);
      stood += t.world.leaseMs + 1;
      return status;
    };
    start({ ...t.world, store: storeWith({ commit }) });
    await asked();
    expect(answers()).toBe(1);
  });

  it('does not take up again what it is at itself when its clock jumps', async () => {
    const platform = t.world.platforms.get('slack');
    if (platform === undefined) throw new Error('no platform');
    const post: Platform['post'] = async (o) => {
      if (stood === 0) {
        stood = 10 * t.world.leaseMs;
        await clock.sleep(5_000);
      }
      return platform.post(o);
    };
    start({ ...t.world, platforms: new Map([['slack', { ...platform, post }]]) });
    await asked();
    expect(answers()).toBe(1);
    expect(await t.store.inbox.backlog()).toEqual({ waiting: 0, claimed: 0 });
  });
});
