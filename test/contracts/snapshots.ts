import { describe, expect, it } from '@jest/globals';
import type { Leaving, Snapshots, Store } from '../../src/core/ports.ts';
import { PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import { claimed, commitOf, LEASE, leavingOf, NOW, questionOf, refOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const RESTORED = { archive: 'archive-1', madeAt: NOW, home: 'home-1' } as const;

const salary = {
  ...PLAIN_RESTRICTION,
  id: 'salary',
  title: 'Salary',
  forbids: ['salary'],
  exceptGroups: ['payroll'],
  countries: ['DE'],
  words: { en: 'Ask payroll.' },
};

const PIN = { pack: 'pack-1', at: NOW, by: ['of hana', 'of hugo'], body: '{"rules":["permit"]}' };

/** Something of everything that a backup takes, and of everything that it must not. */
export const fill = async (store: Store): Promise<void> => {
  const { version } = await store.restrictions.current();
  const claim = await claimed(
    store,
    questionOf('q1', { counts: [{ name: 'account', key: 'CANARY-count', windowMs: 60_000 }] }),
  );
  await store.inbox.commit(
    commitOf(claim, {
      restrictionsVersion: version,
      state: 'CANARY-state',
      outbox: {
        key: 'CANARY-key',
        reply: 'CANARY-reply',
        placeholder: true,
        expiresMs: null,
        ref: null,
        about: null,
        again: null,
      },
    }),
  );
  await store.inbox.accept(questionOf('q2', { conversation: 'c2', inbound: 'CANARY-inbound' }));
  // Whoever was forgotten since would have their name back.
  await store.nameKeys.keep({ owners: ['CANARY-named'], value: 'CANARY-name-key' });
  await store.orders.place({
    id: 'o1',
    body: 'CANARY-order',
    needed: 1,
    now: NOW,
    until: NOW + LEASE,
    keepUntil: NOW + 2 * LEASE,
  });
  await publishIn(store.restrictions, { restriction: salary });
  await publishIn(store.restrictions, { restriction: { ...salary, id: 'bonus', until: '2030-01-01T00:00:00.000Z' } });
  const record = { at: NOW, id: 'pay|day', change: 'published', detail: 'sealed-detail' } as const;
  for (const change of [record, { ...record, id: null, change: 'approved', at: NOW + 1 } as const])
    await store.restrictions.change({
      expected: null,
      put: [],
      remove: [],
      hash: 'hash-1',
      record: change,
      settles: null,
    });
  await store.pins.put({ pin: PIN, expected: null });
  await store.proposals.put({ id: 'p1', state: 'waiting', body: 'CANARY-proposal', until: NOW + LEASE, now: NOW });
  await store.decisions.add({ decisions: [{ id: 'd1', at: NOW, owner: 'CANARY-owner', value: 'CANARY-decision' }] });
  await store.standing.pause({ since: NOW, by: 'boss', turn: 1 });
  await store.standing.placeHold({
    id: 'h1',
    on: 'person',
    what: 'erin',
    placedAt: NOW,
    by: 'boss',
    hashes: ['a', 'b'],
  });
  await store.standing.placeHold({ id: 'h2', on: 'topic', what: 'salary', placedAt: NOW - 1, by: 'boss' });
  await store.standing.placeRecall({ id: 'r1', intent: null, topic: 'salary', since: NOW });
  await store.standing.placeRecall({ id: 'r2', intent: 'leave.balance', topic: null, since: null });
  await store.origins.lease({ home: 'old', holder: 'p1', now: NOW, leaseMs: LEASE });
  await store.origins.register({ origin: 'slot-0', size: 7 });
  const signIn = { value: 'CANARY-sign-in', now: NOW, until: NOW + 1_000_000 };
  await store.grants.put({ owners: ['CANARY-hash'], seen: null, ...signIn });
  await store.signIns.keep({ key: 'CANARY-link', owner: 'CANARY-hash', ...signIn });
  for (let n = 0; n < 25; n++) {
    const own = { tenant: n % 2 === 0 ? 'T1' : 'T:2', key: `chat ${n}`, owner: n % 3 === 0 ? 'teams:u1' : '' };
    await store.references.keep({ ...own, value: `sealed-${n}`, until: Date.now() + 1_000_000 + n });
  }
  for (let n = 0; n < 60; n++) await store.expiries.schedule(removal(n));
};

const removal = (n: number): Leaving =>
  leavingOf(
    refOf(`1700000000.0000${10 + n}`, {
      platform: n % 2 === 0 ? 'slack' : 'teams',
      tenant: n % 3 === 0 ? 'T1' : 'T:2',
      channel: `D${n % 5}`,
    }),
    NOW + n,
    { about: n % 4 === 0 ? `about-${n}` : null, then: n % 7 === 0 ? 'forget' : 'remove' },
  );

interface Taken {
  readonly stands: Awaited<ReturnType<Snapshots['stands']>>;
  readonly references: readonly unknown[];
  readonly removals: readonly Leaving[];
}

const byText = <T>(all: readonly T[]): readonly T[] =>
  [...new Map(all.map((one) => [JSON.stringify(one), one])).entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);

/** All that a backup would take, page by page. */
export const takeAll = async (store: Store, limit = 7): Promise<Taken> => {
  const { snapshots } = store;
  const all = async <T>(
    page: (cursor: string | null) => Promise<{ readonly items: readonly T[]; readonly cursor: string | null }>,
  ): Promise<readonly T[]> => {
    const items: T[] = [];
    for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
      const got: Awaited<ReturnType<typeof page>> = await page(cursor);
      items.push(...got.items);
      cursor = got.cursor;
    }
    return byText(items);
  };
  return {
    stands: await snapshots.stands(),
    references: await all(async (cursor) => {
      const { references: items, cursor: next } = await snapshots.references({ cursor, limit });
      return { items, cursor: next };
    }),
    removals: await all(async (cursor) => {
      const { removals, cursor: next } = await store.expiries.scan({ cursor, limit });
      const items = removals.map(({ ref, removeAt, about, then, again }) => ({ ref, removeAt, about, then, again }));
      return { items, cursor: next };
    }),
  };
};

/** Puts one store's snapshot into another, empty one. */
export const copyInto = async (store: Store, taken: Taken, lineage = 'line'): Promise<void> => {
  const { snapshots } = store;
  expect(await snapshots.begin({ lineage, restored: RESTORED, stands: taken.stands })).toBe('begun');
  await snapshots.put({
    references: taken.references as Parameters<Snapshots['put']>[0]['references'],
    removals: taken.removals,
  });
  await snapshots.finish();
};

/** The same stands in another store, under a version of its own that is above. */
export const expectSame = (copy: Taken, original: Taken): void => {
  expect(copy.stands.version).toBeGreaterThan(original.stands.version);
  expect({ ...copy.stands, version: 0 }).toEqual({ ...original.stands, version: 0 });
  expect(copy.references).toEqual(original.references);
  expect(copy.removals).toEqual(original.removals);
};

/** What every store promises to backups. */
export const snapshotsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} gives and takes snapshots`, () => {
    it('that hold what stands, references and removals, and come back the same in an empty store', async () => {
      const [full, empty] = [await open(), await open()];
      await fill(full);
      const taken = await takeAll(full);
      expect(taken.stands).toMatchObject({
        restrictions: [{ id: 'bonus' }, { id: 'salary' }],
        paused: { since: NOW, by: 'boss' },
        holds: [{ id: 'h2' }, { id: 'h1', hashes: ['a', 'b'] }],
        recalls: [{ id: 'r1' }, { id: 'r2' }],
        hash: 'hash-1',
        pin: PIN,
        changes: [
          { id: null, change: 'approved', at: NOW + 1, detail: 'sealed-detail' },
          { id: 'pay|day', change: 'published', at: NOW, detail: 'sealed-detail' },
        ],
        origins: [{ origin: 'slot-0', size: 7 }],
      });
      expect([taken.references.length, taken.removals.length]).toEqual([25, 60]);
      expect(await empty.snapshots.isEmpty()).toBe(true);
      await copyInto(empty, taken);
      expectSame(await takeAll(empty), taken);
      expect((await empty.restrictions.current()).version).toBe((await empty.standing.current()).version);
      expect(await empty.pins.current()).toEqual(PIN);
      const { version, hash } = await empty.restrictions.current();
      expect(hash).toBe('hash-1');
      // What comes next goes on from there.
      const { changes } = taken.stands;
      expect(await empty.restrictions.changes({ before: null, limit: 10 })).toEqual(changes);
      const next = { at: NOW + 2, id: 'a', change: 'lifted', detail: 'sealed' } as const;
      const more = { expected: version, put: [], remove: [], hash: null, record: next, settles: null };
      expect(await empty.restrictions.change(more)).toMatchObject({ ok: true });
      expect(await empty.restrictions.changes({ before: null, limit: 10 })).toMatchObject([next, ...changes]);
      expect(await empty.references.find({ tenant: 'T:2', key: 'chat 1', now: NOW })).toBe('sealed-1');
    });

    it('and nothing of what people wrote or were told, of sign-ins, orders, keys or counts', async () => {
      const store = await open();
      await fill(store);
      expect(JSON.stringify(await takeAll(store))).not.toContain('CANARY');
    });

    it('whose removals can be claimed, and whose logs belong to the home and are never leased again', async () => {
      const [full, empty] = [await open(), await open()];
      await fill(full);
      await copyInto(empty, await takeAll(full));
      const due = await empty.expiries.claim({ now: NOW + 100, leaseMs: LEASE, limit: 100 });
      expect(due).toHaveLength(60);
      await empty.expiries.ack({ removals: due });
      expect(await empty.expiries.next()).toBeNull();
      expect(await empty.origins.all()).toEqual([{ origin: 'slot-0', size: 7, home: 'home-1.closed', leasedUntil: 0 }]);
      const leased = await empty.origins.lease({ home: 'home-1', holder: 'p', now: NOW, leaseMs: LEASE });
      expect(leased).toMatchObject({ origin: expect.stringMatching(/^slot-[0-9a-f]{8}-0$/), home: 'home-1' });
    });

    it('into an empty store only: where anything is, nothing is changed', async () => {
      const full = await open();
      await fill(full);
      const taken = await takeAll(full);
      const begin = { lineage: 'line', restored: RESTORED, stands: taken.stands };
      const uses: readonly ((store: Store) => Promise<unknown>)[] = [
        (store) => store.grants.put({ owners: ['p'], seen: null, value: 'sealed', now: NOW, until: NOW + LEASE }),
        (store) => store.signIns.keep({ key: 'k', owner: 'p', value: 'sealed', now: NOW, until: NOW + LEASE }),
        (store) => store.expiries.schedule(removal(1)),
        (store) => publishIn(store.restrictions, { restriction: { ...salary, id: 'other' } }),
        (store) => store.standing.pause({ since: NOW, by: 'x', turn: 1 }),
        (store) => store.origins.lease({ home: 'h', holder: 'p', now: NOW, leaseMs: LEASE }),
        (store) => store.inbox.accept(questionOf('q')),
        (store) => store.hashKeys.add({ id: 'k', value: 'sealed', seen: [] }),
        (store) => store.pins.put({ pin: PIN, expected: null }),
        (store) => store.proposals.put({ id: 'p', state: 'draft', body: 'sealed', until: NOW + LEASE, now: NOW }),
        (store) => store.decisions.add({ decisions: [{ id: 'd', at: NOW, owner: 'o', value: 'sealed' }] }),
      ];
      for (const use of uses) {
        const store = await open();
        await use(store);
        const before = await takeAll(store);
        expect(await store.snapshots.isEmpty()).toBe(false);
        expect(await store.snapshots.begin(begin)).toBe('used');
        expect(await takeAll(store)).toEqual(before);
        expect(await store.snapshots.restored()).toBeNull();
        await expect(store.snapshots.put({ references: [], removals: [removal(2)] })).rejects.toMatchObject({
          code: 'store-unavailable',
        });
      }
    });

    it('again and again, by the same archive and home alone, until it is finished', async () => {
      const [full, store] = [await open(), await open()];
      await fill(full);
      const taken = await takeAll(full);
      const begin = { lineage: 'line', restored: RESTORED, stands: taken.stands };
      expect(await store.snapshots.restored()).toBeNull();
      expect(await store.snapshots.begin(begin)).toBe('begun');
      expect(await store.snapshots.isEmpty()).toBe(false);
      await store.snapshots.put({ references: [], removals: taken.removals.slice(0, 30) });
      expect(await store.snapshots.restored()).toEqual({ ...RESTORED, state: 'restoring' });
      expect(await store.snapshots.begin({ ...begin, restored: { ...RESTORED, archive: 'other' } })).toBe('used');
      expect(await store.snapshots.begin({ ...begin, restored: { ...RESTORED, home: 'other' } })).toBe('used');
      await copyInto(store, taken);
      expectSame(await takeAll(store), taken);
      expect(await store.snapshots.restored()).toEqual({ ...RESTORED, state: 'restored' });
      expect(await store.snapshots.begin(begin)).toBe('used');
      await store.snapshots.settle();
      expect(await store.snapshots.restored()).toBeNull();
    });

    it('under the name of their line, which is given once and comes along', async () => {
      const [full, empty] = [await open(), await open()];
      expect(await full.snapshots.lineage({ lineage: 'first' })).toBe('first');
      expect(await full.snapshots.lineage({ lineage: 'second' })).toBe('first');
      expect(await empty.snapshots.lineage({ lineage: 'own' })).toBe('own');
      expect(await empty.snapshots.isEmpty()).toBe(true);
      await copyInto(empty, await takeAll(full), 'first');
      expect(await empty.snapshots.lineage({ lineage: 'third' })).toBe('first');
    });
  });
};
