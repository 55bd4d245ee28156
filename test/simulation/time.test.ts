import { describe, expect, it } from '@jest/globals';
import { createChance } from './chance.ts';
import { createTime } from './time.ts';

describe('virtual time', () => {
  it('lets everything happen at its own time, in the order of asking among equals', async () => {
    const time = createTime(100);
    const seen: string[] = [];
    for (const [name, when] of Object.entries({ c: 130, a: 110, b: 110, d: 130, past: 50 }))
      time.at(when, () => seen.push(`${name} at ${time.now()}`));
    await time.run({ until: 129 });
    expect(seen).toEqual(['past at 100', 'a at 110', 'b at 110']);
    await time.run({ until: 500 });
    expect(seen.slice(3)).toEqual(['c at 130', 'd at 130']);
  });

  it('lets all that hangs on one thing happen before the next', async () => {
    const time = createTime(0);
    const seen: string[] = [];
    time.at(1, () => {
      void (async () => {
        for (let n = 0; n < 50; n++) await Promise.resolve();
        seen.push('long tail');
        time.at(1, () => seen.push('asked meanwhile'));
      })();
    });
    time.at(2, () => seen.push('next'));
    await time.run({ until: 10 });
    expect(seen).toEqual(['long tail', 'asked meanwhile', 'next']);
  });

  it('keeps the order of many', async () => {
    const time = createTime(0);
    const chance = createChance(7);
    const seen: number[] = [];
    for (let n = 0; n < 500; n++) {
      const when = chance.between(0, 300);
      time.at(when, () => seen.push(when));
    }
    await time.run({ until: 300, done: () => seen.length === 400 });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen).toHaveLength(400);
  });
});

describe('seeded chance', () => {
  it('is the same for one seed and stream, and another for every other', () => {
    const drawn = (seed: number, stream?: string): string => {
      const chance = createChance(seed, stream);
      return Array.from({ length: 20 }, () => chance.between(0, 99)).join();
    };
    expect(drawn(1)).toBe(drawn(1));
    expect(new Set([drawn(1), drawn(2), drawn(1, 'a'), drawn(1, 'b'), drawn(1 + 2 ** 32)]).size).toBe(5);
  });

  it('draws evenly, both ends included', () => {
    const chance = createChance(3);
    const counts = [0, 0, 0, 0];
    for (let n = 0; n < 8_000; n++) {
      const at = chance.between(0, 3);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });
});
