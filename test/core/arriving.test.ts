import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createWork, MOST_ARRIVING, TAKEN_FOR_EACH, type Work } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { createTestWorld, PERMIT, question, type TestWorld } from '../support/world.ts';

describe('questions that arrive at once', () => {
  let t: TestWorld;
  let work: Work;
  /** For each question that the store was told of, whether it was to be worked on at once. */
  let atOnce: boolean[];
  let claimed: number;
  let letIn: () => void;
  beforeEach(() => {
    t = createTestWorld({});
    t.script.decide = () => PERMIT;
    [atOnce, claimed] = [[], 0];
    const gate = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const { inbox } = t.world.store;
    work = createWork({
      ...t.world,
      store: {
        ...t.world.store,
        inbox: {
          ...inbox,
          accept: async (o) => {
            atOnce.push(o.claim);
            await gate;
            return inbox.accept(o);
          },
          claim: async (o) => {
            claimed += 1;
            return inbox.claim(o);
          },
        },
      },
    });
  });
  afterEach(async () => {
    letIn();
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const settled = (): number => t.calls.filter((call) => call.startsWith('settle')).length;
  const asked = (n: number) =>
    question({
      id: `q${n}`,
      conversation: `c${n}`,
      account: { platform: 'slack', tenant: 'T1', user: `U${n}`, external: false },
    });
  const arrive = (count: number) => Array.from({ length: count }, (_, n) => work.accept(asked(n)));

  it('are worked on at once while they are few', async () => {
    work.start();
    const taken = arrive(MOST_ARRIVING);
    expect(atOnce).toEqual(Array.from({ length: MOST_ARRIVING }, () => true));
    letIn();
    expect(await Promise.all(taken)).toEqual(Array.from({ length: MOST_ARRIVING }, () => 'accepted'));
    await until(() => settled() === MOST_ARRIVING);
  });

  it('are only taken where they are many: whoever sends them waits seconds, and each is answered once they stand in the queue', async () => {
    work.start();
    await until(() => claimed > 0);
    const all = MOST_ARRIVING + 12;
    const taken = arrive(all);
    expect(atOnce.filter((now) => now)).toHaveLength(MOST_ARRIVING);
    // Nor is anything begun meanwhile that waits already.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = claimed;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(claimed).toBe(before);
    letIn();
    expect(await Promise.all(taken)).toEqual(Array.from({ length: all }, () => 'accepted'));
    await until(() => settled() === all);
  });

  it('in a stream that never ebbs starve nobody who waits: for each few that are taken one is begun, the first first', async () => {
    const { inbox } = t.world.store;
    const held: (() => void)[] = [];
    const steady = createWork({
      ...t.world,
      store: {
        ...t.world.store,
        inbox: {
          ...inbox,
          accept: async (o) => {
            atOnce.push(o.claim);
            await new Promise<void>((resolve) => held.push(resolve));
            return inbox.accept(o);
          },
        },
      },
    });
    steady.start();
    const underWay = MOST_ARRIVING + 2;
    const taken = Array.from({ length: underWay }, (_, n) => steady.accept(asked(n)));
    for (let n = underWay; n < underWay + 4 * TAKEN_FOR_EACH; n++) {
      // Another one arrives before one of them is in the store, so there are never fewer.
      taken.push(steady.accept(asked(n)));
      held.shift()?.();
      await taken.at(n - underWay);
    }
    await until(() => settled() >= MOST_ARRIVING + 3);
    expect([held.length, atOnce.filter((now) => now).length]).toEqual([underWay, MOST_ARRIVING]);
    expect(settled()).toBeLessThanOrEqual(MOST_ARRIVING + 4);
    for (const go of held) go();
    await Promise.all(taken);
    await until(() => settled() === taken.length, 10_000);
    await steady.stop({ graceMs: 2_000 });
  }, 20_000);
});
