import { describe, expect, it } from '@jest/globals';
import { createTokenCache, type Made } from '../../../../src/adapters/backend/signing-in/token-cache.ts';

const NOW = 1_800_000_000_000;

describe('tokens that are kept', () => {
  const opened = (most = 10) => {
    const at = { now: NOW };
    const cache = createTokenCache({ most, clock: { now: () => at.now } });
    let made = 0;
    const make = async (): Promise<Made> => {
      made += 1;
      return { ok: true, token: `token-${made}`, until: at.now + 100_000, stands: async () => true };
    };
    const get = async (key: string): Promise<string> => {
      const got = await cache.get({ key, signal: new AbortController().signal, make });
      return got.ok ? got.token : got.code;
    };
    return { at, cache, get };
  };

  it('are none where the clock was set back to before they were made', async () => {
    const { at, get } = opened();
    expect(await get('a')).toBe('token-1');
    at.now = NOW - 1;
    expect(await get('a')).toBe('token-2');
  });

  it('go where they were refused, and one that came meanwhile under the same key stays', async () => {
    const { cache, get } = opened();
    expect(await get('a')).toBe('token-1');
    cache.drop('a', 'token-0');
    expect(await get('a')).toBe('token-1');
    cache.drop('a', 'token-1');
    expect(await get('a')).toBe('token-2');
  });

  it('are so many and no more: the one that was used longest ago goes first', async () => {
    const { get } = opened(2);
    expect([await get('a'), await get('b'), await get('a'), await get('c')]).toEqual([
      'token-1',
      'token-2',
      'token-1',
      'token-3',
    ]);
    expect([await get('a'), await get('c'), await get('b')]).toEqual(['token-1', 'token-3', 'token-4']);
  });
});
