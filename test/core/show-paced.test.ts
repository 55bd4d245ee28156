import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExpiring } from '../../src/core/expire.ts';
import type { Failed } from '../../src/core/ports.ts';
import type { Decision } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, HOLD, question, type TestWorld } from '../support/world.ts';

const MINUTE = 60_000;
const HELD = 'One moment. I am about to show a confidential answer here.';
const ANSWER = 'You have 12 days.';
/** Stands long enough to be seen. */
const LONG: Decision = {
  effect: 'permit',
  rules: ['a-permit'],
  obligations: { show: 'hold-reveal', expiresSeconds: 24 * 3_600, moreTime: 0, redact: [] },
};
const busy = (o: Partial<Failed<'later'>> = {}): Failed<'later'> => ({
  ok: false,
  fault: 'later',
  code: 'ratelimited',
  ...o,
});

let clock: FakeClock;
let t: TestWorld;
let work: Work;
/** What the budget of updates says, and how often it was asked. */
let wait: () => number;
let asked: number;
/** What all processes were told to wait for. */
let paused: { readonly tenant: string; readonly until: number }[];

const begin = (o: Partial<World> = {}): void => {
  work = createWork({
    ...t.world,
    updates: {
      wait: () => {
        asked += 1;
        return wait();
      },
      pause: async (ref, until) => void paused.push({ tenant: ref.tenant, until }),
    },
    ...o,
  });
  work.start();
};
beforeEach(() => {
  clock = createFakeClock();
  t = createTestWorld({ clock });
  t.script.decide = () => LONG;
  [wait, asked, paused] = [() => 0, 0, []];
  begin();
});
afterEach(async () => {
  const stopped = work.stop({ graceMs: 0 });
  await clock.advance(1_000);
  await stopped;
  await t.close();
});

const texts = (): readonly string[] => t.messages.map(({ card }) => card.text);
/** Time goes by, so many ms at a time, until this is so. */
const passing = (so: () => boolean, stepMs = 500): Promise<void> =>
  until(async () => {
    await clock.advance(stepMs);
    return so();
  });

describe('an answer whose update waits for the budget', () => {
  it('is never given up for it, however often it is looked at, and is looked at again soon', async () => {
    wait = () => 5_000;
    await work.accept(question());
    const begun = clock.now();
    await passing(() => asked >= 40);
    expect(clock.now() - begun).toBeLessThan(5 * MINUTE);
    expect([texts(), t.calls.filter((call) => call === 'update')]).toEqual([[HELD], []]);
    wait = () => 0;
    await passing(() => texts()[0] === ANSWER);
    expect(t.entries.map(({ kind }) => kind)).not.toContain('undeliverable');
  });

  it('is not touched before the budget said', async () => {
    wait = () => 30_000;
    await work.accept(question());
    await until(() => asked === 1);
    await until(async () => (await t.store.inbox.backlog()).claimed === 0);
    const begun = clock.now();
    await passing(() => asked === 2);
    expect(clock.now() - begun).toBeGreaterThanOrEqual(30_000);
  });

  it('is not given up at the last attempt either, since that one was not made', async () => {
    let failed = 0;
    t.script.update = () => {
      failed += 1;
      return failed < 12 ? busy() : null;
    };
    // What fails eleven times has one attempt left, and that finds the budget used up.
    const at: number[] = [];
    wait = () => {
      at.push(clock.now());
      return failed === 11 && asked < 15 ? 1_000 : 0;
    };
    await work.accept(question());
    const ended = () => texts()[0] === ANSWER || t.entries.some(({ kind }) => kind === 'undeliverable');
    await passing(() => failed === 11, 30_000);
    await passing(() => asked >= 12, 5_000);
    await passing(ended);
    expect([texts(), failed, asked]).toEqual([[ANSWER], 12, 15]);
    // It waited for its turn, and not as what fails again and again.
    expect((at[14] ?? 0) - (at[11] ?? 0)).toBeLessThan(MINUTE);
  });
});

describe('an answer that waits for its turn longer than it may stand', () => {
  it('is shown all the same, and not said to have expired: nobody has seen it', async () => {
    t.script.decide = () => ({ ...LONG, obligations: { ...LONG.obligations, expiresSeconds: 30 } }) as Decision;
    wait = () => (asked === 1 ? 90_000 : 0);
    await work.accept(question());
    await passing(() => texts().includes(ANSWER), 90_000 + 5 * MINUTE);
    expect(texts()).toEqual([ANSWER]);
  });
});

describe('an answer that the platform does not take just now', () => {
  it('is not sent again before the platform said', async () => {
    const at: number[] = [];
    t.script.update = () => {
      at.push(clock.now());
      return at.length === 1 ? busy({ afterMs: 40_000 }) : null;
    };
    await work.accept(question());
    await passing(() => texts()[0] === ANSWER);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(40_000);
    // It did not say that it was a limit.
    expect(paused).toEqual([]);
  });

  it('makes every process wait where it was the limit of changes that was reached', async () => {
    const at: number[] = [];
    t.script.update = () => {
      at.push(clock.now());
      return at.length === 1 ? busy({ afterMs: 40_000, because: 'limit' }) : null;
    };
    await work.accept(question());
    await passing(() => texts()[0] === ANSWER);
    expect(paused).toEqual([{ tenant: 'T1', until: (at[0] ?? 0) + 40_000 }]);
  });

  it('is told of in the shared place once it is shown, also where that took several attempts, and once', async () => {
    const asker = () =>
      question({
        conversation: `slack:T1:C1:${t.calls.length}`,
        place: { kind: 'channel', channel: 'C1', thread: null },
      });
    t.script.decide = () => HOLD;
    await work.accept(asker());
    await passing(() => texts().includes(ANSWER));
    await until(() => t.calls.includes('whisper'));
    let failed = false;
    t.script.update = () => {
      if (failed) return null;
      failed = true;
      return busy();
    };
    await work.accept(asker());
    await passing(() => texts().filter((text) => text === ANSWER).length === 2);
    await until(async () => (await t.store.inbox.backlog()).claimed === 0);
    await clock.advance(1);
    await until(() => t.calls.filter((call) => call === 'whisper').length === 2);
    const begun = clock.now();
    await passing(() => clock.now() - begun > MINUTE);
    expect(t.calls.filter((call) => call === 'whisper')).toHaveLength(2);
    expect(t.calls.lastIndexOf('whisper')).toBeGreaterThan(t.calls.lastIndexOf('update'));
  });

  it('takes its placeholder with it where whoever shows it dies each time, under the hash by which a hold finds it', async () => {
    t.script.update = () => {
      throw new Error('the process died here');
    };
    await work.accept(question());
    await passing(() => t.entries.some(({ kind }) => kind === 'undeliverable'), 30_000);
    await until(async () => (await t.store.inbox.backlog()).claimed === 0);
    const { removals } = await t.store.expiries.scan({ cursor: null, limit: 10 });
    expect(removals).toMatchObject([{ ref: t.messages[0]?.ref, about: expect.any(String) }]);
    const expiring = createExpiring(t.world);
    expiring.start();
    await passing(() => t.messages.length === 0);
    const stopped = expiring.stop({ graceMs: 0 });
    await clock.advance(1_000);
    await stopped;
  });
});
