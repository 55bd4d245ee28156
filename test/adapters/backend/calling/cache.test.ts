import { describe, expect, it } from '@jest/globals';
import { createCache } from '../../../../src/adapters/backend/calling/cache.ts';
import type { Fetched } from '../../../../src/core/ports.ts';

const answer = (value: string): Fetched => ({
  ok: true,
  records: [{ subject: 'evan', fields: { a: { type: 'text', value } } }],
});

const making = () => {
  let now = 1_000_000;
  const cache = createCache({ clock: { now: () => now } });
  let asked = 0;
  return {
    cache,
    asked: () => asked,
    pass: (ms: number): void => {
      now += ms;
    },
    get: (key: string, come: () => Promise<Fetched> = async () => answer(key), system = 'x') =>
      cache.get({ key, system, forMs: 1_000 }, () => {
        asked += 1;
        return come();
      }),
  };
};

describe('the cache of answers', () => {
  it('gives what it has for as long as it may, and asks again after that or where the clock was set back', async () => {
    const { get, asked, pass } = making();
    expect(await get('a')).toEqual(answer('a'));
    pass(999);
    await get('a');
    expect(asked()).toBe(1);
    pass(1);
    await get('a');
    expect(asked()).toBe(2);
    pass(-10_000);
    await get('a');
    expect(asked()).toBe(3);
  });

  it('keeps no fault', async () => {
    const { get, asked } = making();
    const fault: Fetched = { ok: false, code: 'not-found' };
    for (let i = 0; i < 3; i++) expect(await get('a', async () => fault)).toEqual(fault);
    expect(asked()).toBe(3);
  });

  it('asks again after work that failed with an error, and never gives that one to the next', async () => {
    const { get, asked } = making();
    await expect(get('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await get('a')).toEqual(answer('a'));
    expect(asked()).toBe(2);
  });

  it('asks once for what several ask for at a time', async () => {
    const { get, asked } = making();
    let come: (fetched: Fetched) => void = () => undefined;
    const coming = new Promise<Fetched>((resolve) => {
      come = resolve;
    });
    const all = [1, 2, 3].map(() => get('a', () => coming));
    come(answer('now'));
    expect(await Promise.all(all)).toEqual([answer('now'), answer('now'), answer('now')]);
    expect(asked()).toBe(1);
  });

  it('forgets all of a system in which something was changed, also what was on its way, and nothing of another', async () => {
    const { cache, get, asked } = making();
    await get('a');
    await get('b', undefined, 'y');
    let come: (fetched: Fetched) => void = () => undefined;
    const coming = new Promise<Fetched>((resolve) => {
      come = resolve;
    });
    const before = get('c', () => coming);
    cache.forget('x');
    come(answer('old'));
    expect(await before).toEqual(answer('old'));
    expect(await get('c', async () => answer('new'))).toEqual(answer('new'));
    await get('a');
    await get('b', undefined, 'y');
    expect(asked()).toBe(5);
  });

  it('holds no more than its bounds, whatever is asked for', async () => {
    const { get, asked } = making();
    for (let i = 0; i < 2_500; i++) await get(`k${i}`);
    await get('k2499');
    expect(asked()).toBe(2_500);
    await get('k0');
    expect(asked()).toBe(2_501);
    const long = 'x'.repeat(100_000);
    for (let i = 0; i < 60; i++) await get(`l${i}`, async () => answer(long));
    const before = asked();
    await get('l0');
    expect(asked()).toBe(before + 1);
    await get('too long', async () => answer('x'.repeat(200_000)));
    await get('too long', async () => answer('x'.repeat(200_000)));
    expect(asked()).toBe(before + 3);
  });
});
