import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Card } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { createTestWorld, pressOf, question, type TestWorld } from '../support/world.ts';

let t: TestWorld;
let work: Work;
beforeEach(() => {
  t = createTestWorld();
  work = createWork(t.world);
  work.holdBack();
});
afterEach(async () => {
  await work.stop({ graceMs: 2_000 });
  await t.close();
});

describe('while answers are held back', () => {
  it('a question is accepted and waits, untouched; once they are not, it is answered', async () => {
    expect(await work.accept(question())).toBe('accepted');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(t.entries).toEqual([]);
    expect(t.messages).toEqual([]);
    expect(await t.store.inbox.backlog()).toEqual({ waiting: 1, claimed: 0 });
    work.start();
    await until(() => t.messages.length === 1);
    // And then as ever: claimed as it arrives.
    await work.accept(question());
    await until(() => t.messages.length === 2);
  });

  it('a press shows nothing, and is told to try again', async () => {
    const revealed: Card[] = [];
    await work.open(pressOf(undefined, null), {
      ref: null,
      ask: async () => ({ ok: true }),
      reveal: async (card) => {
        revealed.push(card);
        return { ok: true };
      },
    });
    const said: Card[] = [];
    await work.more(pressOf(undefined, null), async (card) => void said.push(card));
    expect(revealed).toHaveLength(1);
    expect(said).toEqual(revealed);
    expect(t.entries).toEqual([]);
  });
});
