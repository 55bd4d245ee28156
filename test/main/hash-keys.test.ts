import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { hashKeyContext } from '../../src/core/sealing.ts';
import { openStretchKeys } from '../../src/main/backup/stretch-keys.ts';
import { openHashKeys } from '../../src/main/hash-keys.ts';
import { createPlainStore } from '../simulation/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const accepted = (...keys: readonly string[]) => ({ current: keys[0] ?? '', accepted: keys });

/** One store, and processes that start on it with the data keys that they know. */
const stage = () => {
  const store = createPlainStore();
  const warned: string[] = [];
  const clock = createFakeClock();
  let ids = 0;
  const startWith = async (unread: number, ...keys: readonly string[]) => {
    const sealer = createSealer({ dataKey: accepted(...keys) });
    const hashKeys = await openHashKeys({
      store,
      sealer,
      unread,
      random: { id: () => `h${++ids}` },
      clock,
      log: { warn: (event) => void warned.push(event) },
    });
    return { sealer, ...hashKeys };
  };
  const start = async (...keys: readonly string[]) => (await startWith(0, ...keys)).sealer;
  return { store, warned, clock, start, startWith };
};

describe('the keys of hashes', () => {
  it('are made once, also by processes that start at once, and outlive the data key under which they were made', async () => {
    const { store, warned, start } = stage();
    const [one, two] = [newKey(), newKey()];
    const [a, b] = await Promise.all([start(one), start(one)]);
    const hash = a.fingerprint('evan');
    expect(b.fingerprint('evan')).toBe(hash);
    expect(await store.hashKeys.all()).toHaveLength(1);
    const c = await start(two, one);
    expect(c.fingerprint('evan')).toBe(hash);
    // Nobody learns it from the data key alone.
    expect(createSealer({ dataKey: accepted(one) }).fingerprints('evan')).not.toContain(hash);
    expect(warned).toEqual([]);
  });

  it('know what older versions hashed under any data key that was accepted when they were made, for good', async () => {
    const { start } = stage();
    const [one, two, three] = [newKey(), newKey(), newKey()];
    const older = [one, two].map((key) => createSealer({ dataKey: accepted(key) }).fingerprint('evan'));
    const a = await start(two, one);
    expect(a.fingerprints('evan')).toEqual(expect.arrayContaining(older));
    a.rotate(accepted(three));
    expect(a.fingerprints('evan')).toEqual(expect.arrayContaining(older));
  });

  it('are not taken away where they do not open: another one serves, and they count again once they open', async () => {
    const { warned, start } = stage();
    const [one, two] = [newKey(), newKey()];
    const hash = (await start(one)).fingerprint('evan');
    const other = (await start(two)).fingerprint('evan');
    expect(other).not.toBe(hash);
    expect(warned).toEqual(['hash-key.lost']);
    const back = await start(two, one);
    expect(back.fingerprint('evan')).toBe(hash);
    expect(back.fingerprints('evan')).toContain(other);
    expect((await start(one)).fingerprint('evan')).toBe(hash);
  });

  it('are not taken for lost while a data key that is accepted was not tried: the start is refused, and nothing is added', async () => {
    const { store, warned, start, startWith } = stage();
    const [one, two] = [newKey(), newKey()];
    const hash = (await start(one)).fingerprint('evan');
    await expect(startWith(1, two)).rejects.toMatchObject({ code: 'secrets-unavailable' });
    await expect(startWith(1, two)).rejects.toThrow('1 of the accepted versions of "data-key" could not be unwrapped');
    expect(await store.hashKeys.all()).toHaveLength(1);
    expect(warned).toEqual([]);
    expect((await start(two, one)).fingerprint('evan')).toBe(hash);
  });

  it('may begin under a data key alone that opens one of them, and the rest count once it is their turn', async () => {
    const { clock, start, startWith } = stage();
    const [one, two] = [newKey(), newKey()];
    const hash = (await start(one)).fingerprint('evan');
    const other = (await start(two)).fingerprint('evan');
    const process = await startWith(1, two);
    expect(process.sealer.fingerprint('evan')).toBe(other);
    process.sealer.rotate(accepted(two, one));
    await process.keep();
    expect(process.sealer.fingerprints('evan')).not.toContain(hash);
    process.again();
    await process.keep();
    expect(process.sealer.fingerprint('evan')).toBe(hash);
    expect(process.sealer.fingerprints('evan')).toContain(other);
    // What was known stays known, although its data key goes.
    process.sealer.rotate(accepted(two));
    await clock.advance(60_000);
    await process.keep();
    expect(process.sealer.fingerprint('evan')).toBe(hash);
  });

  it('that another process added are known within a minute', async () => {
    const { clock, store, startWith } = stage();
    const one = newKey();
    const process = await startWith(0, one);
    const value = process.sealer.seal(hashKeyContext('other'), JSON.stringify([newKey()]));
    const before = process.sealer.fingerprints('evan');
    await store.hashKeys.add({ id: 'other', value, seen: (await store.hashKeys.all()).map(({ id }) => id) });
    await process.keep();
    expect(process.sealer.fingerprints('evan')).toEqual(before);
    await clock.advance(60_000);
    await process.keep();
    expect(process.sealer.fingerprints('evan')).toHaveLength(before.length + 1);
    expect(process.sealer.fingerprint('evan')).toBe(before[0]);
  });

  it('are not made without end by whoever comes with ever other data keys', async () => {
    const { store, start } = stage();
    for (let at = 0; at < 8; at++) await start(newKey());
    await expect(start(newKey())).rejects.toMatchObject({ code: 'settings' });
    await expect(start(newKey())).rejects.toThrow('Put the data key back');
    expect(await store.hashKeys.all()).toHaveLength(8);
  });
});

describe('the keys of stretches, which lie beside them', () => {
  it('are taken for none of them, and neither keep them from being made nor are lost themselves', async () => {
    const { store, warned, start } = stage();
    const one = newKey();
    const sealer = createSealer({ dataKey: accepted(one) });
    const made = await openStretchKeys({ store, sealer, random: { id: () => 'made' } });
    const hash = (await start(one)).fingerprint('evan');
    expect(createSealer({ dataKey: accepted(one) }).fingerprints('evan')).not.toContain(hash);
    expect((await start(one)).fingerprint('evan')).toBe(hash);
    expect(await openStretchKeys({ store, sealer, random: { id: () => 'again' } })).toEqual(made);
    expect(await store.hashKeys.all()).toHaveLength(2);
    expect(warned).toEqual([]);
  });
});
