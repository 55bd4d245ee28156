/** kill -9 at every named step of a question, on the embedded store: started again, it answers once, and what must leave leaves. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { STEPS } from '../../src/core/reached.ts';
import { type Death, everyStep, lanesOf, mayComeAgain, nameOf, rightFate, type Slain, slayIn } from './kill-steps.ts';

const DEATHS: readonly Death[] = everyStep({ on: 'slack' });

/** Nobody could remove it while nobody was there: a start on a busy machine, ms. */
const LATEST_MS = 30_000;

describe('one process on the embedded store that is killed with -9', () => {
  let deaths: readonly Death[] = [];
  let slain: Slain;
  beforeAll(async () => {
    ({ deaths, slain } = await slayIn({ lanes: lanesOf(DEATHS, 2), workers: 1 }));
  }, 400_000);

  it('was killed at every step there is', () => {
    expect(new Set(DEATHS.map(({ at }) => at.at(-1)))).toEqual(new Set(STEPS));
  });

  it.each(DEATHS.map((death) => [nameOf(death), death] as const))('answers once and in time: %s', (_, death) => {
    const fate = slain.fates[deaths.indexOf(death)];
    const { answers, ...right } = rightFate(death);
    expect(fate).toMatchObject(right);
    expect(fate?.answers).toBeLessThanOrEqual(mayComeAgain(death) ? 2 : answers);
    expect(fate?.late).toBeLessThan(LATEST_MS);
  });

  it('leaves audit logs that verify', () => {
    expect(slain.badLogs).toEqual([]);
    expect(slain.logs).toBe(3);
  });
});
