import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Platform } from '../../src/core/ports.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, HOLD, question, type TestWorld } from '../support/world.ts';

const ANSWER = 'You have 12 days.';

describe('an answer whose time was over before it was shown', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let work: Work | null;
  /** How long it stood still. */
  let stood: number;
  beforeEach(() => {
    stood = 0;
    work = null;
    clock = createFakeClock();
    t = createTestWorld({ clock: { now: () => clock.now() + stood, sleep: clock.sleep } });
    t.script.decide = () => HOLD;
  });
  afterEach(async () => {
    await work?.stop({ graceMs: 0 });
    await t.close();
  });
  const expiresMs = HOLD.effect === 'permit' ? (HOLD.obligations.expiresSeconds ?? 0) * 1_000 : 0;
  const asked = async (world: World): Promise<void> => {
    work = createWork(world);
    await work.accept(question());
    await until(() => t.messages.some(({ card }) => card.text === ANSWER));
    await until(async () => (await t.store.inbox.backlog()).claimed === 0);
  };

  it('is filled into no message that is being taken away, and shown in one of its own', async () => {
    const { inbox } = t.world.store;
    let holds = 0;
    const hold: typeof inbox.hold = async (o) => {
      const held = await inbox.hold(o);
      if (holds++ === 0) stood += expiresMs + 1;
      return held;
    };
    await asked({ ...t.world, store: { ...t.world.store, inbox: { ...inbox, hold } } });
    expect(t.messages).toHaveLength(2);
    expect(t.messages.map(({ card }) => card.text === ANSWER)).toEqual([false, true]);
  });

  it('is taken away at once where it was filled in late all the same', async () => {
    const slack = t.world.platforms.get('slack');
    if (slack === undefined) throw new Error('no Slack');
    const update: Platform['update'] = async (o) => {
      const revealed = await slack.update(o);
      stood += expiresMs + 1;
      // Meanwhile somebody else had taken away what stood there, and has nothing to take away any more.
      const due = { now: clock.now() + stood, leaseMs: 1_000, limit: 10 };
      await t.store.expiries.ack({ removals: await t.store.expiries.claim(due) });
      return revealed;
    };
    await asked({ ...t.world, platforms: new Map([...t.world.platforms, ['slack', { ...slack, update }]]) });
    const ref = t.messages.find(({ card }) => card.text === ANSWER)?.ref;
    if (ref === undefined) throw new Error('no answer');
    const now = clock.now() + stood;
    expect(await t.store.expiries.sooner({ ref, removeAt: now + 60_000 })).toBeLessThanOrEqual(now);
  });
});
