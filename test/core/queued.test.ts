import { describe, expect, it } from '@jest/globals';
import { createWork } from '../../src/core/work.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, question, recordOf } from '../support/world.ts';

describe('a question behind another of its conversation', () => {
  it('follows it at once, without waiting for a timer, and so does the one behind that', async () => {
    const clock = createFakeClock();
    const t = createTestWorld({ clock });
    const work = createWork(t.world);
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    t.script.fetch = async () => {
      await slow;
      return { ok: true, records: [recordOf('evan')] };
    };
    work.start();
    for (let n = 0; n < 3; n++) expect(await work.accept(question())).toBe('accepted');
    expect(await t.store.inbox.backlog()).toEqual({ waiting: 2, claimed: 1 });
    finish();
    // The clock stands still: whatever waits for a timer waits for ever.
    await until(() => t.messages.length === 3);
    await work.stop({ graceMs: 1_000 });
    await t.close();
  });

  it('is found soon where its conversation was freed elsewhere', async () => {
    const clock = createFakeClock();
    const t = createTestWorld({ clock });
    const [here, elsewhere] = [createWork(t.world), createWork(t.world)];
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    t.script.fetch = async () => {
      await slow;
      return { ok: true, records: [recordOf('evan')] };
    };
    here.start();
    await elsewhere.accept(question());
    await here.accept(question());
    finish();
    await until(async () => (await t.store.inbox.backlog()).claimed === 0);
    for (let waited = 0; waited < 100 && t.messages.length < 2; waited += 10) {
      await clock.advance(10);
      await until(async () => (await t.store.inbox.backlog()).claimed === 0);
    }
    expect(t.messages.length).toBe(2);
    for (const work of [here, elsewhere]) await work.stop({ graceMs: 1_000 });
    await t.close();
  });
});
