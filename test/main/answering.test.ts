import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answering, createAnswering } from '../../src/main/answering.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, question, type TestWorld } from '../support/world.ts';

describe('answering', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let answering: Answering;
  const begin = (heldBack: boolean): void => {
    answering = createAnswering(t.world, { heldBack });
  };
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
  });
  afterEach(async () => {
    const stopped = answering.stop({ graceMs: 2_000 });
    await clock.advance(3_000);
    await stopped;
    await t.close();
  });

  let asked = 0;
  const ask = () => answering.work().accept(question({ id: `q${++asked}`, conversation: `c${asked}` }));
  const settled = () => t.calls.filter((call) => call.startsWith('settle')).length;
  const passes = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) await clock.advance(100);
  };

  it('stops at once where it may not, takes nothing, and goes on where it may again', async () => {
    begin(false);
    answering.start();
    expect(await ask()).toBe('accepted');
    await until(() => settled() === 1);
    await answering.keep(false);
    expect(await ask()).toBe('unavailable');
    await answering.keep(false);
    await answering.keep(true);
    expect(await ask()).toBe('accepted');
    await until(() => settled() === 2);
  });

  it('answers nothing that is held back before it is opened, although it was stopped meanwhile', async () => {
    begin(true);
    answering.start();
    expect(await ask()).toBe('accepted');
    await answering.keep(false);
    answering.open();
    await passes(3_000);
    expect(settled()).toBe(0);
    await answering.keep(true);
    await until(async () => {
      await clock.advance(100);
      return settled() === 1;
    });
  });

  it('does not go on once it was ended', async () => {
    begin(true);
    answering.start();
    await ask();
    await answering.keep(false);
    await answering.stop({ graceMs: 0 });
    await answering.keep(true);
    answering.open();
    expect(await ask()).toBe('unavailable');
    await passes(3_000);
    expect(settled()).toBe(0);
  });
});
