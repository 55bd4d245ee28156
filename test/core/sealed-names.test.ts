import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameCipher } from '../../src/adapters/sealer/names.ts';
import { createSealer, type RotatingSealer } from '../../src/adapters/sealer/sealer.ts';
import type { NameKeys } from '../../src/core/ports.ts';
import { createSealedNames, type SealedNames } from '../../src/core/sealed-names.ts';
import { createPlainStore } from '../simulation/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { DATA_KEY } from '../support/world.ts';

const HASH_KEYS = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];

describe('the name of a person in the audit log', () => {
  let clock: ReturnType<typeof createFakeClock>;
  let nameKeys: NameKeys;
  let sealer: RotatingSealer;
  let trips: string[];
  let counted: string[];
  let fails: boolean;

  /** A process on this store. */
  const open = (): SealedNames => {
    const told =
      <A, R>(verb: string, run: (o: A) => Promise<R>) =>
      async (o: A): Promise<R> => {
        trips.push(verb);
        if (fails) throw Object.assign(new Error('away'), { code: 'store-unavailable' });
        return run(o);
      };
    const store = {
      nameKeys: {
        find: told('find', nameKeys.find),
        keep: told('keep', nameKeys.keep),
        forget: told('forget', nameKeys.forget),
      },
    };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const metrics = { count: (name: string) => void counted.push(name) };
    return createSealedNames({ store, sealer, cipher: nameCipher, clock, log, metrics });
  };
  const of = (names: SealedNames, person: string, purpose: 'asker' | 'officer' = 'asker') =>
    names.of({ person, purpose });
  const read = (names: SealedNames, person: string, name: string | null, purpose: 'asker' | 'officer' = 'asker') =>
    names.open({ fingerprint: sealer.fingerprint(person), name: name ?? '', purpose });

  beforeEach(() => {
    clock = createFakeClock();
    nameKeys = createPlainStore().nameKeys;
    sealer = createSealer({ dataKey: { current: DATA_KEY, accepted: [DATA_KEY] } });
    sealer.hashBy([HASH_KEYS[0]]);
    trips = [];
    counted = [];
    fails = false;
  });

  it('opens to their directory id, in every process, and holds nothing of it that can be read', async () => {
    const [one, other] = [open(), open()];
    const name = await of(one, 'evan@example.com');
    expect(name).not.toBeNull();
    expect(name).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(name ?? '', 'base64url').toString('latin1')).not.toContain('evan');
    expect(await read(other, 'evan@example.com', name)).toBe('evan@example.com');
    // Whoever was first, it is one key.
    const later = await of(other, 'evan@example.com');
    expect(await read(one, 'evan@example.com', later)).toBe('evan@example.com');
  });

  it('opens for nobody else, as nothing else, and not when a bit of it is another', async () => {
    const names = open();
    const name = (await of(names, 'evan')) ?? '';
    await of(names, 'erin');
    expect(await read(names, 'erin', name)).toBeNull();
    expect(await read(names, 'evan', name, 'officer')).toBeNull();
    // Moved into an entry about somebody else, with the hash under which its key lies written before it.
    expect(await read(names, 'erin', `${sealer.fingerprint('evan')}.${name}`)).toBeNull();
    expect(await read(names, 'evan', `${sealer.fingerprint('evan')}.${name}`)).toBe('evan');
    expect(await read(names, 'evan', await of(names, 'evan', 'officer'), 'officer')).toBe('evan');
    const bytes = Buffer.from(name, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(await read(names, 'evan', altered.toString('base64url'))).toBeNull();
    }
  });

  it('costs no trip to the store but the first in ten minutes', async () => {
    const names = open();
    const first = await of(names, 'evan');
    expect(trips).toEqual(['find', 'keep']);
    for (let n = 0; n < 100; n++) expect(await of(names, 'evan')).toBe(first);
    expect(trips).toHaveLength(2);
    await clock.advance(10 * 60_000);
    expect(await of(names, 'evan')).not.toBe(first);
    expect(trips).toEqual(['find', 'keep', 'find']);
    // Another process finds it there.
    await of(open(), 'evan');
    expect(trips.slice(3)).toEqual(['find']);
  });

  it('is asked for once, however many ask at once', async () => {
    const names = open();
    const all = await Promise.all(Array.from({ length: 50 }, () => of(names, 'evan')));
    expect(new Set(all).size).toBe(1);
    expect(trips).toEqual(['find', 'keep']);
  });

  it('is remembered of ten thousand at most, the latest of them', async () => {
    const names = open();
    for (let n = 0; n <= 10_000; n++) await of(names, `person-${n}`);
    trips = [];
    await of(names, 'person-10000');
    expect(trips).toEqual([]);
    await of(names, 'person-0');
    expect(trips).toEqual(['find']);
  });

  it('is shredded in every process at once, and what another one writes of them until its time is over opens for nobody', async () => {
    const [one, other] = [open(), open()];
    const before = await of(one, 'evan');
    const there = await of(other, 'evan');
    const bystander = await of(one, 'erin');
    expect(await one.forget('evan')).toBe(1);
    expect(await one.forget('evan')).toBe(0);
    for (const name of [before, there]) expect(await read(other, 'evan', name)).toBeNull();
    // Whoever asks again is named again where they were forgotten …
    const again = await of(one, 'evan');
    expect(await read(one, 'evan', again)).toBe('evan');
    // … and elsewhere within ten minutes.
    expect(await read(one, 'evan', await of(other, 'evan'))).toBeNull();
    await clock.advance(10 * 60_000);
    expect(await read(one, 'evan', await of(other, 'evan'))).toBe('evan');
    // What was written before opens for nobody, whatever came since.
    for (const name of [before, there]) expect(await read(one, 'evan', name)).toBeNull();
    expect(await read(one, 'erin', bystander)).toBe('erin');
  });

  it('can be had by the fingerprint alone once they were named, and never makes a key by itself', async () => {
    const names = open();
    const byFingerprint = () => names.byFingerprint({ fingerprint: sealer.fingerprint('hana'), purpose: 'officer' });
    expect(await byFingerprint()).toBeNull();
    expect(trips).toEqual(['find']);
    await clock.advance(10_000);
    await of(names, 'hana');
    expect(await read(names, 'hana', await byFingerprint(), 'officer')).toBe('hana');
    await names.forget('hana');
    expect(await byFingerprint()).toBeNull();
    expect(await nameKeys.find({ owners: sealer.fingerprints('hana') })).toBeNull();
  });

  it('opens after hashes are made by another key, the old ones and the new', async () => {
    const names = open();
    const old = await of(names, 'evan');
    const fingerprint = sealer.fingerprint('evan');
    sealer.hashBy([HASH_KEYS[1], HASH_KEYS[0]]);
    expect(sealer.fingerprint('evan')).not.toBe(fingerprint);
    const anew = await of(names, 'evan');
    expect(await read(names, 'evan', anew)).toBe('evan');
    expect(await names.open({ fingerprint, name: old ?? '', purpose: 'asker' })).toBe('evan');
    // A name says under which hash its key lies; of another's it opens nothing.
    await of(names, 'erin');
    const [, body = ''] = (anew ?? '').split('.');
    expect(await read(names, 'evan', `${sealer.fingerprint('erin')}.${body}`)).toBeNull();
    expect(await names.forget('evan')).toBe(1);
    expect(await read(names, 'evan', anew)).toBeNull();
    expect(await names.open({ fingerprint, name: old ?? '', purpose: 'asker' })).toBeNull();
  });

  it('is none where the store is away or its key opens under no data key, which is counted, and tried again soon', async () => {
    const names = open();
    fails = true;
    expect(await of(names, 'evan')).toBeNull();
    expect(await of(names, 'evan')).toBeNull();
    expect([trips.length, counted]).toEqual([1, ['names_missing']]);
    fails = false;
    await clock.advance(10_000);
    const name = await of(names, 'evan');
    expect(await read(names, 'evan', name)).toBe('evan');
    // Another data key, and nobody has the old one: the key of the name stays where it lies.
    const other = Buffer.alloc(32, 9).toString('base64');
    sealer.rotate({ current: other, accepted: [other] });
    expect(await of(open(), 'evan')).toBeNull();
    expect(await read(names, 'evan', name)).toBeNull();
    sealer.rotate({ current: DATA_KEY, accepted: [DATA_KEY] });
    expect(await read(names, 'evan', name)).toBe('evan');
    expect(counted).toEqual(['names_missing', 'names_missing']);
  });

  it('says what it does when asked to read a name and the store is away: it refuses', async () => {
    const names = open();
    const name = await of(names, 'evan');
    fails = true;
    await expect(read(names, 'evan', name)).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(names.forget('evan')).rejects.toMatchObject({ code: 'store-unavailable' });
  });
});

describe('the cipher of names', () => {
  it('gives back whatever it was given, under the same key and bound alike, never the same twice, and no length but in steps', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.string(), (plain, bound) => {
        if (!plain.isWellFormed() || Buffer.byteLength(plain) > 1_024) return;
        const key = nameCipher.newKey();
        const sealed = nameCipher.seal({ key, bound, plain });
        expect(nameCipher.open({ key, bound, sealed })).toBe(plain);
        expect(nameCipher.seal({ key, bound, plain })).not.toBe(sealed);
        expect(nameCipher.open({ key: nameCipher.newKey(), bound, sealed })).toBeNull();
        expect(nameCipher.open({ key, bound: `${bound}.`, sealed })).toBeNull();
        expect((Buffer.from(sealed, 'base64url').length - 28) % 32).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('opens nothing that is no name', () => {
    const key = nameCipher.newKey();
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000 }), (sealed) => {
        expect(nameCipher.open({ key, bound: '', sealed })).toBeNull();
      }),
    );
    expect(() => nameCipher.seal({ key, bound: '', plain: 'x'.repeat(1_025) })).toThrow('longer');
  });
});
