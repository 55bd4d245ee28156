import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DueRemoval, Leaving, Pending, Store } from '../../src/core/ports.ts';
import { claimed, commitOf, LEASE, leavingOf, NOW, outboxOf, questionOf, refOf, settleOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const ABOUT = 'aaaaaabbbbbbccccdddd0sgs7k0';
const HOUR = 60 * 60_000;

const claim = (store: Store, now: number, limit = 500): Promise<readonly DueRemoval[]> =>
  store.expiries.claim({ now, leaseMs: LEASE, limit });

/** All that is pending, by pages of so many, in the order of their ids. */
const scanned = async (store: Store, limit = 500): Promise<readonly Pending[]> => {
  const all: Pending[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['expiries']['scan']>> = await store.expiries.scan({ cursor, limit });
    expect(page.removals.length).toBeLessThanOrEqual(limit);
    all.push(...page.removals);
    cursor = page.cursor;
  } while (cursor !== null);
  return all.toSorted((a, b) => (JSON.stringify(a.ref) < JSON.stringify(b.ref) ? -1 : 1));
};

const only = <T>(all: readonly T[]): T => {
  const [one, ...more] = all;
  if (one === undefined || more.length > 0) throw new Error(`expected one, got ${all.length}`);
  return one;
};

type Step =
  | {
      readonly do: 'schedule';
      readonly id: number;
      readonly inMs: number;
      readonly forget: boolean;
      readonly again: boolean;
      readonly about: boolean;
    }
  | { readonly do: 'sooner' | 'later'; readonly id: number; readonly inMs: number }
  | { readonly do: 'claim'; readonly limit: number }
  | { readonly do: 'ack' | 'fail' | 'as before' | 'put off'; readonly id: number }
  | { readonly do: 'wait'; readonly ms: number };

const ids = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('schedule' as const),
    id: ids,
    inMs: fc.nat(1_000),
    forget: fc.boolean(),
    again: fc.boolean(),
    about: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('sooner' as const, 'later' as const), id: ids, inMs: fc.nat(1_000) }),
  fc.record({ do: fc.constant('claim' as const), limit: fc.nat(6) }),
  fc.record({
    do: fc.constantFrom('ack' as const, 'fail' as const, 'as before' as const, 'put off' as const),
    id: ids,
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 300, LEASE) }),
);

interface Kept {
  leaving: Leaving;
  claimable: number;
  attempts: number;
  leased: boolean;
}

