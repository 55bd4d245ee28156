import { describe, expect, it } from '@jest/globals';
import type { Grants, KeptGrant } from '../../src/core/ports.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const UNTIL = NOW + 1_000;

/** All that the walk finds, each once. */
export const everyGrant = async (grants: Grants, o: { readonly now: number; readonly limit: number }) => {
  const found = new Map<string, KeptGrant>();
  let cursor: string | null = null;
  for (let page = 0; page < 2_000; page++) {
    const got: Awaited<ReturnType<Grants['scan']>> = await grants.scan({ ...o, cursor });
    for (const one of got.grants) found.set(one.owner, one);
    cursor = got.cursor;
    if (cursor === null) return [...found.values()].toSorted((a, b) => (a.owner < b.owner ? -1 : 1));
  }
  throw new Error('the walk has no end');
};

/** What every keeper of sign-ins promises. */
export const grantsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  const putIn = (
    grants: Grants,
    owners: readonly string[],
    value: string,
    o: Partial<Parameters<Grants['put']>[0]> = {},
  ) => grants.put({ owners, seen: null, value, now: NOW, until: UNTIL, ...o });

  describe(`${name} keeps sign-ins`, () => {
    it('of one person, and knows none of anybody else', async () => {
      const { grants } = await open();
      expect(await grants.find({ owners: ['evan|%'], now: NOW })).toBeNull();
      expect(await putIn(grants, ['evan|%'], 'sealed|1')).toBe('put');
      expect(await grants.find({ owners: ['evan|%'], now: NOW })).toEqual({
        owner: 'evan|%',
        value: 'sealed|1',
        until: UNTIL,
      });
      for (const owners of [['evan'], ['mona'], []]) expect(await grants.find({ owners, now: NOW })).toBeNull();
    });

    it('until they are over, and what is over is as if it never was', async () => {
      const { grants } = await open();
      await putIn(grants, ['evan'], 'sealed-1');
      expect(await grants.find({ owners: ['evan'], now: UNTIL - 1 })).toMatchObject({ value: 'sealed-1' });
      expect(await grants.find({ owners: ['evan'], now: UNTIL })).toBeNull();
      const late = { now: UNTIL, until: UNTIL + 1_000 };
      expect(await putIn(grants, ['evan'], 'sealed-2', { ...late, seen: 'sealed-1' })).toBe('moved');
      expect(await putIn(grants, ['evan'], 'sealed-2', late)).toBe('put');
      expect(await grants.find({ owners: ['evan'], now: UNTIL })).toMatchObject({ value: 'sealed-2' });
    });

    it('and puts another in their place for whoever saw what stands, and for nobody else', async () => {
      const { grants } = await open();
      await putIn(grants, ['evan'], 'sealed-1');
      expect(await putIn(grants, ['evan'], 'sealed-2')).toBe('moved');
      expect(await putIn(grants, ['evan'], 'sealed-2', { seen: 'sealed-0' })).toBe('moved');
      expect(await grants.find({ owners: ['evan'], now: NOW })).toMatchObject({ value: 'sealed-1', until: UNTIL });
      expect(await putIn(grants, ['evan'], 'sealed-2', { seen: 'sealed-1', until: UNTIL + 5 })).toBe('put');
      expect(await grants.find({ owners: ['evan'], now: NOW })).toMatchObject({ value: 'sealed-2', until: UNTIL + 5 });
      expect(await putIn(grants, [], 'sealed-3')).toBe('moved');
    });

    it('for one of many who put at once', async () => {
      const { grants } = await open();
      const said = await Promise.all(Array.from({ length: 20 }, (_, n) => putIn(grants, ['evan'], `sealed-${n}`)));
      expect(said.filter((one) => one === 'put')).toHaveLength(1);
      expect(await grants.find({ owners: ['evan'], now: NOW })).toMatchObject({
        value: `sealed-${said.indexOf('put')}`,
      });
    });

    it('of somebody by any of their hashes, and moves them under the newest', async () => {
      const { grants } = await open();
      await putIn(grants, ['old'], 'sealed-1');
      expect(await grants.find({ owners: ['new', 'old'], now: NOW })).toMatchObject({
        owner: 'old',
        value: 'sealed-1',
      });
      expect(await putIn(grants, ['new', 'old'], 'sealed-2')).toBe('moved');
      expect(await putIn(grants, ['new', 'old'], 'sealed-2', { seen: 'sealed-1' })).toBe('put');
      expect(await grants.find({ owners: ['new', 'old'], now: NOW })).toMatchObject({ owner: 'new' });
      expect(await grants.find({ owners: ['old'], now: NOW })).toBeNull();
    });

    it('until they are ended, under all hashes and of nobody else', async () => {
      const { grants } = await open();
      for (const owner of ['old', 'new', 'mona']) await putIn(grants, [owner], `sealed-${owner}`);
      expect(await grants.end({ owners: ['new', 'old', 'new', 'nobody'] })).toBe(2);
      expect(await grants.end({ owners: ['new', 'old'] })).toBe(0);
      expect(await grants.end({ owners: [] })).toBe(0);
      expect(await grants.find({ owners: ['new', 'old'], now: NOW })).toBeNull();
      expect(await grants.find({ owners: ['mona'], now: NOW })).not.toBeNull();
      // Who had seen it does not bring it back.
      expect(await putIn(grants, ['new'], 'sealed', { seen: 'sealed-new' })).toBe('moved');
    });

    it('and tells of all whose time is not over, whatever the pages', async () => {
      const { grants } = await open();
      expect(await everyGrant(grants, { now: NOW, limit: 3 })).toEqual([]);
      const owners = Array.from({ length: 9 }, (_, n) => `o|${n}`);
      for (const [n, owner] of owners.entries()) await putIn(grants, [owner], `v|${n}`, { until: NOW + 1 + n });
      const all = owners.map((owner, n) => ({ owner, value: `v|${n}`, until: NOW + 1 + n }));
      for (const limit of [1, 3, 9, 10_000]) {
        expect(await everyGrant(grants, { now: NOW, limit })).toEqual(all);
        expect(await everyGrant(grants, { now: NOW + 3, limit })).toEqual(all.slice(3));
      }
    });

    it('and shreds with the sweep those whose time is over, and no others', async () => {
      const { grants, conversations } = await open();
      await putIn(grants, ['evan'], 'sealed-1');
      await putIn(grants, ['mona'], 'sealed-2', { until: UNTIL + 1 });
      expect(await conversations.sweep({ now: UNTIL - 1 })).toBe(0);
      expect(await conversations.sweep({ now: UNTIL })).toBe(1);
      expect(await everyGrant(grants, { now: 0, limit: 9 })).toMatchObject([{ owner: 'mona' }]);
    });
  });
};
