import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCredentials } from '../../../src/adapters/bounded/credentials.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import type { Secret } from '../../../src/core/ports.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });

/** A vault, and another side that knows some values. */
const stage = () => {
  const clock = createFakeClock();
  const state = { secret: secretOf('new', 'old'), good: new Set(['old']), away: false };
  const logged: string[] = [];
  const tried: string[] = [];
  const metrics = createMetrics();
  const note = (event: string, fields?: object): void => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  const withCredential = createCredentials({
    name: 'token',
    secret: async () => {
      if (state.away) throw new Error('away');
      return state.secret;
    },
    clock,
    log: { info: note, warn: note, error: note },
    metrics,
  });
  const call = (between?: () => void): Promise<string> =>
    withCredential(async (value) => {
      tried.push(value);
      const refused = !state.good.has(value);
      between?.();
      return { refused, outcome: refused ? 'refused' : 'done' };
    });
  const tries = (): readonly string[] => tried.splice(0);
  return { clock, state, call, tries, logged, metrics };
};

describe('a call by a secret that is being rotated', () => {
  it('is made with the current value, and with no other where that is taken', async () => {
    const { state, call, tries, logged } = stage();
    state.good = new Set(['new', 'old']);
    expect([await call(), tries()]).toEqual(['done', ['new']]);
    expect(logged).toEqual([]);
  });

  it('is made with the other one where the current is refused, which is then tried last for 15 s', async () => {
    const { clock, call, tries } = stage();
    expect([await call(), tries()]).toEqual(['done', ['new', 'old']]);
    expect([await call(), tries()]).toEqual(['done', ['old']]);
    await clock.advance(14_999);
    expect([await call(), tries()]).toEqual(['done', ['old']]);
    await clock.advance(1);
    expect([await call(), tries()]).toEqual(['done', ['new', 'old']]);
  });

  it('goes over at once when the other side does', async () => {
    const { state, call, tries } = stage();
    await call();
    tries();
    state.good = new Set(['new']);
    expect([await call(), tries()]).toEqual(['done', ['old', 'new']]);
    expect([await call(), tries()]).toEqual(['done', ['new']]);
  });

  it('is not refused where the other side goes over just between the two tries', async () => {
    const { state, call, tries } = stage();
    const goOver = (): void => {
      state.good = new Set(['new']);
    };
    expect([await call(goOver), tries()]).toEqual(['done', ['new', 'old', 'new']]);
    state.good.clear();
    expect([await call(), tries()]).toEqual(['refused', ['new', 'old', 'new']]);
  });

  it('never uses a value that the vault holds no more', async () => {
    const { state, call, tries } = stage();
    await call();
    tries();
    state.secret = secretOf('new');
    expect([await call(), tries()]).toEqual(['refused', ['new']]);
  });

  it('finds a value that came to the vault meanwhile, and tries three at most', async () => {
    const { state, call, tries } = stage();
    state.secret = secretOf('old');
    state.good = new Set(['newest']);
    let once = true;
    const rotate = (): void => {
      if (once) state.secret = secretOf('newest', 'old');
      once = false;
    };
    expect([await call(rotate), tries()]).toEqual(['done', ['old', 'newest']]);
    state.secret = secretOf('a', 'b', 'c', 'd');
    expect([await call(), tries()]).toEqual(['refused', ['a', 'b', 'c']]);
  });

  it('is what it came to where the vault does not answer afterwards, and rejects where it does not answer at first', async () => {
    const { state, call, tries } = stage();
    const goAway = (): void => {
      state.away = true;
    };
    expect([await call(goAway), tries()]).toEqual(['refused', ['new']]);
    await expect(call()).rejects.toThrow('away');
  });

  it('counts each refusal, and logs one a minute, by the name alone', async () => {
    const { clock, state, call, logged, metrics } = stage();
    state.good.clear();
    await call();
    await call();
    expect(logged).toEqual(['{"event":"credential.refused","name":"token"}']);
    expect(await metrics.render()).toContain('sotto_credentials_refused_total{name="token"} 6');
    await clock.advance(60_000);
    await call();
    expect(logged).toHaveLength(2);
  });

  it('is never refused while one of the two values that both sides go through is good on the other', async () => {
    // Who rotates first, and how often somebody calls in between, does not matter.
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('call', 'wait', 'add', 'switch', 'drop'), { maxLength: 60 }),
        async (steps) => {
          const { clock, state, call } = stage();
          let [vault, other, at] = [['v0'], 'v0', 0];
          const settle = (): void => {
            state.secret = secretOf(...vault);
            state.good = new Set([other]);
          };
          settle();
          for (const step of steps) {
            if (step === 'wait') await clock.advance(5_000);
            if (step === 'add' && vault.length === 1) vault = [`v${++at}`, ...vault];
            if (step === 'switch') other = vault[0] ?? '';
            if (step === 'drop' && vault[0] === other) vault = [other];
            settle();
            if (step === 'call') expect(await call()).toBe('done');
          }
        },
      ),
    );
  });
});
