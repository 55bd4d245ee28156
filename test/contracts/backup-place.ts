import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BackupPlace, isBackupName } from '../../src/core/backup-ports.ts';

const MOST = 1024 * 1024;

/** What every place of backups promises. `make` gives an empty one. */
export const backupPlaceContract = (
  title: string,
  make: () => Promise<{
    readonly place: BackupPlace;
    /** The same place, as another process sees it. */
    readonly again: () => Promise<BackupPlace>;
  }>,
): void => {
  describe(`${title} keeps`, () => {
    it('a backup as it was given, byte for byte, and another process finds it', async () => {
      const { place, again } = await make();
      const bytes = Buffer.from([0, 255, 10, 13, ...Buffer.from('<xml>&\u{1F511}')]);
      expect(await place.write({ kind: 'state', name: '2026-01-01t00.sotto', bytes })).toBe('written');
      const other = await again();
      expect(await other.read({ kind: 'state', name: '2026-01-01t00.sotto', mostBytes: MOST })).toEqual(bytes);
      expect(await other.list('state')).toEqual([{ name: '2026-01-01t00.sotto', bytes: bytes.length }]);
    });

    it('an empty one, and one of exactly as many bytes as may be read', async () => {
      const { place } = await make();
      for (const size of [0, 70_001]) {
        const bytes = Buffer.alloc(size, 7);
        await place.write({ kind: 'audit', name: `of-${size}`, bytes });
        expect(await place.read({ kind: 'audit', name: `of-${size}`, mostBytes: size })).toEqual(bytes);
      }
    });

    it('nothing at first: an empty list of both kinds, and null for what is not there', async () => {
      const { place } = await make();
      for (const kind of ['state', 'audit'] as const) {
        expect(await place.list(kind)).toEqual([]);
        expect(await place.read({ kind, name: 'nothing', mostBytes: MOST })).toBeNull();
      }
    });

    it('the two kinds apart', async () => {
      const { place } = await make();
      await place.write({ kind: 'state', name: 'same', bytes: Buffer.from('state') });
      await place.write({ kind: 'audit', name: 'same', bytes: Buffer.from('audit, longer') });
      expect(await place.list('state')).toEqual([{ name: 'same', bytes: 5 }]);
      expect(await place.list('audit')).toEqual([{ name: 'same', bytes: 13 }]);
      await place.remove('same');
      expect(await place.list('state')).toEqual([]);
      expect((await place.read({ kind: 'audit', name: 'same', mostBytes: MOST }))?.toString()).toBe('audit, longer');
    });

    it('names in ascending order of their bytes', async () => {
      const { place } = await make();
      const names = ['b', 'a-b', 'a.b', 'ab', 'a', 'a1', '9', 'a-', 'a--b'].filter(isBackupName);
      for (const name of names) await place.write({ kind: 'state', name, bytes: Buffer.from(name) });
      expect((await place.list('state')).map(({ name }) => name)).toEqual(names.toSorted());
    });

    it('what was there first, whatever is written over it', async () => {
      const { place, again } = await make();
      for (const kind of ['state', 'audit'] as const) {
        expect(await place.write({ kind, name: 'one', bytes: Buffer.from('first') })).toBe('written');
        expect(await (await again()).write({ kind, name: 'one', bytes: Buffer.from('second') })).toBe('exists');
        expect((await place.read({ kind, name: 'one', mostBytes: MOST }))?.toString()).toBe('first');
      }
    });

    it('one of several that are written under one name at once, whole', async () => {
      const { place, again } = await make();
      const other = await again();
      const all = [0, 1, 2, 3, 4, 5].map((n) => Buffer.alloc(50_000, n));
      const said = await Promise.all(
        all.map((bytes, n) => (n % 2 === 0 ? place : other).write({ kind: 'audit', name: 'one', bytes })),
      );
      expect(said.filter((word) => word === 'written')).toHaveLength(1);
      const kept = await place.read({ kind: 'audit', name: 'one', mostBytes: MOST });
      expect(all[said.indexOf('written')]?.equals(kept ?? Buffer.alloc(0))).toBe(true);
      expect(await place.list('audit')).toHaveLength(1);
    });
  });

  describe(`${title} forgets`, () => {
    it('what is removed, so that its name is free again, and nothing else', async () => {
      const { place } = await make();
      for (const name of ['one', 'two']) await place.write({ kind: 'state', name, bytes: Buffer.from(name) });
      await place.remove('one');
      expect((await place.list('state')).map(({ name }) => name)).toEqual(['two']);
      expect(await place.read({ kind: 'state', name: 'one', mostBytes: MOST })).toBeNull();
      expect(await place.write({ kind: 'state', name: 'one', bytes: Buffer.from('anew') })).toBe('written');
    });

    it('what was never there, without a word', async () => {
      const { place } = await make();
      await place.remove('never');
      await place.write({ kind: 'state', name: 'one', bytes: Buffer.from('1') });
      await place.remove('never');
      expect(await place.list('state')).toHaveLength(1);
    });
  });

  describe(`${title} refuses`, () => {
    it('to read what is larger than it may be', async () => {
      const { place } = await make();
      await place.write({ kind: 'state', name: 'large', bytes: Buffer.alloc(5_001) });
      await expect(place.read({ kind: 'state', name: 'large', mostBytes: 5_000 })).rejects.toMatchObject({
        code: 'backup-invalid',
        message: expect.stringContaining('larger than 5000 bytes'),
      });
    });

    it('names that mean something else elsewhere, in every verb', async () => {
      const { place } = await make();
      const bad = [
        '',
        '.',
        '..',
        '../x',
        'a/b',
        '/a',
        'a\\b',
        '.a',
        '-a',
        'a.',
        'A',
        'ä',
        'a b',
        'a\n',
        'a\0b',
        'a%2fb',
      ];
      for (const name of [...bad, 'a'.repeat(121)]) {
        const refused = { code: 'backup-invalid' };
        await expect(place.write({ kind: 'state', name, bytes: Buffer.from('x') })).rejects.toMatchObject(refused);
        await expect(place.read({ kind: 'audit', name, mostBytes: MOST })).rejects.toMatchObject(refused);
        await expect(place.remove(name)).rejects.toMatchObject(refused);
      }
      expect(await place.list('state')).toEqual([]);
    });
  });

  it(`${title} takes every name that is one`, async () => {
    const { place } = await make();
    const letter = fc.constantFrom(...'abcxyz0189.-');
    const name = fc.string({ unit: letter, minLength: 1, maxLength: 120 }).filter(isBackupName);
    await fc.assert(
      fc.asyncProperty(name, async (one) => {
        await place.remove(one);
        expect(await place.write({ kind: 'state', name: one, bytes: Buffer.from(one) })).toBe('written');
        expect((await place.read({ kind: 'state', name: one, mostBytes: 120 }))?.toString()).toBe(one);
      }),
      { numRuns: 15 },
    );
    await place.write({ kind: 'state', name: 'a'.repeat(120), bytes: Buffer.from('long') });
    expect((await place.list('state')).some((one) => one.name.length === 120)).toBe(true);
  });
};
