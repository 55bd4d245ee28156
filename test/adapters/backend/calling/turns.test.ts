import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTurns } from '../../../../src/adapters/backend/calling/turns.ts';

const LONG = 60_000;

describe('turns', () => {
  it('are given up to as many as may be at once, then in the order in which they were asked for', async () => {
    const turns = createTurns({ concurrent: 2, waiting: 2, slowMs: 0 });
    const [one, two] = [await turns.take(LONG), await turns.take(LONG)];
    const order: string[] = [];
    const three = turns.take(LONG).then((turn) => {
      order.push('three');
      return turn;
    });
    const four = turns.take(LONG).then((turn) => {
      order.push('four');
      return turn;
    });
    expect(await turns.take(LONG)).toBeNull();
    expect(order).toEqual([]);
    one?.();
    (await three)?.();
    (await four)?.();
    two?.();
    expect(order).toEqual(['three', 'four']);
    expect(await turns.take(LONG)).not.toBeNull();
  });

  it('are waited for no longer than is said, and who has gone leaves no place behind', async () => {
    const turns = createTurns({ concurrent: 1, waiting: 1, slowMs: 0 });
    const one = await turns.take(LONG);
    expect(await turns.take(5)).toBeNull();
    const next = turns.take(LONG);
    one?.();
    const two = await next;
    expect(two).not.toBeNull();
    // Given back twice is given back once.
    one?.();
    expect(await turns.take(5)).toBeNull();
    two?.();
  });

  it('are waited for by whoever comes while the system answers: a burst is turned away by nobody', async () => {
    const turns = createTurns({ concurrent: 1, waiting: 0, slowMs: LONG });
    const one = await turns.take(LONG);
    const all = Array.from({ length: 60 }, () => turns.take(LONG));
    one?.();
    for (const each of all) {
      const turn = await each;
      expect(turn).not.toBeNull();
      turn?.();
    }
  });

  it('are waited for by no more than is said once the system is slow: who came last goes away', async () => {
    const turns = createTurns({ concurrent: 1, waiting: 2, slowMs: 20 });
    const one = await turns.take(LONG);
    const all = Array.from({ length: 10 }, () => turns.take(LONG));
    expect(await Promise.all(all.slice(2))).toEqual(Array.from({ length: 8 }, () => null));
    expect(await turns.take(LONG)).toBeNull();
    one?.();
    const two = await all[0];
    two?.();
    expect(await all[1]).not.toBeNull();
  });

  it('are waited for by no more than one process works on at once', async () => {
    const turns = createTurns({ concurrent: 1, waiting: 0, slowMs: LONG });
    const one = await turns.take(LONG);
    const all = Array.from({ length: 64 }, () => turns.take(LONG));
    expect(await turns.take(LONG)).toBeNull();
    one?.();
    for (const each of all) (await each)?.();
  });

  it('are never more at once than may be, and none is lost (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 40 }),
        async (concurrent, waiting, acts) => {
          const turns = createTurns({ concurrent, waiting, slowMs: 0 });
          const held: (() => void)[] = [];
          let refused = 0;
          let taken = 0;
          for (const takes of acts) {
            if (takes) {
              taken += 1;
              void turns.take(LONG).then((turn) => {
                if (turn === null) refused += 1;
                else held.push(turn);
              });
            } else held.shift()?.();
            for (let i = 0; i < 5; i++) await Promise.resolve();
            expect(held.length).toBeLessThanOrEqual(concurrent);
          }
          while (held.length > 0) {
            held.shift()?.();
            for (let i = 0; i < 5; i++) await Promise.resolve();
          }
          expect(refused).toBeLessThanOrEqual(Math.max(0, taken - concurrent - waiting));
          const last = await turns.take(5);
          expect(last).not.toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  });
});
