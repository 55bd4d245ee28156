import { describe, expect, it } from '@jest/globals';
import { createBreaker } from '../../../../src/adapters/backend/calling/breaker.ts';

const making = () => {
  let now = 1_000_000;
  const said: string[] = [];
  const breaker = createBreaker({
    failures: 3,
    pauseMs: 10_000,
    clock: { now: () => now },
    changed: (state) => void said.push(state),
  });
  const came = (
    turned: 'well' | 'failed' | 'nothing',
    afterMs: number | null = null,
    by: string | null = null,
  ): void => {
    breaker.came({ turned, afterMs, by });
  };
  return {
    breaker,
    said,
    came,
    pass: (ms: number): void => {
      now += ms;
    },
  };
};

describe('a breaker', () => {
  it('leaves a system alone after so many failures in a row, and not before', () => {
    const { breaker, came, said } = making();
    for (const turned of ['failed', 'failed', 'well', 'failed', 'failed'] as const) {
      expect(breaker.mayCall()).toBe(true);
      came(turned);
    }
    expect(breaker.mayCall()).toBe(true);
    came('failed');
    expect(breaker.mayCall()).toBe(false);
    expect([said, breaker.alone()]).toEqual([['left-alone'], true]);
  });

  it('sends one to see after the pause, and nobody waits for what comes of it', () => {
    const { breaker, came, pass, said } = making();
    for (let i = 0; i < 3; i++) came('failed');
    pass(9_999);
    expect(breaker.mayCall()).toBe(false);
    pass(1);
    expect([breaker.mayCall(), breaker.mayCall()]).toEqual([true, false]);
    came('failed');
    expect(breaker.mayCall()).toBe(false);
    pass(10_000);
    expect(breaker.mayCall()).toBe(true);
    came('well');
    expect([breaker.mayCall(), breaker.mayCall()]).toEqual([true, true]);
    expect([said, breaker.alone()]).toEqual([['left-alone', 'back'], false]);
  });

  it('leaves nobody without a system that fails at the questions of one person alone', () => {
    const { breaker, came, said } = making();
    for (let i = 0; i < 20; i++) came('failed', null, 'evan');
    expect([breaker.mayCall(), breaker.alone(), said]).toEqual([true, false, []]);
    came('failed', null, 'mona');
    expect([breaker.mayCall(), breaker.alone(), said]).toEqual([false, true, ['left-alone']]);
  });

  it('counts what fails at anybody’s question, whoever asked', () => {
    const { breaker, came } = making();
    came('failed', null, 'evan');
    came('failed');
    came('failed', null, 'evan');
    expect(breaker.mayCall()).toBe(false);
  });

  it('sends another one where the first saw nothing', () => {
    const { breaker, came, pass } = making();
    for (let i = 0; i < 3; i++) came('failed');
    pass(10_000);
    expect(breaker.mayCall()).toBe(true);
    came('nothing');
    expect(breaker.mayCall()).toBe(true);
  });

  it('leaves it alone for as long as it asks, at most ten minutes', () => {
    const { breaker, came, pass } = making();
    came('nothing', 30_000);
    pass(29_999);
    expect(breaker.mayCall()).toBe(false);
    pass(1);
    expect(breaker.mayCall()).toBe(true);
    came('nothing', Number.MAX_SAFE_INTEGER);
    pass(599_999);
    expect(breaker.mayCall()).toBe(false);
    pass(1);
    expect(breaker.mayCall()).toBe(true);
  });

  it('does not stay open for a clock that was set back', () => {
    const { breaker, came, pass } = making();
    for (let i = 0; i < 3; i++) came('failed');
    pass(-3_600_000);
    expect(breaker.mayCall()).toBe(true);
  });
});
