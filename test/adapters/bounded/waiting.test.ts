import { describe, expect, it } from '@jest/globals';
import { inTime, sooner, within } from '../../../src/adapters/bounded/waiting.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('waiting for so long', () => {
  it('brings what the work brings, and its failure', async () => {
    expect(await within({ ms: 60_000 }, async () => 7)).toBe(7);
    await expect(within({ ms: 60_000 }, async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('takes work that throws at once for work that fails', async () => {
    const broken = (): Promise<never> => {
      throw new Error('broken');
    };
    await expect(within({ ms: 60_000 }, broken)).rejects.toThrow('broken');
  });

  it('refuses when the time is up, and tells the work to stop', async () => {
    let told: AbortSignal | null = null;
    const work = (signal: AbortSignal): Promise<never> => {
      told = signal;
      return never();
    };
    await expect(within({ ms: 5 }, work)).rejects.toMatchObject({ code: 'deadline' });
    expect(told).toHaveProperty('aborted', true);
  });

  it('refuses as soon as the one who waits gives up', async () => {
    const outer = new AbortController();
    const waited = within({ ms: 60_000, outer: outer.signal }, never);
    outer.abort();
    await expect(waited).rejects.toMatchObject({ code: 'deadline' });
  });

  it('does not even begin for somebody who gave up before', async () => {
    let begun = false;
    const work = async (): Promise<void> => {
      begun = true;
    };
    await expect(within({ ms: 60_000, outer: AbortSignal.abort() }, work)).rejects.toMatchObject({ code: 'deadline' });
    expect(begun).toBe(false);
  });
});

describe('waiting by the clock of the house', () => {
  it('gives what comes in time, and throws what fails in time', async () => {
    const clock = createFakeClock();
    expect(await inTime(clock, 100, Promise.resolve('here'))).toBe('here');
    await expect(inTime(clock, 100, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('says that work is late, whose failure then is nobody’s', async () => {
    const clock = createFakeClock();
    const { promise: work, reject: fail } = Promise.withResolvers<never>();
    const waited = inTime(clock, 100, work);
    await clock.advance(100);
    expect(await waited).toBe('late');
    fail(new Error('later'));
    await expect(work).rejects.toThrow('later');
  });
});

describe('waiting until a signal', () => {
  it('gives what comes sooner', async () => {
    const { signal } = new AbortController();
    expect(await sooner(Promise.resolve('here'), signal)).toBe('here');
    await expect(sooner(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
  });

  it('throws the reason of the signal where that comes sooner', async () => {
    const stop = new AbortController();
    const waited = sooner(never(), stop.signal);
    stop.abort(new Error('enough'));
    await expect(waited).rejects.toThrow('enough');
  });

  it('waits for nothing after the signal, and lets the work fail alone', async () => {
    const work = Promise.reject(new Error('broken'));
    await expect(sooner(work, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
