import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { systemClock, systemRandom } from '../../../src/adapters/system/system.ts';

describe('the system clock', () => {
  const clock = systemClock();

  it('tells the time of day and sleeps as long as it was told', async () => {
    const before = clock.now();
    expect(Math.abs(before - Date.now())).toBeLessThan(1_000);
    await clock.sleep(30);
    expect(clock.now() - before).toBeGreaterThanOrEqual(25);
  });

  it('wakes at once when it is told to, and never rejects', async () => {
    const stop = new AbortController();
    const slept = clock.sleep(60_000, stop.signal);
    stop.abort();
    await expect(slept).resolves.toBeUndefined();
    await expect(clock.sleep(60_000, AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('does not sleep for no time, less than none or no number', async () => {
    for (const ms of [0, -5, Number.NaN]) await expect(clock.sleep(ms)).resolves.toBeUndefined();
  });

  it('does not wake at once from a sleep longer than a timer can be', async () => {
    for (const ms of [2 ** 31, Number.POSITIVE_INFINITY]) {
      const stop = new AbortController();
      let awake = false;
      const slept = clock.sleep(ms, stop.signal).then(() => {
        awake = true;
      });
      await clock.sleep(30);
      expect(awake).toBe(false);
      stop.abort();
      await slept;
    }
  });

  it('lets go of a signal that outlives many sleeps', async () => {
    const stop = new AbortController();
    for (let i = 0; i < 20; i++) await clock.sleep(1, stop.signal);
    expect(EventEmitter.getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });
});

describe('the system randomness', () => {
  const random = systemRandom();

  it('gives ids of 22 characters that are safe anywhere, never one twice', () => {
    const ids = Array.from({ length: 1_000 }, () => random.id());
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });

  it('gives no id that a command would take for an option', () => {
    expect(Array.from({ length: 2_000 }, () => random.id()).filter((id) => id.startsWith('-'))).toEqual([]);
  });

  it('gives fractions from 0 up to but not including 1, spread out', () => {
    const all = Array.from({ length: 1_000 }, () => random.fraction());
    for (const one of all) expect(one >= 0 && one < 1).toBe(true);
    expect(all.some((one) => one < 0.1) && all.some((one) => one > 0.9)).toBe(true);
  });
});
