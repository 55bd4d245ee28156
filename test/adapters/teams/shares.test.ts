import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLimits } from '../../../playground/teams/limits.ts';
import { createBudgets } from '../../../src/adapters/sqlite/budgets.ts';
import { createPacer, type Pacer } from '../../../src/adapters/teams/pacer.ts';
import type { Budgets } from '../../../src/core/ports.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const A = { tenant: 't', conversation: 'a' };
let clock: FakeClock;
let budgets: Budgets;
beforeEach(() => {
  clock = createFakeClock();
  budgets = createBudgets();
});

const processes = (many: number): readonly Pacer[] =>
  Array.from({ length: many }, () => createPacer({ clock, budgets }));

/** Asks each process in turn every so many ms, for so long; returns how many calls Teams took, and refused. */
const flood = async (pacers: readonly Pacer[], o: { everyMs: number; forMs: number }) => {
  const limits = createLimits(clock);
  const seen = { taken: 0, refused: 0 };
  const end = clock.now() + o.forMs;
  for (let n = 0; clock.now() < end; n++) {
    void pacers[n % pacers.length]?.turn(A).then((turn) => {
      if (!turn.ok) return;
      if (limits.take('activity.create', A.conversation) === null) seen.taken += 1;
      else seen.refused += 1;
      turn.done();
    });
    await clock.advance(0);
    await clock.advance(o.everyMs);
  }
  return seen;
};

describe('R13 the pace of all processes together', () => {
  it.each([1, 2, 3])('R13 is never more in one chat than Teams takes, with %i of them', async (many) => {
    const { taken, refused } = await flood(processes(many), { everyMs: 60, forMs: 60_000 });
    expect(refused).toBe(0);
    expect(taken).toBeGreaterThan(50);
  });

  it('R13 would be too much where each kept to the limits by itself', async () => {
    const alone = Array.from({ length: 2 }, () => createPacer({ clock }));
    expect((await flood(alone, { everyMs: 60, forMs: 10_000 })).refused).toBeGreaterThan(0);
  });

  it('R13 stays below 1,800 calls of a chat in an hour', async () => {
    const { taken, refused } = await flood(processes(2), { everyMs: 900, forMs: 3_600_000 });
    expect(refused).toBe(0);
    expect(taken).toBeGreaterThan(1_400);
    expect(taken).toBeLessThanOrEqual(1_800);
  });

  it('R13 is kept however calls come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            process: fc.nat(2),
            conversation: fc.constantFrom('a', 'a', 'b'),
            pause: fc.constantFrom(0, 0, 50, 700),
          }),
          { maxLength: 60 },
        ),
        async (calls) => {
          clock = createFakeClock();
          budgets = createBudgets();
          const pacers = processes(3);
          const limits = createLimits(clock);
          const refused: string[] = [];
          const asked: Promise<void>[] = [];
          for (const { process, conversation, pause } of calls) {
            const turn = pacers[process]?.turn({ tenant: 't', conversation });
            if (turn === undefined) continue;
            asked.push(
              turn.then((got) => {
                if (!got.ok) return;
                if (limits.take('activity.create', conversation) !== null) refused.push(conversation);
                got.done();
              }),
            );
            await clock.advance(0);
            if (pause > 0) await clock.advance(pause);
          }
          await clock.advance(5_000);
          await Promise.all(asked);
          expect(refused).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('R13 what Teams told one process to wait, the other waits too', async () => {
    const [one, other] = processes(2);
    const tried = async (pacer: Pacer | undefined): Promise<boolean> => {
      const turn = pacer?.turn(A);
      await clock.advance(2_500);
      const got = await turn;
      if (got?.ok === true) got.done();
      return got?.ok === true;
    };
    expect(await tried(other)).toBe(true);
    one?.hold({ ...A, ms: 30_000 });
    expect(await tried(one)).toBe(false);
    // What it had fetched ahead of that it may still use.
    await tried(other);
    expect(await tried(other)).toBe(false);
    await clock.advance(30_000);
    expect(await tried(other)).toBe(true);
  });

  it('R13 lets no more through than its share while the store is away, and holds no call longer than two seconds', async () => {
    const away: Budgets = { take: () => new Promise(() => undefined), pause: () => Promise.reject(new Error('away')) };
    const pacer = createPacer({ clock, budgets: away });
    const first = await pacer.turn(A);
    expect(first.ok).toBe(true);
    if (first.ok) first.done();
    pacer.hold({ ...A, ms: 10 });
    const second = pacer.turn(A);
    await clock.advance(5_000);
    // No share of it is left, so it is told when to come again, within its two seconds.
    expect(await second).toMatchObject({ ok: false });
  });
});
