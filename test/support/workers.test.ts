import { expect, it } from '@jest/globals';
import { inTurns } from './turns.ts';
import { workersFor } from './workers.ts';

const GIB = 2 ** 30;

it.each([
  ['two processors and much memory', 2, 22, 4],
  ['one that has next to no memory', 2, 4, 2],
  ['memory for some of them', 4, 16, 4],
  ['one that has much of both', 64, 256, 8],
  ['one processor', 1, 64, 2],
])('on a machine of %s so many suites run at a time', (_, processors, gib, workers) => {
  expect(workersFor({ processors, free: gib * GIB })).toBe(workers);
});

it('begins with the longest suites, spreads those that wait over those that reckon, and leaves none out', () => {
  const suites = [
    '/test/core/a.test.ts',
    '/test/faults/a.test.ts',
    '/test/core/b.test.ts',
    '/test/core/c.test.ts',
    '/test/playground/a.chromium.test.ts',
    '/test/core/d.test.ts',
    '/test/simulation/simulation.test.ts',
    '/test/adapters/redis/a.redis.test.ts',
    '/test/e2e/a.test.ts',
  ].map((path) => ({ path }));
  expect(inTurns(suites).map(({ path }) => path)).toEqual([
    '/test/simulation/simulation.test.ts',
    '/test/faults/a.test.ts',
    '/test/core/a.test.ts',
    '/test/core/b.test.ts',
    '/test/core/c.test.ts',
    '/test/playground/a.chromium.test.ts',
    '/test/core/d.test.ts',
    '/test/adapters/redis/a.redis.test.ts',
    '/test/e2e/a.test.ts',
  ]);
});
