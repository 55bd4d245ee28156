/** A start that is closed: another pack, another hand in the store, and who opens it. */
import { hash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PackEntry } from '../../src/core/audit.ts';
import { restrictionsHash } from '../../src/core/backed-up.ts';
import { recordOf } from '../../src/core/restricting/history.ts';
import type { Restriction } from '../../src/core/types.ts';
import { linksSince } from '../../src/main/pinning/chain.ts';
import type { Mark } from '../../src/main/pinning/marks.ts';
import { type OwnPack, openPinning, type PinningInForce } from '../../src/main/pinning.ts';
import { liftIn, PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

const restriction = (id: string): Restriction => ({ ...PLAIN_RESTRICTION, id, title: id, forbids: ['salary'] });

const bodyOf = (name: string): string => `{"pack":"${name}"}`;
const named = (name: string): string => hash('sha256', bodyOf(name));
const pack = (name: string, stands: ReturnType<OwnPack['stands']> = 'unproved'): OwnPack => ({
  pack: named(name),
  body: bodyOf(name),
  stands: () => stands,
});

describe('a pack and what stands in the store', () => {
  let t: TestWorld;
  let gauges: Record<string, Record<string, number>>;
  let errors: string[];
  beforeEach(() => {
    t = createTestWorld();
    gauges = {};
    errors = [];
  });
  afterEach(() => t.close());

  /** A process with this pack. It finds the store as it is. */
  const open = async (
    own: OwnPack,
    o: { readonly mark?: Mark | null; readonly unsafeAnyPack?: boolean } = {},
  ): Promise<PinningInForce & { caughtUp(): Promise<void> }> => {
    let version = (await t.store.restrictions.current()).version;
    const pinning = await openPinning({
      own,
      store: t.store,
      sealer: t.world.sealer,
      names: t.world.names,
      policy: {
        version: `policy of ${own.pack}`,
        get restrictionsVersion() {
          return version;
        },
      },
      mark: o.mark ?? null,
      linksSince: (since) => linksSince(t.world, since),
      audit: t.world.audit,
      clock: t.world.clock,
      log: { info: () => {}, warn: () => {}, error: (event, { code } = {}) => void errors.push(`${event} ${code}`) },
      metrics: {
        set: (name, values) => {
          gauges[name] = { ...values };
        },
      },
      unsafeAnyPack: o.unsafeAnyPack ?? false,
    });
    return {
      ...pinning,
      caughtUp: async () => {
        version = (await t.store.restrictions.current()).version;
        await pinning.look();
      },
    };
  };
  const started = async (...of: Parameters<typeof open>): ReturnType<typeof open> => {
    const pinning = await open(...of);
    await pinning.settle();
    return pinning;
  };
  const markOf = (pinning: PinningInForce): Mark => {
    const { restrictionsVersion: version, pack: name, restrictions } = pinning.stands();
    return { at: 1, pack: name, restrictions, version };
  };
  const noted = (): readonly PackEntry['how'][] =>
    t.entries.flatMap((entry) => (entry.kind === 'pack' ? [entry.how] : []));

  /** As HR changes it: with a record that only Sotto can seal. */
  const changed = async (o: {
    readonly put?: readonly Restriction[];
    readonly remove?: readonly string[];
    readonly approvedBy?: string | null;
    readonly change?: 'published' | 'approved';
    /** What it says that it left; default: the truth. */
    readonly says?: string;
  }): Promise<void> => {
    const { put = [], remove = [], change = 'published', approvedBy = null } = o;
    const { restrictions: before, version } = await t.store.restrictions.current();
    const gone = [...put.map(({ id }) => id), ...remove];
    const after = [...before.filter(({ id }) => !gone.includes(id)), ...put];
    const detail = {
      proposal: `p${version}`,
      by: 'hugo',
      approvedBy,
      why: 'because',
      pack: named('a'),
      hash: 'policy',
      sentence: { en: 'e', de: 'd' },
      before: [],
      put,
      remove,
      from: restrictionsHash(before),
      to: o.says ?? restrictionsHash(after),
    };
    const record = recordOf(t.world, { after: version, at: 1_000, id: null, change, detail });
    const done = await t.store.restrictions.change({
      expected: version,
      put,
      remove,
      hash: 'policy',
      record,
      settles: null,
    });
    expect(done.ok).toBe(true);
  };
  const approve = (pinning: PinningInForce, expected: number, name: string) =>
    pinning.approve({
      pack: named(name),
      by: ['f1', 'f2'],
      hash: 'policy',
      change: {
        expected,
        record: {
          at: 1_000,
          id: null,
          change: 'approved',
          detail: '',
        },
        settles: null,
      },
    });

  it('that is the first is believed, pinned and on record', async () => {
    const pinning = await started(pack('a'));
    expect([pinning.closed(), noted(), gauges['closed']]).toEqual([null, ['first'], { pack: 0, restrictions: 0 }]);
    expect(await t.store.pins.current()).toMatchObject({ pack: named('a'), by: [] });
    expect((await started(pack('a'))).closed()).toBeNull();
    expect(noted()).toEqual(['first']);
  });

  it('that is proved to permit no more is pinned anew, and closes the one of before where that permits more', async () => {
    const before = await started(pack('a'));
    const { version } = await t.store.restrictions.current();
    const after = await started(pack('b', 'stricter'));
    expect([after.closed(), noted()]).toEqual([null, ['first', 'stricter']]);
    expect(await t.store.pins.current()).toMatchObject({ pack: named('b'), by: [] });
    const [change] = await t.store.restrictions.changes({ before: null, limit: 1 });
    expect(change).toMatchObject({ version: version + 1, change: 'approved', id: null });
    expect(before.closed()).toBeNull();
    await before.caughtUp();
    await after.caughtUp();
    expect([before.closed(), after.closed()]).toEqual(['pack', null]);
    expect(errors).toEqual(['closed pack']);
  });

  it('that might permit more answers nobody until it was approved, then at once and in every process', async () => {
    await started(pack('a'));
    const [one, two] = [await started(pack('b')), await started(pack('b'))];
    const other = await started(pack('c'));
    expect([one.closed(), two.closed(), other.closed()]).toEqual(['pack', 'pack', 'pack']);
    expect(gauges['closed']).toEqual({ pack: 1, restrictions: 0 });
    expect(noted()).toEqual(['first', 'closed', 'closed', 'closed']);
    expect(await t.store.pins.current()).toMatchObject({ pack: named('a') });

    // What one person restricts meanwhile opens nothing.
    await changed({ put: [restriction('r')] });
    await one.caughtUp();
    expect(one.closed()).toBe('pack');

    const { version } = await t.store.restrictions.current();
    expect(await approve(other, version, 'b')).toEqual({ ok: false, why: 'other-pack' });
    expect(await approve(one, version - 1, 'b')).toEqual({ ok: false, why: 'changed' });
    expect(await t.store.pins.current()).toMatchObject({ pack: named('a') });
    await changed({});
    const now = (await t.store.restrictions.current()).version;
    const { record } = await approval('b');
    expect(
      await one.approve({
        pack: named('b'),
        by: ['f1', 'f2'],
        hash: 'policy',
        change: { expected: now, record, settles: null },
      }),
    ).toEqual({ ok: true, version: now + 1 });
    expect(await t.store.pins.current()).toMatchObject({ pack: named('b'), by: ['f1', 'f2'] });
    for (const each of [one, two, other]) await each.caughtUp();
    expect([one.closed(), two.closed(), other.closed()]).toEqual([null, null, 'pack']);
    expect(noted().slice(-3)).toEqual(['approved', 'stands', 'stands']);
  });

  it('that was approved leaves the stricter one of before open, though that looks before all of it is written', async () => {
    const older = await started(pack('a', 'stricter'));
    const newer = await started(pack('b'));
    const { put } = t.store.pins;
    t.store.pins.put = async (o) => {
      // The record of the approval stands, and what it names does not yet.
      await older.caughtUp();
      expect(older.closed()).toBe('pack');
      t.store.pins.put = put;
      return put(o);
    };
    const { version: expected } = await t.store.restrictions.current();
    const change = { expected, record: (await approval('b')).record, settles: null };
    const approved = newer.approve({ pack: named('b'), by: ['f1', 'f2'], hash: 'policy', change });
    expect(await approved).toMatchObject({ ok: true });
    await newer.caughtUp();
    await older.look();
    expect([newer.closed(), older.closed()]).toEqual([null, null]);
  });

  it('is not opened by a pin that another hand puts there while it is closed', async () => {
    await started(pack('a'));
    const newer = await started(pack('b'));
    const pin = { pack: named('b'), body: bodyOf('b'), at: 1, by: ['f1', 'f2'] };
    expect(await t.store.pins.put({ pin, expected: named('a') })).toBe('put');
    await newer.look();
    expect(newer.closed()).toBe('pack');
  });

  const approval = async (name = 'a') => {
    const { restrictions, version } = await t.store.restrictions.current();
    const stands = restrictionsHash(restrictions);
    const detail = {
      proposal: 'p',
      by: 'hugo',
      approvedBy: 'hana',
      why: 'because',
      pack: named(name),
      hash: 'policy',
      sentence: { en: 'e', de: 'd' },
      before: [],
      put: [],
      remove: [],
      from: stands,
      to: stands,
    };
    return { record: recordOf(t.world, { after: version, at: 1_000, id: null, change: 'approved', detail }) };
  };

  it('follows what HR changes, and every such state is on record', async () => {
    const pinning = await started(pack('a'));
    await changed({ put: [restriction('r')] });
    await pinning.caughtUp();
    await changed({ put: [restriction('s')] });
    await changed({ remove: ['r'], approvedBy: 'hana' });
    await pinning.caughtUp();
    expect([pinning.closed(), noted()]).toEqual([null, ['first', 'stands', 'stands']]);
    expect(t.entries.at(-1)).toMatchObject({ restrictions: restrictionsHash([restriction('s')]) });
    expect((await open(pack('a'), { mark: markOf(pinning) })).closed()).toBeNull();
  });

  it('answers nobody while it runs, once something stands that no record leads to', async () => {
    const pinning = await started(pack('a'));
    await changed({ put: [restriction('r')] });
    await pinning.caughtUp();
    await liftIn(t.store.restrictions, { id: 'r' });
    await pinning.caughtUp();
    expect([pinning.closed(), noted().at(-1), errors]).toEqual(['restrictions', 'closed', ['closed restrictions']]);
  });

  it.each([
    ['a record that was copied from before', async () => changed({ remove: ['r'], says: 'another' })],
    ['no record at all', async () => void (await liftIn(t.store.restrictions, { id: 'r' }))],
    [
      'a record that nobody can open',
      async () => {
        const { version } = await t.store.restrictions.current();
        await t.store.restrictions.change({
          expected: version,
          put: [],
          remove: ['r'],
          hash: null,
          record: { at: 1, id: 'r', change: 'lifted', detail: 'forged' },
          settles: null,
        });
      },
    ],
  ])('starts closed where a restriction is gone and there is %s', async (_what, tamper) => {
    const pinning = await started(pack('a'));
    await changed({ put: [restriction('r')] });
    await pinning.caughtUp();
    const mark = markOf(pinning);
    await tamper();
    const next = await started(pack('a'), { mark });
    expect(next.closed()).toBe('restrictions');
    // One person who restricts something else does not hide it, here or at the start after that.
    await changed({ put: [restriction('s')] });
    await next.caughtUp();
    expect([next.closed(), (await open(pack('a'), { mark })).closed()]).toEqual(['restrictions', 'restrictions']);
    // Two who approved what stands do.
    await t.store.restrictions.change({
      expected: (await t.store.restrictions.current()).version,
      put: [],
      remove: [],
      hash: null,
      record: (await approval()).record,
      settles: null,
    });
    await next.caughtUp();
    expect([next.closed(), (await open(pack('a'), { mark })).closed()]).toEqual([null, null]);
  });

  it('starts closed on an older store than the log is of, and open where it restricts the same', async () => {
    const pinning = await started(pack('a'));
    await changed({ put: [restriction('r')] });
    await pinning.caughtUp();
    const mark = markOf(pinning);
    const older = createTestWorld();
    try {
      const before = t;
      t = older;
      await started(pack('a'));
      expect((await open(pack('a'), { mark })).closed()).toBe('restrictions');
      await publishIn(older.store.restrictions, { restriction: restriction('r') });
      expect((await open(pack('a'), { mark })).closed()).toBeNull();
      t = before;
    } finally {
      await older.close();
    }
  });

  it('starts closed on a store that knows of no pack where the log tells of another, and open where it tells of this one', async () => {
    const mark = { at: 1, pack: named('a'), restrictions: restrictionsHash([]), version: 0 };
    expect((await open(pack('b'), { mark })).closed()).toBe('pack');
    expect((await started(pack('a'), { mark })).closed()).toBeNull();
    expect(noted()).toEqual(['first']);
  });

  describe('against whoever may write to the store', () => {
    /** As by hand: no record of it. */
    const pinned = (o: { readonly name: string; readonly body: string }): Promise<unknown> =>
      t.store.pins.put({
        pin: { pack: named(o.name), body: bodyOf(o.body), at: 1, by: ['f1', 'f2'] },
        expected: named('a'),
      });

    it.each([
      ['is written over', 'b', 'b'],
      ['says that more was approved than what it is named after', 'a', 'b'],
    ])('starts closed where the pin %s, and the log says otherwise', async (_what, name, body) => {
      const mark = markOf(await started(pack('a')));
      await pinned({ name, body });
      const next = await started(pack('b', name === 'a' ? 'stricter' : 'unproved'), { mark });
      expect([next.closed(), noted().at(-1)]).toEqual(['pack', 'closed']);
      // The one that was approved is pinned again, and every process hears of it.
      expect((await started(pack('a'), { mark })).closed()).toBeNull();
      expect(await t.store.pins.current()).toMatchObject({ pack: named('a'), body: bodyOf('a') });
      const [newest] = await t.store.restrictions.changes({ before: null, limit: 1 });
      expect(newest?.change).toBe('approved');
    });

    it('believes no pin that is not what it is named after, also where no log tells', async () => {
      await started(pack('a'));
      await pinned({ name: 'a', body: 'b' });
      expect((await started(pack('b', 'stricter'))).closed()).toBe('pack');
    });

    it.each(['published', 'approved'] as const)(
      'starts closed where an old record (%s) is written anew',
      async (change) => {
        const pinning = await started(pack('a'));
        await changed({ put: [restriction('r')] });
        await changed({ remove: ['r'], approvedBy: 'hana', change });
        const [old] = await t.store.restrictions.changes({ before: null, limit: 1 });
        await changed({ put: [restriction('r')] });
        await pinning.caughtUp();
        expect(pinning.closed()).toBeNull();
        const mark = markOf(pinning);
        const { version: expected } = await t.store.restrictions.current();
        if (old === undefined) throw new Error('nothing was recorded');
        const { version: _, ...record } = old;
        await t.store.restrictions.change({ expected, put: [], remove: ['r'], hash: null, record, settles: null });
        await pinning.caughtUp();
        expect([pinning.closed(), (await open(pack('a'), { mark })).closed()]).toEqual([
          'restrictions',
          'restrictions',
        ]);
      },
    );
  });

  it('opens by the approval of two, however far an older store is behind the log', async () => {
    await started(pack('a'));
    const mark = { at: 1, pack: named('a'), restrictions: restrictionsHash([restriction('r')]), version: 40 };
    const next = await started(pack('a'), { mark });
    expect(next.closed()).toBe('restrictions');
    await changed({ put: [restriction('s')] });
    await next.caughtUp();
    expect(next.closed()).toBe('restrictions');
    const { version: expected } = await t.store.restrictions.current();
    const { record } = await approval();
    expect(
      await next.approve({ pack: named('a'), by: [], hash: 'policy', change: { expected, record, settles: null } }),
    ).toMatchObject({ ok: true });
    await next.caughtUp();
    expect([next.closed(), (await open(pack('a'), { mark })).closed()]).toEqual([null, null]);
  });

  it('leaves the pin as it was where the approval came to nothing', async () => {
    await started(pack('a'));
    const next = await started(pack('b'));
    const { version: expected } = await t.store.restrictions.current();
    const { record } = await approval('b');
    expect(
      await next.approve({
        pack: named('b'),
        by: ['f1', 'f2'],
        hash: 'policy',
        change: { expected, record, settles: 'declined-meanwhile' },
      }),
    ).toEqual({ ok: false, why: 'gone' });
    expect(await t.store.pins.current()).toMatchObject({ pack: named('a') });
    expect((await started(pack('b'))).closed()).toBe('pack');
  });

  it('tells every process of a stricter pack, also where something was changed in that moment', async () => {
    const before = await started(pack('a'));
    const next = await open(pack('b', 'stricter'));
    await changed({ put: [restriction('r')] });
    await next.settle();
    expect(await t.store.pins.current()).toMatchObject({ pack: named('a') });
    await next.caughtUp();
    await before.caughtUp();
    expect(await t.store.pins.current()).toMatchObject({ pack: named('b') });
    expect([before.closed(), next.closed()]).toEqual(['pack', null]);
  });

  it('answers whatever it is where people play, and nothing of that is on record', async () => {
    await started(pack('a'));
    const playing = await started(pack('b'), { unsafeAnyPack: true });
    await publishIn(t.store.restrictions, { restriction: restriction('r') });
    await playing.caughtUp();
    expect([playing.closed(), noted()]).toEqual([null, ['first']]);
    expect(await t.store.pins.current()).toMatchObject({ pack: named('b') });
  });
});
