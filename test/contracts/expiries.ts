import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DueRemoval } from '../../src/core/ports.ts';
import type { MessageRef } from '../../src/core/types.ts';
import { LEASE, leavingOf, NOW, refOf, schedule } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

type Step =
  | { readonly do: 'settle' | 'schedule' | 'sooner'; readonly message: number; readonly inMs: number }
  | { readonly do: 'claim'; readonly limit: number }
  | { readonly do: 'ack' | 'fail'; readonly message: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('settle' as const, 'schedule' as const, 'sooner' as const),
    message: fc.nat(4),
    inMs: fc.nat(1_000),
  }),
  fc.record({ do: fc.constant('claim' as const), limit: fc.nat(4) }),
  fc.record({ do: fc.constantFrom('ack' as const, 'fail' as const), message: fc.nat(4) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 300, LEASE) }),
);

const refs: fc.Arbitrary<MessageRef> = fc.record({
  platform: fc.constantFrom('slack', 'teams'),
  tenant: fc.string({ unit: 'binary' }),
  channel: fc.string({ unit: 'binary' }),
  id: fc.string({ unit: 'binary' }),
});

/** What every keeper of removals promises. */
export const expiriesContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} removes`, () => {
    it('nothing before its time, the earliest first, and says when the next is due', async () => {
      const store = await open();
      expect(await store.expiries.next()).toBeNull();
      await schedule(store, refOf('later'), NOW + 200);
      await schedule(store, refOf('soon'), NOW + 100);
      expect(await store.expiries.next()).toBe(NOW + 100);
      expect(await store.expiries.claim({ now: NOW + 99, leaseMs: LEASE, limit: 10 })).toEqual([]);
      expect(await store.expiries.claim({ now: NOW + 200, leaseMs: LEASE, limit: 10 })).toMatchObject([
        { ref: refOf('soon'), removeAt: NOW + 100, attempts: 0 },
        { ref: refOf('later'), removeAt: NOW + 200, attempts: 0 },
      ]);
    });

    it('no more at once than it was asked for', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await schedule(store, refOf(id), NOW);
      expect(await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 2 })).toHaveLength(2);
      expect(await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 2 })).toHaveLength(1);
    });

    it('again what was claimed and never acknowledged, after its lease, however often, with its own deadline', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW);
      for (let crash = 0; crash < 20; crash++) {
        const now = NOW + crash * LEASE;
        expect(await store.expiries.claim({ now, leaseMs: LEASE, limit: 5 })).toMatchObject([
          { ref: refOf('1'), removeAt: NOW, attempts: 0 },
        ]);
        expect(await store.expiries.claim({ now: now + LEASE - 1, leaseMs: LEASE, limit: 5 })).toEqual([]);
      }
    });

    it('never again what was acknowledged, together with others', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await schedule(store, refOf(id), NOW);
      const due = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
      await store.expiries.ack({ removals: due.filter(({ ref }) => ref.id !== '2') });
      await store.expiries.ack({ removals: [] });
      const left = await store.expiries.claim({ now: NOW + LEASE, leaseMs: LEASE, limit: 5 });
      expect(left.map(({ ref }) => ref.id)).toEqual(['2']);
    });

    it('what failed at its retry, and counts the failures', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW);
      for (let attempts = 0; attempts < 30; attempts++) {
        const now = NOW + attempts * 1_000;
        const [removal] = await store.expiries.claim({ now, leaseMs: LEASE, limit: 5 });
        expect(removal).toMatchObject({ ref: refOf('1'), removeAt: NOW, attempts });
        if (removal !== undefined) await store.expiries.fail({ removal, retryAt: now + 1_000, code: 'busy' });
        expect(await store.expiries.next()).toBe(now + 1_000);
      }
    });

    it('nothing that failed after it was acknowledged', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW);
      const removals = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
      await store.expiries.ack({ removals });
      for (const removal of removals) await store.expiries.fail({ removal, retryAt: NOW, code: 'busy' });
      expect(await store.expiries.next()).toBeNull();
    });

    it('nothing on behalf of a deadline that moved while it was being removed', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW);
      const removals = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
      await schedule(store, refOf('1'), NOW + 120_000);
      await store.expiries.ack({ removals });
      for (const removal of removals) await store.expiries.fail({ removal, retryAt: NOW + 1, code: 'busy' });
      expect(await store.expiries.next()).toBe(NOW + 120_000);
    });

    it('a message once, though it was scheduled twice', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW + 100);
      await schedule(store, refOf('1'), NOW + 50);
      expect(await store.expiries.claim({ now: NOW + 100, leaseMs: LEASE, limit: 5 })).toMatchObject([
        { ref: refOf('1'), removeAt: NOW + 50, attempts: 0 },
      ]);
    });

    it('what was put on record by itself, as what came with the end of a question', async () => {
      const store = await open();
      await store.expiries.schedule(leavingOf(refOf('1'), NOW + 100));
      await store.expiries.schedule(leavingOf(refOf('2'), NOW + 50));
      expect(await store.expiries.next()).toBe(NOW + 50);
      const due = await store.expiries.claim({ now: NOW + 100, leaseMs: LEASE, limit: 5 });
      expect(due).toMatchObject([
        { ref: refOf('2'), removeAt: NOW + 50, attempts: 0 },
        { ref: refOf('1'), removeAt: NOW + 100, attempts: 0 },
      ]);
      await store.expiries.ack({ removals: due });
      expect(await store.expiries.next()).toBeNull();
    });

    it('at its new deadline what was put on record again, wherever it came from', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW + 100);
      await store.expiries.schedule(leavingOf(refOf('1'), NOW + 300));
      await store.expiries.schedule(leavingOf(refOf('2'), NOW + 100));
      await store.expiries.schedule(leavingOf(refOf('2'), NOW + 200));
      expect(await store.expiries.next()).toBe(NOW + 200);
      expect(await store.expiries.claim({ now: NOW + 300, leaseMs: LEASE, limit: 5 })).toMatchObject([
        { ref: refOf('2'), removeAt: NOW + 200, attempts: 0 },
        { ref: refOf('1'), removeAt: NOW + 300, attempts: 0 },
      ]);
    });

    it('sooner what is brought forward, and never later', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW + 100);
      await store.expiries.schedule(leavingOf(refOf('2'), NOW + 100));
      for (const ref of [refOf('1'), refOf('2')]) {
        expect(await store.expiries.sooner({ ref, removeAt: NOW + 200 })).toBe(NOW + 100);
        expect(await store.expiries.sooner({ ref, removeAt: NOW + 40 })).toBe(NOW + 40);
        expect(await store.expiries.sooner({ ref, removeAt: NOW + 60 })).toBe(NOW + 40);
      }
      expect(await store.expiries.next()).toBe(NOW + 40);
      expect(await store.expiries.claim({ now: NOW + 40, leaseMs: LEASE, limit: 5 })).toMatchObject([
        { removeAt: NOW + 40, attempts: 0 },
        { removeAt: NOW + 40, attempts: 0 },
      ]);
    });

    it('nothing on being brought forward that is not on record, and says so', async () => {
      const store = await open();
      expect(await store.expiries.sooner({ ref: refOf('1'), removeAt: NOW })).toBeNull();
      expect(await store.expiries.next()).toBeNull();
      await schedule(store, refOf('1'), NOW);
      const removals = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
      await store.expiries.ack({ removals });
      expect(await store.expiries.sooner({ ref: refOf('1'), removeAt: NOW })).toBeNull();
      expect(await store.expiries.next()).toBeNull();
    });

    it('nothing a second time because it is brought forward while it is being removed', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW);
      const removals = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
      expect(await store.expiries.sooner({ ref: refOf('1'), removeAt: NOW - 10 })).toBe(NOW);
      expect(await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 })).toEqual([]);
      await store.expiries.ack({ removals });
      expect(await store.expiries.next()).toBeNull();
    });

    it('what failed and was brought forward, with its failures still counted', async () => {
      const store = await open();
      await store.expiries.schedule(leavingOf(refOf('1'), NOW));
      const [removal] = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
      if (removal === undefined) throw new Error('nothing was due');
      await store.expiries.fail({ removal, retryAt: NOW + 500, code: 'busy' });
      await store.expiries.schedule(leavingOf(refOf('1'), NOW + 900));
      expect(await store.expiries.sooner({ ref: refOf('1'), removeAt: NOW + 700 })).toBe(NOW + 700);
      expect(await store.expiries.claim({ now: NOW + 700, leaseMs: LEASE, limit: 5 })).toMatchObject([
        { removeAt: NOW + 700, attempts: 1 },
      ]);
    });

    it('nothing a second time while it is being removed, though the same deadline comes again', async () => {
      const store = await open();
      await schedule(store, refOf('1'), NOW);
      await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
      await schedule(store, refOf('1'), NOW);
      expect(await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 })).toEqual([]);
    });

    it('each once, however many ask at the same time', async () => {
      const store = await open();
      for (let id = 0; id < 20; id++) await schedule(store, refOf(`${id}`), NOW);
      const asked = Array.from({ length: 10 }, () => store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 5 }));
      const ids = (await Promise.all(asked)).flat().map(({ ref }) => ref.id);
      expect(new Set(ids).size).toBe(20);
      expect(ids).toHaveLength(20);
    });

    it('messages under any ids, each as it was given', async () => {
      const store = await open();
      let at = NOW;
      await fc.assert(
        fc.asyncProperty(refs, async (ref) => {
          at += 1;
          await schedule(store, ref, at, at);
          const due = await store.expiries.claim({ now: at, leaseMs: LEASE, limit: 5 });
          expect(due).toMatchObject([{ ref, removeAt: at, attempts: 0 }]);
          await store.expiries.ack({ removals: due });
          expect(await store.expiries.next()).toBeNull();
        }),
        { numRuns: 60 },
      );
    });

    it('everything in the end, under any sequence of calls', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const store = await open();
          const pending = new Map<string, { removeAt: number; score: number; attempts: number; leased: boolean }>();
          /** What was claimed last of each message: only that can be acknowledged or put off. */
          const held = new Map<string, DueRemoval>();
          let now = NOW;
          const claim = async (limit: number): Promise<void> => {
            const due = [...pending].filter(([, { score }]) => score <= now).length;
            const got = await store.expiries.claim({ now, leaseMs: LEASE, limit });
            expect(got).toHaveLength(Math.min(limit, due));
            for (const removal of got) {
              const { ref, removeAt, attempts } = removal;
              held.set(ref.id, removal);
              const one = pending.get(ref.id);
              expect({ removeAt, attempts }).toEqual({ removeAt: one?.removeAt, attempts: one?.attempts });
              expect(one?.score).toBeLessThanOrEqual(now);
              if (one !== undefined) Object.assign(one, { score: now + LEASE, leased: true });
            }
          };
          for (const one of steps) {
            if (one.do === 'wait') now += one.ms;
            else if (one.do === 'claim') await claim(one.limit);
            else {
              const ref = refOf(`m${one.message}`);
              const known = pending.get(ref.id);
              const removal = held.get(ref.id);
              if (one.do === 'settle' || one.do === 'schedule') {
                const removeAt = now + one.inMs;
                // A message is either a question's answer or none, and an answer is on record before it is moved.
                const answers = one.message % 2 === 0 && (one.do === 'settle' || known === undefined);
                if (answers) await schedule(store, ref, removeAt, now);
                else await store.expiries.schedule(leavingOf(ref, removeAt));
                if (known?.removeAt !== removeAt) {
                  const attempts = known?.attempts ?? 0;
                  pending.set(ref.id, { removeAt, score: removeAt, attempts, leased: false });
                }
              } else if (one.do === 'sooner') {
                const removeAt = now + one.inMs;
                if (known !== undefined && !known.leased && removeAt < known.removeAt)
                  Object.assign(known, { removeAt, score: removeAt });
                expect(await store.expiries.sooner({ ref, removeAt })).toBe(known?.removeAt ?? null);
              } else if (removal === undefined) {
                // Never claimed, so there is nothing to acknowledge or to put off.
              } else if (one.do === 'ack') {
                await store.expiries.ack({ removals: [removal] });
                if (known?.removeAt === removal.removeAt) pending.delete(ref.id);
              } else {
                await store.expiries.fail({ removal, retryAt: now + 500, code: 'busy' });
                if (known?.removeAt === removal.removeAt)
                  Object.assign(known, { score: now + 500, attempts: known.attempts + 1, leased: false });
              }
            }
            const scores = [...pending.values()].map(({ score }) => score);
            expect(await store.expiries.next()).toBe(scores.length === 0 ? null : Math.min(...scores));
          }
          now += 10 * LEASE;
          const rest = await store.expiries.claim({ now, leaseMs: LEASE, limit: 500 });
          expect(rest.map(({ ref }) => ref.id).toSorted()).toEqual([...pending.keys()].toSorted());
        }),
        { numRuns: 40 },
      );
    });
  });
};
