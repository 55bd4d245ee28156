import { describe, expect, it } from '@jest/globals';
import type { RestrictionChange, SealedValue, SealedValues, Store } from '../../src/core/ports.ts';
import { changeRecord } from '../../src/core/stored-restrictions.ts';
import { buryOf, claimed, commitOf, LEASE, leavingOf, NOW, outboxOf, parkOf, questionOf, refOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const UNTIL = NOW + 3_600_000;

/** All that the walk finds. */
export const everySealed = async (sealed: SealedValues, limit = 2): Promise<readonly SealedValue[]> => {
  const found: SealedValue[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 2_000; page++) {
    const got: Awaited<ReturnType<SealedValues['scan']>> = await sealed.scan({ cursor, limit });
    found.push(...got.values);
    cursor = got.cursor;
    if (cursor === null) return found;
  }
  throw new Error('the walk has no end');
};

/** Each once, told in one line. */
const told = (values: readonly SealedValue[]): readonly string[] =>
  [
    ...new Set(
      values.map(({ kind, tenant, owner, record, value, busy }) =>
        [kind, tenant, owner, record, value, busy ? 'busy' : 'free'].join(' '),
      ),
    ),
  ].toSorted();

/** One of everything that a store is given sealed. */
const fill = async (store: Store): Promise<void> => {
  const { inbox, references, orders, expiries, hashKeys, proposals, restrictions, decisions, donations } = store;
  // Committed and let go, behind it one that waits.
  const first = await claimed(store, questionOf('q1', { conversation: 'c|1', tenant: 'T:1', account: 'slack:U1' }));
  await inbox.accept(questionOf('q2', { conversation: 'c|1', tenant: 'T:1', account: 'slack:U1' }));
  await inbox.commit(commitOf(first, { outbox: outboxOf({ again: 'sealed-again-1' }) }));
  await inbox.release({ id: first.id, lease: first.lease, notBefore: NOW + 10 });
  const parked = await claimed(store, questionOf('q3', { conversation: 'c3', account: 'teams:u3' }));
  await inbox.park(parkOf(parked, { until: UNTIL }));
  const dead = await claimed(store, questionOf('q4', { conversation: 'c4', account: 'slack:U4' }));
  await inbox.bury(buryOf(dead));
  await claimed(store, questionOf('q5', { conversation: 'c5', account: 'slack:U5' }));
  await references.keep({ tenant: 'T2', key: 'chat|%', owner: '', value: 'sealed-reference', until: UNTIL });
  const ref = refOf('1771442483.000123', { platform: 'teams', tenant: 'T3' });
  await expiries.schedule(leavingOf(ref, UNTIL, { again: 'sealed-again-2' }));
  await expiries.schedule(leavingOf(refOf('m2'), UNTIL));
  const times = { now: NOW, until: UNTIL, keepUntil: UNTIL };
  await orders.place({ id: 'o1', body: 'sealed-order', needed: 1, ...times });
  await hashKeys.add({ id: 'h1', value: 'sealed-hash-key', seen: [] });
  await proposals.put({ id: 'p|1', state: 'waiting', body: 'sealed-proposal', until: UNTIL, now: NOW });
  await restrictions.change(changeOf({ at: NOW, id: 'pay|%', change: 'published', detail: 'sealed-detail-1' }));
  await restrictions.change(changeOf({ at: NOW + 1, id: null, change: 'approved', detail: 'sealed-detail-2' }));
  const asked = { id: 'Q|1', at: NOW, owner: 'hash|of' };
  await decisions.add({ decisions: [{ ...asked, value: 'sealed-decision|1' }] });
  await donations.add({ id: 'D|1', at: NOW, owner: 'hash|by', value: 'sealed-donation|1', now: NOW });
  await store.grants.put({ owners: ['hash|in'], seen: null, value: 'sealed-grant|1', now: NOW, until: UNTIL });
  await store.nameKeys.keep({ owners: ['hash|named'], value: 'sealed-name-key|1' });
  await store.writes.begin({ id: 'W|1', owner: 'hash|wrote', value: 'sealed-write|1', most: null, now: NOW });
  // Lives for minutes, and is not wrapped anew.
  await store.signIns.keep({ key: 'k', owner: 'hash|in', value: 'sealed-sign-in', now: NOW, until: UNTIL });
  const kept = { value: 'sealed-installation|1', endsAt: null, renewAt: null, now: NOW };
  await store.installations.install({ platform: 'slack', tenant: 'T|7', ...kept });
  await store.installations.end({ platform: 'teams', tenant: 'T|8', mark: 'hash', code: 'x', now: NOW });
};

const changeOf = (record: Omit<RestrictionChange, 'version'>) => ({
  expected: null,
  put: [],
  remove: [],
  hash: null,
  record,
  settles: null,
});

const FILLED = [
  'again T3 teams  sealed-again-2 free',
  'again T:1 slack  sealed-again-1 free',
  'decision  hash|of Q|1 sealed-decision|1 free',
  'conversation T:1 slack:U1 c|1 state-after-q1 free',
  'donation  hash|by D|1 sealed-donation|1 free',
  'grant  hash|in  sealed-grant|1 free',
  'hash-key   h1 sealed-hash-key free',
  'inbound T1 slack:U4 c4 sealed-q4 free',
  'inbound T1 slack:U5 c5 sealed-q5 busy',
  'inbound T1 teams:u3 c3 sealed-q3 free',
  'inbound T:1 slack:U1 c|1 sealed-q1 free',
  'inbound T:1 slack:U1 c|1 sealed-q2 free',
  'installation T|7 slack  sealed-installation|1 free',
  'name-key  hash|named  sealed-name-key|1 free',
  'order   o1 sealed-order free',
  'proposal   p|1 sealed-proposal free',
  `restriction   ${changeRecord({ at: NOW, change: 'published', id: 'pay|%' })} sealed-detail-1 free`,
  `restriction   ${changeRecord({ at: NOW + 1, change: 'approved', id: null })} sealed-detail-2 free`,
  'reference T2  chat|% sealed-reference free',
  'reply T:1 slack:U1 q1 sealed-reply free',
  'write  hash|wrote W|1 sealed-write|1 free',
].toSorted();

const anew = (values: readonly SealedValue[]) =>
  values.map(({ place, value }) => ({ place, had: value, has: `new-${value}` }));

/** What every store promises of what it keeps sealed. */
export const sealedContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} walks over what is sealed`, () => {
    it('and finds everything, page by page, with whose it is and whether somebody works on it', async () => {
      const store = await open();
      expect(await everySealed(store.sealed)).toEqual([]);
      await fill(store);
      for (const limit of [1, 3, 500]) expect(told(await everySealed(store.sealed, limit))).toEqual(FILLED);
      // What everything else is recognised by is on the first page: it must not wait for the rest.
      const first = await store.sealed.scan({ cursor: null, limit: 100 });
      expect(first.values.map(({ kind }) => kind)).toContain('hash-key');
    });

    it('and puts in its place what was wrapped anew, wherever that lies', async () => {
      const store = await open();
      await fill(store);
      const found = await everySealed(store.sealed, 500);
      expect(await store.sealed.swap({ changes: anew(found.filter(({ busy }) => !busy)) })).toBe(FILLED.length - 1);
      const after = FILLED.map((line) =>
        line.endsWith('busy') ? line : line.replace(/ (sealed-|state-after-)/, ' new-$1'),
      );
      expect(told(await everySealed(store.sealed))).toEqual(after.toSorted());
      // Whoever reads it by its own verb finds it so, and nothing else of it has changed.
      expect(await store.references.find({ tenant: 'T2', key: 'chat|%', now: NOW })).toBe('new-sealed-reference');
      expect((await store.orders.find({ id: 'o1', now: NOW }))?.body).toBe('new-sealed-order');
      expect(await store.hashKeys.all()).toEqual([{ id: 'h1', value: 'new-sealed-hash-key' }]);
      expect(await store.proposals.find({ id: 'p|1', now: NOW })).toMatchObject({
        state: 'waiting',
        body: 'new-sealed-proposal',
        until: UNTIL,
      });
      expect(await store.restrictions.changes({ before: null, limit: 9 })).toMatchObject([
        { at: NOW + 1, id: null, change: 'approved', detail: 'new-sealed-detail-2' },
        { at: NOW, id: 'pay|%', change: 'published', detail: 'new-sealed-detail-1' },
      ]);
      expect(await store.decisions.scan({ since: NOW, cursor: null, limit: 9 })).toMatchObject({
        decisions: [{ id: 'Q|1', at: NOW, owner: 'hash|of', value: 'new-sealed-decision|1' }],
      });
      expect(await store.donations.scan({ now: NOW, cursor: null, limit: 9 })).toMatchObject({
        donations: [{ id: 'D|1', at: NOW, owner: 'hash|by', value: 'new-sealed-donation|1' }],
      });
      expect(await store.grants.find({ owners: ['hash|in'], now: NOW })).toEqual({
        owner: 'hash|in',
        value: 'new-sealed-grant|1',
        until: UNTIL,
      });
      expect(await store.nameKeys.find({ owners: ['hash|named'] })).toEqual({
        owner: 'hash|named',
        value: 'new-sealed-name-key|1',
      });
      expect(await store.writes.find({ id: 'W|1', now: NOW })).toMatchObject({
        owner: 'hash|wrote',
        state: 'begun',
        value: 'new-sealed-write|1',
      });
      expect(await store.installations.find({ platform: 'slack', tenant: 'T|7' })).toMatchObject({
        state: 'installed',
        value: 'new-sealed-installation|1',
      });
      expect(await store.conversations.read({ tenant: 'T:1', conversation: 'c|1', now: NOW })).toBe(
        'new-state-after-q1',
      );
      const [claim] = await store.inbox.claim({ now: NOW + 10, leaseMs: LEASE, limit: 1 });
      expect(claim).toMatchObject({ id: 'q1', inbound: 'new-sealed-q1', attempts: 2 });
      expect(claim?.outbox).toEqual(outboxOf({ reply: 'new-sealed-reply', again: 'new-sealed-again-1' }));
      const [due] = await store.expiries.claim({
        now: UNTIL,
        leaseMs: LEASE,
        limit: 9,
        allow: (t) => (t === 'T3' ? 1 : 0),
      });
      expect(due).toMatchObject({ again: 'new-sealed-again-2', removeAt: UNTIL, attempts: 0 });
    });

    it('and puts nothing where it was changed, shredded, ended or taken up since', async () => {
      const store = await open();
      const { inbox, conversations, references, expiries, orders } = store;
      await fill(store);
      const found = await everySealed(store.sealed, 500);
      // Changed, in the case of the committed question by somebody who works on it.
      const [claim] = await inbox.claim({ now: NOW + 10, leaseMs: LEASE, limit: 1 });
      expect(claim?.id).toBe('q1');
      await references.keep({ tenant: 'T2', key: 'chat|%', owner: '', value: 'other', until: UNTIL });
      // Shredded, ended, dropped, taken up.
      await conversations.shred({ tenant: 'T:1', conversation: 'c|1' });
      for (const [id, conversation] of [
        ['q3', 'c3'],
        ['q4', 'c4'],
      ] as const)
        await inbox.drop({ tenant: 'T1', conversation, id, now: NOW });
      await expiries.claim({ now: UNTIL, leaseMs: LEASE, limit: 9 }).then((removals) => expiries.ack({ removals }));
      await orders.confirm({ id: 'o1', confirmation: { person: 'p', by: 'b', at: NOW, proof: 'x' }, now: NOW });
      await orders.claim({ now: NOW, leaseMs: LEASE, limit: 1 });
      await store.proposals.drop({ id: 'p|1' });
      await store.decisions.forget({ owners: ['hash|of'] });
      await store.donations.forget({ owners: ['hash|by'] });
      await store.grants.end({ owners: ['hash|in'] });
      await store.installations.end({ platform: 'slack', tenant: 'T|7', mark: '', code: 'x', now: NOW });
      // What became of the restrictions stays as it was written.
      await store.nameKeys.forget({ owners: ['hash|named'] });
      await store.writes.forget({ owners: ['hash|wrote'] });
      const stays = ['sealed-q2', 'sealed-hash-key', 'sealed-detail-1', 'sealed-detail-2'];
      const changed = found.filter(({ value }) => !stays.includes(value));
      expect(await store.sealed.swap({ changes: anew(changed) })).toBe(0);
      expect((await everySealed(store.sealed)).filter(({ value }) => value.startsWith('new-'))).toEqual([]);
      // What was gone is gone still.
      expect(await conversations.read({ tenant: 'T:1', conversation: 'c|1', now: NOW })).toBeNull();
      expect(await references.find({ tenant: 'T2', key: 'chat|%', now: NOW })).toBe('other');
    });

    it('and a second time finds nothing where the first has put something', async () => {
      const store = await open();
      await fill(store);
      const changes = anew((await everySealed(store.sealed, 500)).filter(({ busy }) => !busy));
      const both = await Promise.all([store.sealed.swap({ changes }), store.sealed.swap({ changes })]);
      expect(both[0] + both[1]).toBe(FILLED.length - 1);
      expect(await store.sealed.swap({ changes })).toBe(0);
    });

    it('and heeds no place that it never gave', async () => {
      const store = await open();
      await fill(store);
      for (const place of ['', 'x', 'inbox|seq|1', 'inbox|inbound|x', 'sotto|a|b|c'])
        expect(await store.sealed.swap({ changes: [{ place, had: 'sealed-q2', has: 'new' }] })).toBe(0);
      expect(await store.sealed.scan({ cursor: 'of|nobody', limit: 10 })).toMatchObject({});
      expect(told(await everySealed(store.sealed))).toEqual(FILLED);
    });

    it('to its end while many come and go', async () => {
      const store = await open();
      for (let at = 0; at < 40; at++)
        await store.references.keep({ tenant: 'T1', key: `k${at}`, owner: '', value: `v${at}`, until: UNTIL + at });
      const seen = new Set<string>();
      let cursor: string | null = null;
      for (let page = 0; page < 500; page++) {
        const got: Awaited<ReturnType<SealedValues['scan']>> = await store.sealed.scan({ cursor, limit: 5 });
        for (const { value } of got.values) seen.add(value);
        await store.references.keep({ tenant: 'T1', key: `k${page}`, owner: '', value: `v${page}`, until: UNTIL + 99 });
        if (page < 20) await store.references.forget({ tenant: 'T1', key: `k${39 - page}` });
        cursor = got.cursor;
        if (cursor === null) break;
      }
      expect(cursor).toBeNull();
      for (let at = 0; at < 20; at++) expect(seen).toContain(`v${at}`);
    });
  });

  describe(`${name} keeps the keys of hashes`, () => {
    it('in the order in which they were added, and one alone of two that are added at once', async () => {
      const { hashKeys } = await open();
      expect(await hashKeys.all()).toEqual([]);
      const both = await Promise.all(['a', 'b'].map((id) => hashKeys.add({ id, value: `sealed-${id}`, seen: [] })));
      expect(both.toSorted()).toEqual(['added', 'changed']);
      const [first] = await hashKeys.all();
      expect(await hashKeys.add({ id: 'c', value: 'sealed-c', seen: [] })).toBe('changed');
      expect(await hashKeys.add({ id: 'c', value: 'sealed-c', seen: ['other'] })).toBe('changed');
      expect(await hashKeys.add({ id: 'c', value: 'sealed-c', seen: [first?.id ?? ''] })).toBe('added');
      expect((await hashKeys.all()).map(({ id }) => id)).toEqual([first?.id, 'c']);
    });
  });
};
