import { describe, expect, it } from '@jest/globals';
import type { SignIns, Store } from '../../src/core/ports.ts';
import { MOST_SIGN_INS_OF_ONE } from '../../src/core/stored-sign-ins.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const UNTIL = NOW + 600_000;

const keepIn = (signIns: SignIns, key: string, o: Partial<Parameters<SignIns['keep']>[0]> = {}) =>
  signIns.keep({ key, owner: 'evan', value: `sealed-${key}`, now: NOW, until: UNTIL, ...o });

/** What every keeper of links and of sign-ins that were begun promises. */
export const signInsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps sign-ins that were begun`, () => {
    it('until they are over, and reading uses nothing up', async () => {
      const { signIns } = await open();
      expect(await signIns.read({ key: 'k|%', now: NOW })).toBeNull();
      expect(await keepIn(signIns, 'k|%', { owner: 'o|%{}', value: 'v|a|%' })).toBe('kept');
      for (const now of [NOW, NOW, UNTIL - 1]) expect(await signIns.read({ key: 'k|%', now })).toBe('v|a|%');
      expect(await signIns.read({ key: 'k', now: NOW })).toBeNull();
      expect(await signIns.read({ key: 'k|%', now: UNTIL })).toBeNull();
      expect(await signIns.take({ key: 'k|%', now: UNTIL })).toBeNull();
      expect(await signIns.swap({ key: 'k|%', seen: 'v|a|%', value: 'x', now: UNTIL })).toBe('moved');
    });

    it('for exactly one taker', async () => {
      const { signIns } = await open();
      await keepIn(signIns, 'k1');
      await keepIn(signIns, 'k2');
      const taken = await Promise.all(Array.from({ length: 20 }, () => signIns.take({ key: 'k1', now: NOW })));
      expect(taken.filter((one) => one !== null)).toEqual(['sealed-k1']);
      expect(await signIns.read({ key: 'k1', now: NOW })).toBeNull();
      expect(await signIns.read({ key: 'k2', now: NOW })).toBe('sealed-k2');
    });

    it('and lets one of many go on with what all had seen', async () => {
      const { signIns } = await open();
      await keepIn(signIns, 'k1', { value: 'v|0' });
      const said = await Promise.all(
        Array.from({ length: 20 }, (_, n) => signIns.swap({ key: 'k1', seen: 'v|0', value: `v|${n + 1}`, now: NOW })),
      );
      expect(said.filter((one) => one === 'swapped')).toHaveLength(1);
      const value = `v|${said.indexOf('swapped') + 1}`;
      expect(await signIns.read({ key: 'k1', now: NOW })).toBe(value);
      expect(await signIns.swap({ key: 'k2', seen: 'v|0', value: 'x', now: NOW })).toBe('moved');
      // Its time stays what it was, and so does whose it is.
      expect(await signIns.read({ key: 'k1', now: UNTIL - 1 })).toBe(value);
      expect(await signIns.read({ key: 'k1', now: UNTIL })).toBeNull();
      expect(await signIns.end({ owners: ['evan'] })).toBe(1);
    });

    it('and leaves what stands under a key as it is, until its time is over', async () => {
      const { signIns } = await open();
      await keepIn(signIns, 'k1');
      expect(await keepIn(signIns, 'k1', { owner: 'mona', value: 'other', until: UNTIL + 9 })).toBe('kept');
      expect(await signIns.read({ key: 'k1', now: NOW })).toBe('sealed-k1');
      expect(await keepIn(signIns, 'k1', { owner: 'mona', value: 'next', now: UNTIL, until: UNTIL + 9 })).toBe('kept');
      expect(await signIns.read({ key: 'k1', now: UNTIL })).toBe('next');
      expect(await signIns.end({ owners: ['evan'] })).toBe(0);
      expect(await signIns.end({ owners: ['mona'] })).toBe(1);
    });

    it('until somebody’s are ended, under all their hashes, and nobody else’s', async () => {
      const { signIns } = await open();
      for (const [n, owner] of ['a', 'a|', 'a}', 'b', 'b', 'c'].entries()) await keepIn(signIns, `k${n}`, { owner });
      expect(await signIns.end({ owners: [] })).toBe(0);
      expect(await signIns.end({ owners: ['a', 'b', 'nobody', 'a'] })).toBe(3);
      const left = await Promise.all(Array.from({ length: 6 }, (_, n) => signIns.read({ key: `k${n}`, now: NOW })));
      expect(left).toEqual([null, 'sealed-k1', 'sealed-k2', null, null, 'sealed-k5']);
      expect(await signIns.end({ owners: ['a', 'b'] })).toBe(0);
    });

    it(`and no more than ${MOST_SIGN_INS_OF_ONE} of one person at once, whatever others have`, async () => {
      const { signIns } = await open();
      for (let n = 0; n < MOST_SIGN_INS_OF_ONE; n++)
        expect(await keepIn(signIns, `k${n}`, { until: UNTIL + (n === 0 ? 0 : 9) })).toBe('kept');
      expect(await keepIn(signIns, 'more')).toBe('full');
      expect(await signIns.read({ key: 'more', now: NOW })).toBeNull();
      expect(await keepIn(signIns, 'k7')).toBe('kept');
      for (const owner of ['eva', 'evan2', 'evan|'])
        expect(await keepIn(signIns, `of ${owner}`, { owner })).toBe('kept');
      // One that was taken, and one whose time is over, make room.
      await signIns.take({ key: 'k7', now: NOW });
      expect(await keepIn(signIns, 'more')).toBe('kept');
      expect(await keepIn(signIns, 'and more')).toBe('full');
      expect(await keepIn(signIns, 'and more', { now: UNTIL, until: UNTIL + 9 })).toBe('kept');
    });

    it('and shreds with the sweep those whose time is over, and no others', async () => {
      const { signIns, conversations } = await open();
      await keepIn(signIns, 'k1');
      await keepIn(signIns, 'k2', { until: UNTIL + 1 });
      expect(await conversations.sweep({ now: UNTIL - 1 })).toBe(0);
      expect(await conversations.sweep({ now: UNTIL })).toBe(1);
      expect(await signIns.read({ key: 'k1', now: 0 })).toBeNull();
      expect(await signIns.read({ key: 'k2', now: UNTIL })).toBe('sealed-k2');
    });
  });
};

/** Of a store that was told to keep ten. */
export const boundedSignInsContract = (open: () => Promise<Store>): void => {
  it('beyond its bound no sign-in is begun until one has ended, was taken or is over', async () => {
    const { signIns } = await open();
    for (let n = 0; n < 10; n++) expect(await keepIn(signIns, `k${n}`, { owner: `o${n}` })).toBe('kept');
    expect(await keepIn(signIns, 'more')).toBe('full');
    // What is there is kept, however often it is sent.
    expect(await keepIn(signIns, 'k7', { owner: 'o7' })).toBe('kept');
    await signIns.take({ key: 'k7', now: NOW });
    expect(await keepIn(signIns, 'more')).toBe('kept');
    expect(await keepIn(signIns, 'and more')).toBe('full');
    await signIns.end({ owners: ['o3'] });
    expect(await keepIn(signIns, 'and more')).toBe('kept');
    expect(await keepIn(signIns, 'the last')).toBe('full');
    expect(await keepIn(signIns, 'the last', { now: UNTIL, until: UNTIL + 9 })).toBe('kept');
  });
};