/** What every keeper of removals knows of them, and how it hands them out. */
export const expiriesKeptContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} knows of a removal`, () => {
    it('what it is about, what becomes of it and what is shown in its place, until it is acknowledged', async () => {
      const store = await open();
      const leaving = leavingOf(refOf('1'), NOW, { about: ABOUT, then: 'forget', again: 'sealed-again' });
      await store.expiries.schedule(leaving);
      expect(await scanned(store)).toEqual([{ ...leaving, attempts: 0, leased: false }]);
      const due = only(await claim(store, NOW));
      expect(due).toMatchObject({ ...leaving, code: '', readyAt: NOW });
      expect(await scanned(store)).toEqual([{ ...leaving, attempts: 0, leased: true }]);
      await store.expiries.fail({ removal: due, retryAt: NOW + 5, code: 'busy' });
      const second = only(await claim(store, NOW + 5));
      expect(second).toMatchObject({ ...leaving, attempts: 1, code: 'busy', readyAt: NOW + 5 });
      await store.expiries.ack({ removals: [second] });
      expect(await scanned(store)).toEqual([]);
    });

    it('the same from the question whose answer it is, through a crash after the commit', async () => {
      const store = await open();
      const first = await claimed(store, questionOf('q1'));
      await store.inbox.commit(commitOf(first, { outbox: outboxOf({ about: ABOUT, again: 'sealed-again' }) }));
      const again = only(await store.inbox.claim({ now: NOW + LEASE, leaseMs: LEASE, limit: 5 }));
      expect(again.outbox).toMatchObject({ about: ABOUT, again: 'sealed-again' });
      const leaving = leavingOf(refOf('1'), NOW + 50, { about: ABOUT, again: 'sealed-again' });
      expect(await store.inbox.hold({ ...again, ...leaving })).toBe('held');
      expect(await scanned(store)).toEqual([{ ...leaving, attempts: 0, leased: false }]);
      const settled = { ...leaving, removeAt: NOW + 60 };
      expect(await store.inbox.settle(settleOf(again, { expiry: settled }))).toBe('settled');
      expect(await scanned(store)).toEqual([{ ...settled, attempts: 0, leased: false }]);
    });

    it('what replaced it, its failures kept: a recall turns what would be forgotten into what is removed', async () => {
      const store = await open();
      await store.expiries.schedule(leavingOf(refOf('1'), NOW + HOUR, { about: ABOUT, then: 'forget', again: 'x' }));
      const recalled = leavingOf(refOf('1'), NOW, { about: ABOUT });
      await store.expiries.schedule(recalled);
      expect(await scanned(store)).toEqual([{ ...recalled, attempts: 0, leased: false }]);
      const due = only(await claim(store, NOW));
      await store.expiries.fail({ removal: due, retryAt: NOW + 5, code: 'busy' });
      await store.expiries.schedule({ ...recalled, again: 'y' });
      expect(await scanned(store)).toEqual([{ ...recalled, again: 'y', attempts: 1, leased: false }]);
      await store.expiries.schedule({ ...recalled, again: 'z' });
      expect(only(await claim(store, NOW)).again).toBe('z');
    });

    it('that what is acknowledged is not what replaced it meanwhile, though the deadline is the same', async () => {
      const store = await open();
      await store.expiries.schedule(leavingOf(refOf('1'), NOW, { then: 'forget' }));
      const removals = await claim(store, NOW);
      await store.expiries.schedule(leavingOf(refOf('1'), NOW));
      await store.expiries.ack({ removals });
      await store.expiries.putOff({ removals, until: NOW + HOUR });
      expect(only(await claim(store, NOW))).toMatchObject({ then: 'remove', attempts: 0 });
    });

    it('a later deadline where one is given, never a nearer one, and none of what is being removed or has left', async () => {
      const store = await open();
      const { expiries } = store;
      const later = (seen: number, inMs: number) =>
        expiries.later({ ref: refOf('1'), seen: NOW + seen, removeAt: NOW + inMs });
      expect(await later(100, 10)).toBeNull();
      await expiries.schedule(leavingOf(refOf('1'), NOW + 100, { about: ABOUT }));
      expect(await later(100, 50)).toBe(NOW + 100);
      expect(await later(100, 300)).toBe(NOW + 300);
      expect(await expiries.next()).toBe(NOW + 300);
      const removals = await claim(store, NOW + 300);
      expect(removals).toMatchObject([{ removeAt: NOW + 300, about: ABOUT }]);
      expect(await later(300, 900)).toBe(NOW + 300);
      await expiries.ack({ removals });
      expect(await later(300, 900)).toBeNull();
      expect(await expiries.next()).toBeNull();
    });

    it('nothing of whoever would put off what is not theirs any more: it was tried in vain by another since', async () => {
      const store = await open();
      await store.expiries.schedule(leavingOf(refOf('1'), NOW));
      const stale = await claim(store, NOW);
      const removal = only(await claim(store, NOW + LEASE));
      await store.expiries.fail({ removal, retryAt: NOW + LEASE + 500, code: 'busy' });
      await store.expiries.putOff({ removals: stale, until: NOW + HOUR });
      expect(await store.expiries.next()).toBe(NOW + LEASE + 500);
      await store.expiries.putOff({ removals: stale, until: 'as before' });
      expect(await store.expiries.next()).toBe(NOW + LEASE + 500);
    });

    it('no later deadline over one that was moved since it was seen', async () => {
      const { expiries } = await open();
      const later = (seen: number, inMs: number) =>
        expiries.later({ ref: refOf('1'), seen: NOW + seen, removeAt: NOW + inMs });
      await expiries.schedule(leavingOf(refOf('1'), NOW + 100, { about: ABOUT }));
      await expiries.schedule(leavingOf(refOf('1'), NOW, { about: ABOUT }));
      expect(await later(100, 300)).toBe(NOW);
      expect(await expiries.next()).toBe(NOW);
      // Seen as it was asked for: what is kept is a whole number, rounded up.
      expect(await later(-0.5, 299.5)).toBe(NOW + 300);
    });

    it('nothing of a failure where it was only put off', async () => {
      const store = await open();
      await store.expiries.schedule(leavingOf(refOf('1'), NOW - 50));
      const first = await claim(store, NOW);
      await store.expiries.putOff({ removals: first, until: 'as before' });
      const second = await claim(store, NOW);
      expect(second).toEqual(first);
      await store.expiries.putOff({ removals: second, until: NOW + 70 });
      expect(await claim(store, NOW + 69)).toEqual([]);
      expect(await store.expiries.next()).toBe(NOW + 70);
      expect(await claim(store, NOW + 70)).toMatchObject([{ removeAt: NOW - 50, attempts: 0, readyAt: NOW + 70 }]);
    });
  });

  describe(`${name} hands out`, () => {
    const backlog = async (store: Store): Promise<void> => {
      for (const tenant of ['T1', 'T2', 'T3'])
        for (let id = 0; id < (tenant === 'T1' ? 40 : 3); id++)
          await store.expiries.schedule(leavingOf(refOf(`${id}`, { tenant }), NOW - 100 + id));
    };
    const tenants = (removals: readonly DueRemoval[]): Readonly<Record<string, number>> =>
      Object.fromEntries(
        [...Map.groupBy(removals, ({ ref }) => ref.tenant)].map(([tenant, some]) => [tenant, some.length]),
      );

    it('of no tenant more than its allowance, and says when the next of the others is due', async () => {
      const store = await open();
      await backlog(store);
      const allow = (tenant: string): number => ({ T1: 0, T2: 2 })[tenant] ?? Number.POSITIVE_INFINITY;
      const due = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 100, allow });
      expect(tenants(due)).toEqual({ T2: 2, T3: 3 });
      const next = await store.expiries.next({ allow: (tenant) => (tenant === 'T3' ? 1 : 0) });
      expect(next).toBe(NOW + LEASE);
      expect(await store.expiries.next()).toBe(NOW - 100);
      expect(await store.expiries.next({ allow: () => 0 })).toBeNull();
    });

    it('all that is allowed, in as many places as it may lie', async () => {
      const store = await open();
      await backlog(store);
      const due = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 100, allow: () => 25 });
      expect(tenants(due)).toEqual({ T1: 25, T2: 3, T3: 3 });
      expect(tenants(await claim(store, NOW))).toEqual({ T1: 15 });
    });

    it('to nobody all places for long: each tenant gets some, whatever backlog another has', async () => {
      const store = await open();
      await backlog(store);
      const seen = new Set<string>();
      // Fewer claims than the backlog of the first would take.
      for (let round = 0; round < 12; round++) for (const { ref } of await claim(store, NOW, 3)) seen.add(ref.tenant);
      expect([...seen].toSorted()).toEqual(['T1', 'T2', 'T3']);
    });
  });

  describe(`${name} shows all that is pending`, () => {
    it('page by page, each once, whatever the size of the pages', async () => {
      const store = await open();
      for (let id = 0; id < 30; id++)
        await store.expiries.schedule(leavingOf(refOf(`${id}`, { tenant: `T${id % 3}` }), NOW + id));
      const all = await scanned(store);
      expect(new Set(all.map(({ ref }) => `${ref.tenant} ${ref.id}`)).size).toBe(30);
      expect(all).toHaveLength(30);
      for (const limit of [1, 7, 30]) expect(await scanned(store, limit)).toEqual(all);
    });

    it('also what stands throughout, while others are moved and removed', async () => {
      const store = await open();
      for (let id = 0; id < 20; id++) await store.expiries.schedule(leavingOf(refOf(`${id}`), NOW + id));
      const seen: string[] = [];
      let cursor: string | null = null;
      let page = 0;
      do {
        const got: Awaited<ReturnType<Store['expiries']['scan']>> = await store.expiries.scan({ cursor, limit: 3 });
        seen.push(...got.removals.map(({ ref }) => ref.id));
        cursor = got.cursor;
        await store.expiries.ack({ removals: await claim(store, NOW + page) });
        await store.expiries.sooner({ ref: refOf(`${19 - page}`), removeAt: NOW + 18 });
        page += 1;
      } while (cursor !== null);
      for (let id = page; id < 18; id++) expect(seen.filter((one) => one === `${id}`)).toEqual([`${id}`]);
    });

    it('counted by platform and tenant: what is late, what comes within the hour, and why what fails does', async () => {
      const store = await open();
      const { expiries } = store;
      expect(await expiries.census({ now: NOW })).toEqual([]);
      await expiries.schedule(leavingOf(refOf('late'), NOW - 300));
      await expiries.schedule(leavingOf(refOf('now'), NOW));
      await expiries.schedule(leavingOf(refOf('soon'), NOW + HOUR));
      await expiries.schedule(leavingOf(refOf('far'), NOW + HOUR + 1));
      await expiries.schedule(leavingOf(refOf('kept'), NOW + 5, { then: 'forget' }));
      await expiries.schedule(leavingOf(refOf('1', { platform: 'teams', tenant: 'X' }), NOW + 9));
      await expiries.schedule(leavingOf(refOf('2', { platform: 'teams' }), NOW + 9));
      const [late, now] = await claim(store, NOW);
      if (late === undefined || now === undefined) throw new Error('two were due');
      await expiries.fail({ removal: late, retryAt: NOW + 2 * HOUR, code: 'no_permission' });
      const none = { due: 0, oldestDueAt: null, recallable: 0, failing: {} };
      const expected = [
        {
          platform: 'slack',
          tenant: 'T1',
          pending: 4,
          due: 2,
          oldestDueAt: NOW - 300,
          dueWithinHour: 1,
          recallable: 1,
          failing: { no_permission: 1 },
        },
        { ...none, platform: 'teams', tenant: 'T1', pending: 1, dueWithinHour: 1 },
        { ...none, platform: 'teams', tenant: 'X', pending: 1, dueWithinHour: 1 },
      ];
      expect(await expiries.census({ now: NOW })).toEqual(expected);
      await expiries.ack({ removals: [now] });
      const [first] = await expiries.census({ now: NOW });
      expect(first).toMatchObject({ pending: 3, due: 1, oldestDueAt: NOW - 300 });
    });
  });

  describe(`${name} keeps removals`, () => {
    it('as a plain list would, under any sequence of calls', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), async (steps) => {
          const store = await open();
          const { expiries } = store;
          const all = new Map<string, Kept>();
          const held = new Map<string, DueRemoval>();
          let now = NOW;
          const same = (removal: DueRemoval, kept: Kept | undefined): kept is Kept => {
            if (kept === undefined) return false;
            const { removeAt, about, then, again } = kept.leaving;
            return (
              removal.removeAt === removeAt &&
              removal.about === about &&
              removal.then === then &&
              removal.again === again
            );
          };
          for (const one of steps) {
            if (one.do === 'wait') now += one.ms;
            else if (one.do === 'claim') {
              const due = [...all.values()].filter(({ claimable }) => claimable <= now);
              const got = await claim(store, now, one.limit);
              expect(got).toHaveLength(Math.min(one.limit, due.length));
              for (const removal of got) {
                const kept = all.get(removal.ref.id);
                expect(removal).toMatchObject({
                  ...kept?.leaving,
                  attempts: kept?.attempts,
                  readyAt: kept?.claimable,
                });
                held.set(removal.ref.id, removal);
                if (kept !== undefined) Object.assign(kept, { claimable: now + LEASE, leased: true });
              }
            } else {
              const ref = refOf(`m${one.id}`);
              const kept = all.get(ref.id);
              const removal = held.get(ref.id);
              if (one.do === 'schedule') {
                const leaving = leavingOf(ref, now + one.inMs, {
                  about: one.about ? ABOUT : null,
                  then: one.forget ? 'forget' : 'remove',
                  again: one.again ? 'sealed' : null,
                });
                await expiries.schedule(leaving);
                if (kept === undefined || JSON.stringify(kept.leaving) !== JSON.stringify(leaving))
                  all.set(ref.id, {
                    leaving,
                    claimable: leaving.removeAt,
                    attempts: kept?.attempts ?? 0,
                    leased: false,
                  });
              } else if (one.do === 'sooner' || one.do === 'later') {
                const removeAt = now + one.inMs;
                // What somebody saw who looked a moment too soon, now and then.
                const stands = kept?.leaving.removeAt ?? now;
                const seen = one.inMs % 2 === 0 ? stands : stands - 1;
                const moves =
                  kept !== undefined &&
                  !kept.leased &&
                  (one.do === 'sooner' ? removeAt < stands : seen === stands && removeAt > stands);
                if (moves) Object.assign(kept, { leaving: { ...kept.leaving, removeAt }, claimable: removeAt });
                expect(await expiries[one.do]({ ref, seen, removeAt })).toBe(kept?.leaving.removeAt ?? null);
              } else if (removal === undefined) {
                // Never claimed, so there is nothing to end.
              } else if (one.do === 'ack') {
                await expiries.ack({ removals: [removal] });
                if (same(removal, kept)) all.delete(ref.id);
              } else if (one.do === 'fail') {
                await expiries.fail({ removal, retryAt: now + 500, code: 'busy' });
                if (same(removal, kept))
                  Object.assign(kept, { claimable: now + 500, attempts: kept.attempts + 1, leased: false });
              } else {
                const until = one.do === 'put off' ? now + 200 : 'as before';
                await expiries.putOff({ removals: [removal], until });
                if (same(removal, kept) && kept.leased)
                  Object.assign(kept, { claimable: until === 'as before' ? removal.readyAt : until, leased: false });
              }
            }
            const times = [...all.values()].map(({ claimable }) => claimable);
            expect(await expiries.next()).toBe(times.length === 0 ? null : Math.min(...times));
          }
          const left = [...all.values()].map(({ leaving, attempts, leased }) => ({ ...leaving, attempts, leased }));
          expect(await scanned(store, 2)).toEqual(left.toSorted((a, b) => (a.ref.id < b.ref.id ? -1 : 1)));
          const removals = left.filter(({ then }) => then === 'remove');
          const [row] = await expiries.census({ now });
          const late = removals.filter(({ removeAt }) => removeAt <= now);
          const oldest = late.map(({ removeAt }) => removeAt);
          expect({
            pending: row?.pending ?? 0,
            recallable: row?.recallable ?? 0,
            due: row?.due ?? 0,
            dueWithinHour: row?.dueWithinHour ?? 0,
            oldestDueAt: row?.oldestDueAt ?? null,
            failing: row?.failing['busy'] ?? 0,
          }).toEqual({
            pending: removals.length,
            recallable: left.length - removals.length,
            due: late.length,
            dueWithinHour: removals.length - late.length,
            oldestDueAt: oldest.length === 0 ? null : Math.min(...oldest),
            failing: left.filter(({ attempts }) => attempts > 0).length,
          });
        }),
        { numRuns: 60 },
      );
    });
  });
};
