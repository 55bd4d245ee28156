import { describe, expect, it } from '@jest/globals';
import { SottoError } from '../../src/core/errors.ts';
import type { Secret } from '../../src/core/ports.ts';
import { plainDataKey, unwrappedDataKey } from '../../src/main/data-key.ts';

const wrapped = (key: string): string => `wrapped.v1.https://v/keys/k/1.${key}`;
const accepted = (...all: readonly string[]): Secret => ({ current: all[0] ?? '', accepted: all });

/** A vault whose key unwraps `wrapped(x)` to `x`, unless it is away or x was wrapped by a version that is gone. */
const stage = (first: Secret) => {
  let secret = first;
  let now = 1_000_000;
  const state = { away: false, gone: new Set<string>(), asked: [] as string[], logged: [] as string[] };
  const secrets = unwrappedDataKey({
    secrets: { get: async (name) => (name === 'data-key' ? secret : accepted(`${name}-value`)) },
    wrapping: {
      unwrap: async (text) => {
        state.asked.push(text);
        await Promise.resolve();
        if (state.away) throw new SottoError('secrets-unavailable', 'away');
        if (state.gone.has(text)) throw new SottoError('secrets-unavailable', 'disabled');
        return text.slice(text.lastIndexOf('.') + 1);
      },
    },
    clock: { now: () => now },
    log: { info: () => undefined, warn: () => undefined, error: (event) => void state.logged.push(event) },
  });
  return {
    state,
    get: () => secrets.get('data-key'),
    other: () => secrets.get('slack-bot-token'),
    put: (next: Secret) => {
      secret = next;
    },
    wait: (ms: number) => {
      now += ms;
    },
  };
};

describe('a wrapped data key', () => {
  it('is unwrapped once, however many ask and however often, and other secrets are left as they are', async () => {
    const { state, get, other } = stage(accepted(wrapped('b'), wrapped('a')));
    const all = await Promise.all([get(), get(), get()]);
    for (const one of all) expect(one).toEqual(accepted('b', 'a'));
    await get();
    expect(state.asked).toHaveLength(2);
    expect(await other()).toEqual(accepted('slack-bot-token-value'));
  });

  it('that is put there while the vault’s keys are away is used once they are back; until then the last good one serves', async () => {
    const { state, get, put, wait } = stage(accepted(wrapped('a')));
    await get();
    state.away = true;
    put(accepted(wrapped('b'), wrapped('a')));
    for (let at = 0; at < 10; at++) expect(await get()).toEqual({ ...accepted('a'), unread: 1 });
    // It is not asked for at every look, and said once a minute.
    expect(state.asked).toHaveLength(2);
    expect(state.logged).toEqual(['data-key.not-unwrapped']);
    wait(61_000);
    await get();
    expect(state.logged).toHaveLength(2);
    state.away = false;
    expect(await get()).toEqual({ ...accepted('a'), unread: 1 });
    wait(5_000);
    expect(await get()).toEqual(accepted('b', 'a'));
  });

  it('leaves the memory when it leaves the vault, also during an outage', async () => {
    const { state, get, put } = stage(accepted(wrapped('b'), wrapped('a')));
    await get();
    state.away = true;
    put(accepted(wrapped('b')));
    expect(await get()).toEqual(accepted('b'));
    put(accepted(wrapped('b'), wrapped('a')));
    expect(await get()).toEqual({ ...accepted('b'), unread: 1 });
  });

  it('that is an older one and cannot be unwrapped is counted, and keeps nobody from the others', async () => {
    const { state, get } = stage(accepted(wrapped('b'), wrapped('a')));
    state.gone.add(wrapped('a'));
    expect(await get()).toEqual({ ...accepted('b'), unread: 1 });
    expect(state.logged).toEqual(['data-key.not-unwrapped']);
  });

  it('keeps Sotto from starting where none can be unwrapped', async () => {
    const { state, get } = stage(accepted(wrapped('a')));
    state.away = true;
    await expect(get()).rejects.toMatchObject({ code: 'secrets-unavailable' });
  });

  it('may have plain ones behind it, which open what they sealed, and none before it', async () => {
    const { get, put } = stage(accepted(wrapped('b'), 'plain'));
    expect(await get()).toEqual(accepted('b', 'plain'));
    put(accepted('plain', wrapped('b')));
    await expect(get()).rejects.toMatchObject({ code: 'settings' });
    await expect(get()).rejects.toThrow('says that it is wrapped');
  });

  it('is refused where nothing says by what it was wrapped', async () => {
    for (const all of [[wrapped('a')], ['plain', wrapped('a')]]) {
      const secrets = plainDataKey({ get: async () => accepted(...all) });
      await expect(secrets.get('data-key')).rejects.toMatchObject({ code: 'settings' });
      await expect(secrets.get('data-key')).rejects.toThrow('SOTTO_DATA_KEY_WRAPPED_BY does not say which');
      expect(await secrets.get('other')).toEqual(accepted(...all));
    }
    expect(await plainDataKey({ get: async () => accepted('plain') }).get('data-key')).toEqual(accepted('plain'));
  });
});
