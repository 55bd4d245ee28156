import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createWork, type Work } from '../../src/core/work.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld, question, type TestWorld } from '../support/world.ts';

const [OLD, NEW] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];

describe('a question that another process sealed by a data key of which this one has not heard', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let work: Work;
  beforeEach(async () => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    // The other one only accepts it.
    t.rotate({ current: NEW, accepted: [NEW, OLD] });
    const other = createWork(t.world);
    other.holdBack();
    await other.accept(question());
    t.rotate({ current: OLD, accepted: [OLD] });
    work = createWork(t.world);
    work.start();
    await pass(70_000);
  });
  afterEach(async () => {
    const stopping = work.stop({ graceMs: 0 });
    await clock.advance(1_000);
    await stopping;
    await t.close();
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) await clock.advance(500);
  };
  const undeliverable = () => t.entries.filter(({ kind }) => kind === 'undeliverable');

  it('is answered once it has', async () => {
    expect([t.messages.length, undeliverable()]).toEqual([0, []]);
    t.rotate({ current: NEW, accepted: [NEW, OLD] });
    await pass(150_000);
    expect(t.messages.map(({ card }) => card.text)).toEqual(['You have 12 days.']);
    expect(undeliverable()).toEqual([]);
  });

  it('is given up, on record, where it never does', async () => {
    await pass(15 * 60_000);
    expect(undeliverable()).toMatchObject([{ code: 'question-unreadable' }]);
    expect(t.messages).toEqual([]);
    expect(await t.store.inbox.census({ now: clock.now() })).toEqual({ queued: 0, leased: 0, parked: 0, dead: 0 });
  });
});
