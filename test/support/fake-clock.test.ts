import { describe, expect, it } from '@jest/globals';
import { createFakeClock } from './fake-clock.ts';

describe('the fake clock', () => {
  it('stands still until it is told, and wakes each sleeper at its own time, in order', async () => {
    const clock = createFakeClock(100);
    const woken: string[] = [];
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = [sleep('late', 50), sleep('early', 10), sleep('never', 1_000)];
    await clock.advance(49);
    expect(woken).toEqual(['early at 110']);
    await clock.advance(1);
    expect(woken).toEqual(['early at 110', 'late at 150']);
    expect([clock.now(), clock.sleeping()]).toEqual([150, 1]);
    await clock.advance(1_000);
    await Promise.all(all);
  });

  it('wakes those who sleep again within the same step', async () => {
    const clock = createFakeClock(0);
    let ticks = 0;
    const stop = new AbortController();
    const loop = (async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(10, stop.signal);
        ticks += 1;
      }
    })();
    await clock.advance(100);
    expect(ticks).toBe(10);
    stop.abort();
    await loop;
    expect(clock.sleeping()).toBe(0);
  });
});
