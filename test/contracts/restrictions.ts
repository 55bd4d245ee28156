import { describe, expect, it } from '@jest/globals';
import type { RestrictionChange, Restrictions } from '../../src/core/ports.ts';
import { MOST_CHANGES } from '../../src/core/stored-restrictions.ts';
import type { Restriction } from '../../src/core/types.ts';
import { liftIn, PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import { claimed, commitOf, NOW, questionOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const restriction = (id: string, o: Partial<Restriction> = {}): Restriction => ({
  id,
  title: `Title of ${id}`,
  forbids: ['salary', 'leave.balance'],
  appliesTo: ['employee', 'pilot'],
  exceptGroups: ['payroll'],
  places: ['channel', 'shared'],
  countries: ['DE'],
  from: '2029-01-01T00:00:00.000Z',
  until: '2030-01-01T00:00:00.000Z',
  words: { en: 'Not now, please.', de: 'Bitte jetzt nicht.' },
  contact: { en: 'Ask payroll.' },
  rights: { de: 'Sie können Auskunft verlangen.' },
  suspendedUntil: '2029-02-01T00:00:00.000Z',
  ...o,
});

const recordOf = (o: Partial<RestrictionChange> = {}): Omit<RestrictionChange, 'version'> => ({
  at: NOW,
  id: 'a',
  change: 'published',
  detail: 'sealed-detail',
  ...o,
});

type Change = Parameters<Restrictions['change']>[0];
const changeOf = (o: Partial<Change> = {}): Change => ({
  expected: null,
  put: [],
  remove: [],
  hash: null,
  record: null,
  settles: null,
  ...o,
});

/** What every keeper of restrictions promises. */
export const restrictionsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps restrictions`, () => {
    it('whole, by id, and begins with none', async () => {
      const { restrictions } = await open();
      expect(await restrictions.current()).toMatchObject({ restrictions: [], hash: null });
      const bare = { ...PLAIN_RESTRICTION, id: 'b', title: '', forbids: [] };
      await publishIn(restrictions, { restriction: bare });
      await publishIn(restrictions, { restriction: restriction('a') });
      expect((await restrictions.current()).restrictions).toEqual([restriction('a'), bare]);
    });

    it('in their newest wording', async () => {
      const { restrictions } = await open();
      await publishIn(restrictions, { restriction: restriction('a') });
      await publishIn(restrictions, { restriction: restriction('a', { forbids: ['salary'] }) });
      expect((await restrictions.current()).restrictions).toEqual([restriction('a', { forbids: ['salary'] })]);
    });

    it('under a version that rises with every change', async () => {
      const { restrictions } = await open();
      const before = (await restrictions.current()).version;
      const published = await publishIn(restrictions, { restriction: restriction('a') });
      expect(published).toBeGreaterThan(before);
      const again = await publishIn(restrictions, { restriction: restriction('a') });
      expect(again).toBeGreaterThan(published);
      const lifted = await liftIn(restrictions, { id: 'a' });
      expect(lifted).toBeGreaterThan(again);
      expect(await restrictions.current()).toEqual({ version: lifted, restrictions: [], hash: null });
    });

    it('as they are where there is nothing to lift', async () => {
      const { restrictions } = await open();
      const put = [restriction('a')];
      const published = await restrictions.change(changeOf({ put, hash: 'hash-1' }));
      expect(await restrictions.change(changeOf({ remove: ['other'], hash: 'hash-2' }))).toEqual(published);
      expect(await restrictions.change(changeOf())).toEqual(published);
      expect(await restrictions.current()).toMatchObject({ restrictions: put, hash: 'hash-1' });
    });

    it('several at once in one change, with the hash of the policy that they are in force with', async () => {
      const { restrictions } = await open();
      for (const id of ['a', 'b', 'c']) await publishIn(restrictions, { restriction: restriction(id) });
      const { version } = await restrictions.current();
      const put = [restriction('d'), restriction('a', { until: null })];
      const changed = await restrictions.change(
        changeOf({ expected: version, put, remove: ['b', 'none'], hash: 'hash-1' }),
      );
      if (!changed.ok) throw new Error(changed.why);
      expect(changed.version).toBeGreaterThan(version);
      expect(await restrictions.current()).toEqual({
        version: changed.version,
        restrictions: [restriction('a', { until: null }), restriction('c'), restriction('d')],
        hash: 'hash-1',
      });
      // Nobody said of the next.
      await liftIn(restrictions, { id: 'd' });
      expect((await restrictions.current()).hash).toBeNull();
    });

    it('and a standing order raises their version and leaves the hash', async () => {
      const { restrictions, standing } = await open();
      await restrictions.change(changeOf({ put: [restriction('a')], hash: 'hash-1' }));
      const { version } = await restrictions.current();
      await standing.pause({ since: NOW, by: 'boss', turn: 1 });
      const after = await restrictions.current();
      expect(after.version).toBeGreaterThan(version);
      expect(after).toMatchObject({ restrictions: [restriction('a')], hash: 'hash-1' });
    });

    it('and changes nothing where they are not as they were when it was decided', async () => {
      const store = await open();
      const { restrictions, proposals } = store;
      const version = await publishIn(restrictions, { restriction: restriction('a') });
      await proposals.put({ id: 'p1', state: 'waiting', body: 'sealed', until: NOW + 1_000, now: NOW });
      await liftIn(restrictions, { id: 'a' });
      const before = await restrictions.current();
      for (const expected of [version, before.version + 1, 0]) {
        const late = changeOf({
          expected,
          put: [restriction('b')],
          remove: ['a'],
          hash: 'h',
          record: recordOf(),
          settles: 'p1',
        });
        expect(await restrictions.change(late)).toEqual({ ok: false, why: 'changed' });
      }
      expect(await restrictions.current()).toEqual(before);
      expect(await restrictions.changes({ before: null, limit: 10 })).toEqual([]);
      expect(await proposals.find({ id: 'p1', now: NOW })).toMatchObject({ state: 'waiting' });
    });

    it('so that of two who change them at once on the same version exactly one does', async () => {
      const { restrictions } = await open();
      const { version } = await restrictions.current();
      const both = await Promise.all(
        ['a', 'b', 'c'].map((id) =>
          restrictions.change(
            changeOf({ expected: version, put: [restriction(id)], hash: `hash-${id}`, record: recordOf({ id }) }),
          ),
        ),
      );
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
      expect(both.filter((one) => !one.ok && one.why === 'changed')).toHaveLength(2);
      const { restrictions: kept, hash } = await restrictions.current();
      expect(kept).toHaveLength(1);
      expect(hash).toBe(`hash-${kept[0]?.id}`);
      expect(await restrictions.changes({ before: null, limit: 10 })).toMatchObject([{ id: kept[0]?.id }]);
    });

    it('by what was proposed once: the proposal goes with the change, and where it is gone nothing is changed', async () => {
      const { restrictions, proposals } = await open();
      const propose = (id: string, until = NOW + 1_000) =>
        proposals.put({ id, state: 'waiting', body: `sealed-${id}`, until, now: NOW });
      for (const id of ['p1', 'p|2', 'p3']) await propose(id);
      await propose('late', NOW + 1);
      const { version } = await restrictions.current();
      const settle = (settles: string, o: Partial<Change> = {}) =>
        restrictions.change(
          changeOf({ expected: version, put: [restriction('a')], record: recordOf(), settles, ...o }),
        );
      // Its time is over, by the time of the record.
      expect(await settle('late', { record: recordOf({ at: NOW + 1 }) })).toEqual({ ok: false, why: 'gone' });
      expect(await settle('never')).toEqual({ ok: false, why: 'gone' });
      const both = await Promise.all([settle('p|2'), settle('p|2')]);
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
      // That it was settled already is said before that something was changed.
      expect(both).toContainEqual({ ok: false, why: 'gone' });
      expect(await settle('p1')).toEqual({ ok: false, why: 'changed' });
      expect(await restrictions.changes({ before: null, limit: 10 })).toHaveLength(1);
      expect(await proposals.find({ id: 'p|2', now: NOW })).toBeNull();
      const left = (await proposals.all({ now: NOW })).map(({ id }) => id);
      expect(left.toSorted()).toEqual(['late', 'p1', 'p3']);
    });

    it('and raises the version where nothing is put or removed, but something is on record or settled', async () => {
      const { restrictions, proposals } = await open();
      const first = await publishIn(restrictions, { restriction: restriction('a') });
      const record = recordOf({ id: null, change: 'approved' });
      const approved = await restrictions.change(changeOf({ expected: first, hash: 'hash-2', record }));
      if (!approved.ok) throw new Error(approved.why);
      expect(approved.version).toBeGreaterThan(first);
      expect(await restrictions.current()).toMatchObject({ restrictions: [restriction('a')], hash: 'hash-2' });
      await proposals.put({ id: 'p1', state: 'draft', body: 'sealed', until: NOW + 1_000, now: NOW });
      const settled = await restrictions.change(changeOf({ settles: 'p1' }));
      expect(settled).toMatchObject({ ok: true });
      expect((await restrictions.current()).version).toBeGreaterThan(approved.version);
    });

    it('so that whatever is in flight is judged anew', async () => {
      const store = await open();
      const { restrictions } = store;
      const claims = [];
      for (const at of [1, 2, 3])
        claims.push(await claimed(store, questionOf(`q${at}`, { conversation: `c${at}`, tenant: `T${at}` })));
      const { version: before } = await restrictions.current();
      const changed = await restrictions.change(changeOf({ expected: before, put: [restriction('a')] }));
      if (!changed.ok) throw new Error(changed.why);
      for (const claim of claims) {
        expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: before }))).toBe('superseded');
        expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: changed.version }))).toBe('committed');
      }
    });

    it('and what became of them, the newest first, page by page', async () => {
      const { restrictions } = await open();
      expect(await restrictions.changes({ before: null, limit: 10 })).toEqual([]);
      const records = [
        recordOf({ id: 'pay|day %', detail: 'sealed|1' }),
        recordOf({ id: null, change: 'approved', at: NOW + 1 }),
        recordOf({ id: '', change: 'lifted', at: NOW + 0.5 }),
        recordOf({ change: 'rolled-back' }),
        recordOf({ change: 'suspended' }),
      ];
      const versions: number[] = [];
      for (const record of records) {
        const changed = await restrictions.change(changeOf({ record }));
        if (changed.ok) versions.push(changed.version);
        // Leaves no record, and stands between.
        await publishIn(restrictions, { restriction: restriction('a') });
      }
      const all = records.map((record, at) => ({ ...record, at: Math.ceil(record.at), version: versions[at] ?? 0 }));
      const newest = all.toReversed();
      expect(await restrictions.changes({ before: null, limit: 10 })).toEqual(newest);
      const first = await restrictions.changes({ before: null, limit: 2 });
      expect(first).toEqual(newest.slice(0, 2));
      expect(await restrictions.changes({ before: first[1]?.version ?? 0, limit: 2 })).toEqual(newest.slice(2, 4));
      expect(await restrictions.changes({ before: versions[0] ?? 0, limit: 2 })).toEqual([]);
      expect(await restrictions.changes({ before: null, limit: 0 })).toEqual([]);
    });

    it('of which the newest are kept', async () => {
      const { restrictions } = await open();
      const many = Array.from({ length: MOST_CHANGES + 3 }, (_, at) => recordOf({ at: NOW + at }));
      await Promise.all(many.map((record) => restrictions.change(changeOf({ record }))));
      const kept = await restrictions.changes({ before: null, limit: 2 * MOST_CHANGES });
      expect(kept).toHaveLength(MOST_CHANGES);
      expect(new Set(kept.map(({ at }) => at))).toEqual(new Set(many.slice(3).map(({ at }) => at)));
    });
  });
};
