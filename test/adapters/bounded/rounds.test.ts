import { describe, expect, it } from '@jest/globals';
import { createRounds } from '../../../src/adapters/bounded/rounds.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const MINUTE = 60_000;

describe('rounds of reading', () => {
  it('do not hold up a start for more than ten seconds, and go on', async () => {
    const clock = createFakeClock(0);
    const slow = Promise.withResolvers<boolean>();
    const rounds = createRounds({ round: () => slow.promise, clock, random: { fraction: () => 0, id: () => 'id' } });
    let started = false;
    void rounds.start().then(() => {
      started = true;
    });
    await clock.advance(9_999);
    expect(started).toBe(false);
    await clock.advance(1);
    expect(started).toBe(true);
    rounds.stop();
  });

  it('come every quarter of an hour, a minute after one that failed, and no more once they are stopped', async () => {
    const clock = createFakeClock(0);
    const begun: number[] = [];
    const said: (() => Promise<boolean>)[] = [
      async () => false,
      () => Promise.reject(new Error('away')),
      async () => true,
      async () => true,
    ];
    const rounds = createRounds({
      round: async () => {
        begun.push(clock.now() / MINUTE);
        return (await said.shift()?.()) ?? true;
      },
      clock,
      random: { fraction: () => 0, id: () => 'id' },
    });
    await rounds.start();
    expect(begun).toEqual([0]);
    for (let minute = 0; minute < 20; minute++) await clock.advance(MINUTE);
    expect(begun).toEqual([0, 1, 2, 17]);
    rounds.stop();
    for (let minute = 0; minute < 20; minute++) await clock.advance(MINUTE);
    expect(begun).toHaveLength(4);
  });
});
