/** kill -9 at every named step of a question, on the embedded store. */
import { describe, expect, it } from '@jest/globals';
import { everyStep, slay } from './kill-steps.ts';

describe('a', () => {
  it('b', async () => {
    const deaths = everyStep({ on: 'slack' });
    const b = Date.now();
    const r = await slay({ deaths, workers: 1 });
    console.log(Date.now() - b, JSON.stringify(r, null, 1));
    expect(r.badLogs).toEqual([]);
  }, 300_000);
});
