import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLimits } from '../../../playground/teams/limits.ts';
import { createPacer, type Pacer } from '../../../src/adapters/teams/pacer.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const A = { tenant: 't', conversation: 'a' };
let clock: FakeClock;
let pacer: Pacer;
beforeEach(() => {
  clock = createFakeClock();
  pacer = createPacer({ clock });
});

/** Asks for so many turns at once, and says when each came, ms from now; a number below 0: when to come again. */
const turns = async (many: number, of: (index: number) => typeof A = () => A): Promise<readonly number[]> => {
  const began = clock.now();
  const all = Promise.all(
    Array.from({ length: many }, async (_, index) => {
      const turn = await pacer.turn(of(index));
      if (!turn.ok) return -turn.afterMs;
      turn.done();
      return clock.now() - began;
    }),
  );
  await clock.advance(0);
  await clock.advance(5_000);
  return all;
};

describe('R13 the pace of calls to Teams', () => {
  it('R13 lets seven pass at once, the eighth a second later, and sends away who would wait too long', async () => {
    const came = await turns(12);
    expect(came.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 1_050]);
    for (const after of came.slice(8)) expect(-after).toBeGreaterThan(2_000);
  });

  it('R13 keeps one conversation from holding up another', async () => {
    const busy = Promise.all(Array.from({ length: 12 }, () => pacer.turn(A)));
    expect(await turns(7, () => ({ tenant: 't', conversation: 'b' }))).toEqual([0, 0, 0, 0, 0, 0, 0]);
    // Seven are on their way and never come back, so the rest must not follow.
    expect((await busy).filter(({ ok }) => !ok)).toHaveLength(5);
  });

  it('R13 lets fifty a second pass for a tenant, and keeps one tenant from holding up another', async () => {
    const came = await turns(60, (index) => ({ tenant: 't', conversation: String(index) }));
    expect(came.filter((ms) => ms === 0)).toHaveLength(50);
    expect(came.filter((ms) => ms === 1_050)).toHaveLength(10);
    expect(await turns(1, () => ({ tenant: 'other', conversation: '1' }))).toEqual([0]);
  });

  it('R13 waits as long as the platform said, in that conversation alone', async () => {
    pacer.hold({ ...A, ms: 1_500 });
    expect(await turns(1)).toEqual([1_500]);
    pacer.hold({ ...A, ms: 60_000 });
    expect(await turns(1)).toEqual([-60_000]);
    expect(await turns(1, () => ({ tenant: 't', conversation: 'b' }))).toEqual([0]);
  });

  it('R13 asks those who wait already to come again when the platform says stop', async () => {
    const first = turns(8);
    pacer.hold({ ...A, ms: 4_000 });
    expect((await first).at(-1)).toBeLessThan(0);
  });

  it('R13 counts a call until its answer is there, for nobody knows when Teams counted it', async () => {
    const slow = await Promise.all(Array.from({ length: 7 }, () => pacer.turn(A)));
    await clock.advance(1_600);
    for (const turn of slow) if (turn.ok) turn.done();
    expect(await turns(1)).toEqual([1_050]);
  });

  it('R13 never breaks a limit of Teams, however calls come and however long they are on their way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            conversation: fc.constantFrom('a', 'a', 'a', 'b'),
            pause: fc.constantFrom(0, 0, 0, 100, 700),
            onItsWay: fc.constantFrom(0, 0, 300, 800, 1_500),
          }),
          { maxLength: 120 },
        ),
        async (calls) => {
          clock = createFakeClock();
          pacer = createPacer({ clock });
          const limits = createLimits(clock);
          const refused: string[] = [];
          const asked: Promise<void>[] = [];
          for (const { conversation, pause, onItsWay } of calls) {
            asked.push(
              pacer.turn({ tenant: 't', conversation }).then(async (turn) => {
                if (!turn.ok) return;
                // Teams counts it at some moment before the answer is there.
                await clock.sleep(onItsWay);
                if (limits.take('activity.create', conversation) !== null) refused.push(conversation);
                await clock.sleep(onItsWay);
                turn.done();
              }),
            );
            await clock.advance(0);
            if (pause > 0) await clock.advance(pause);
          }
          await clock.advance(20_000);
          await Promise.all(asked);
          expect(refused).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('R13 lets sixty pass in half a minute and 1,800 in an hour, and more when that is over', async () => {
    /** Asks every so many ms, for so long; how many passed within. */
    const passed = async (everyMs: number, forMs: number): Promise<number> => {
      const end = clock.now() + forMs;
      let count = 0;
      while (clock.now() < end) {
        void pacer.turn(A).then((turn) => {
          if (turn.ok) turn.done();
          if (turn.ok && clock.now() < end) count += 1;
        });
        await clock.advance(0);
        await clock.advance(everyMs);
      }
      return count;
    };
    expect(await passed(300, 29_000)).toBe(60);
    await clock.advance(3_600_000);
    expect(await passed(550, 3_590_000)).toBe(1_800);
    await clock.advance(60_000);
    expect(await passed(550, 60_000)).toBeGreaterThan(100);
  });

  it('R13 waits as long as Teams says also where nothing else is paced', async () => {
    const uncounted = () => Promise.reject(new Error('nothing is counted'));
    const budgets = { take: uncounted, pause: uncounted };
    pacer = createPacer({ clock, budgets, unsafeUnpaced: true });
    expect(await turns(1_000)).toEqual(Array.from({ length: 1_000 }, () => 0));
    pacer.hold({ ...A, ms: 60_000 });
    expect(await turns(1)).toEqual([-60_000]);
  });

  it('remembers five thousand chats at most, and forgets the one that was quiet longest', async () => {
    pacer.hold({ ...A, ms: 600_000 });
    pacer.hold({ tenant: 't', conversation: 'b', ms: 600_000 });
    for (let chat = 0; chat < 5_000; chat++) {
      if (chat % 40 === 0) await clock.advance(1_100);
      if (chat === 2_500) expect((await pacer.turn(A)).ok).toBe(false);
      const turn = await pacer.turn({ tenant: 't', conversation: `chat ${chat}` });
      if (turn.ok) turn.done();
      expect(turn.ok).toBe(true);
    }
    expect((await pacer.turn(A)).ok).toBe(false);
    expect((await pacer.turn({ tenant: 't', conversation: 'b' })).ok).toBe(true);
  });
});
