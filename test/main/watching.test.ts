import { expect, it } from '@jest/globals';
import { SottoError } from '../../src/core/errors.ts';
import { createWatching } from '../../src/main/watching.ts';
import { until } from '../support/until.ts';

const watched = () => {
  const state = {
    refresh: async (): Promise<void> => undefined,
    look: async (): Promise<void> => undefined,
    register: async (): Promise<void> => Promise.reject(new SottoError('store-unavailable', 'Away.')),
    held: true,
    now: 0,
    gone: [] as readonly string[],
  };
  const seen: unknown[] = [];
  const logged: unknown[] = [];
  const slept: number[] = [];
  const watching = createWatching({
    judging: { refresh: () => state.refresh() },
    rotation: {
      look: async () => {
        seen.push('keys');
        await state.look();
      },
      gone: () => state.gone,
    },
    audit: { held: () => state.held, keep: () => state.register() },
    hashKeys: { keep: async () => void seen.push('hash-keys') },
    ends: { warn: () => void seen.push('ends') },
    answering: { keep: async (may) => void seen.push(may) },
    clock: {
      now: () => state.now,
      sleep: (ms, signal) => {
        slept.push(ms);
        return new Promise((resolve) => setTimeout(resolve, signal?.aborted ? 0 : 1));
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: (...line) => void logged.push(line) },
  });
  return { watching, state, seen, logged, slept };
};

it('goes on looking although one thing fails, and looks at keys although the store is silent', async () => {
  const { watching, state, seen, logged } = watched();
  watching.start({
    keep: async () => {
      seen.push('control');
      return 'held';
    },
  });
  await until(() => ['hash-keys', 'control', 'ends', 'keys', true].every((one) => seen.includes(one)));
  expect(logged).toContainEqual(['origins.failed', { code: 'store-unavailable' }]);
  let answer: (() => void) | null = null;
  state.register = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await until(() => answer !== null);
  seen.length = 0;
  await until(() => seen.filter((one) => one === 'keys').length > 3);
  expect(seen).not.toContain('ends');
  state.register = async () => undefined;
  (answer as (() => void) | null)?.();
  await watching.stop();
});

it('looks at what is restricted four times a second, whatever else takes its time', async () => {
  const { watching, state, slept } = watched();
  let hung = 0;
  const hangs = new Promise<void>(() => undefined);
  state.register = () => {
    hung += 1;
    return hangs;
  };
  state.look = () => {
    hung += 1;
    return hangs;
  };
  let looks = 0;
  state.refresh = async () => {
    looks += 1;
  };
  watching.start({ keep: async () => 'held' });
  await until(() => hung === 2);
  const before = looks;
  slept.length = 0;
  await until(() => looks > before + 5);
  expect(new Set(slept)).toEqual(new Set([250]));
  watching.abort();
});

it('says whether the store answers, and only a silent one counts', async () => {
  const { watching, state, logged } = watched();
  expect(watching.reached()).toBe(true);
  watching.start({ keep: async () => 'held' });
  state.refresh = () => Promise.reject(new SottoError('store-unavailable', 'Away.'));
  await until(() => !watching.reached());
  state.refresh = () => Promise.reject(new SottoError('policy-invalid', 'Odd.'));
  await until(() => watching.reached());
  expect(logged).toContainEqual(['restrictions.failed', { code: 'policy-invalid' }]);
  await watching.stop();
});

it('says once a minute what lasts, and at once what is new', async () => {
  const { watching, state, logged } = watched();
  let looks = 0;
  const fails = (code: 'store-unavailable' | 'policy-invalid') => () => {
    looks += 1;
    return Promise.reject(new SottoError(code, 'Not now.'));
  };
  const said = () => logged.filter((line) => JSON.stringify(line).includes('restrictions.failed')).length;
  state.refresh = fails('store-unavailable');
  watching.start({ keep: async () => 'held' });
  await until(() => looks > 20);
  expect(said()).toBe(1);
  state.refresh = fails('policy-invalid');
  await until(() => said() === 2);
  state.now = 60_000;
  await until(() => said() === 3);
  let mended = false;
  state.refresh = async () => {
    mended = true;
  };
  await until(() => mended);
  state.refresh = fails('policy-invalid');
  await until(() => said() === 4);
  await watching.stop();
});

it('stops answering at the look that finds the log lost, whatever a vault takes meanwhile', async () => {
  const { watching, state, seen } = watched();
  let vault: (() => void) | null = null;
  state.look = () =>
    new Promise((resolve) => {
      vault = resolve;
    });
  watching.start({ keep: async () => 'held' });
  await until(() => vault !== null);
  seen.length = 0;
  state.register = async () => {
    state.held = false;
  };
  await until(() => seen.includes('hash-keys') && !state.held);
  const found = [...seen];
  state.look = async () => undefined;
  (vault as (() => void) | null)?.();
  await watching.stop();
  expect(found).toContain(false);
  expect(found).not.toContain('keys');
});

it('lets nothing be answered without a log, or without a key to keep it by', async () => {
  const { watching, state, seen } = watched();
  watching.start({ keep: async () => 'held' });
  await until(() => seen.includes(true));
  for (const without of [{ held: false }, { gone: ['data-key'] }]) {
    Object.assign(state, without);
    await until(() => seen.includes(false));
    Object.assign(state, { held: true, gone: [] });
    seen.length = 0;
    await until(() => seen.includes(true));
    seen.length = 0;
  }
  await watching.stop();
  const { length } = seen;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([seen.length, watching.signal.aborted]).toEqual([length, true]);
});
