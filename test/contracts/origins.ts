import { describe, expect, it } from '@jest/globals';
import { LEASE, NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

/** What every register of audit logs promises. */
export const originsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  const by = (holder: string, home = 'h1', now = NOW) => ({ home, holder, now, leaseMs: LEASE });

  describe(`${name} leases audit logs`, () => {
    it('to one process each, the lowest that is free, and makes new ones where none is', async () => {
      const { origins } = await open();
      expect(await origins.all()).toEqual([]);
      expect(await origins.lease(by('p1'))).toEqual({
        origin: 'slot-0',
        size: 0,
        home: 'h1',
        leasedUntil: NOW + LEASE,
      });
      for (let slot = 1; slot < 12; slot++) {
        expect((await origins.lease(by(`p${slot + 1}`))).origin).toBe(`slot-${slot}`);
      }
      for (const slot of [10, 2, 11]) await origins.release({ origin: `slot-${slot}`, holder: `p${slot + 1}` });
      const taken = [];
      for (const holder of ['a', 'b', 'c', 'd']) taken.push((await origins.lease(by(holder))).origin);
      expect(taken).toEqual(['slot-2', 'slot-10', 'slot-11', 'slot-12']);
    });

    it('to whoever asks, each to one, though they ask at the same time', async () => {
      const { origins } = await open();
      const asked = Array.from({ length: 10 }, (_, index) => origins.lease(by(`p${index}`, `h${index % 2}`)));
      const got = (await Promise.all(asked)).map(({ origin }) => origin);
      expect(new Set(got).size).toBe(10);
      expect((await origins.all()).map(({ origin }) => origin)).toEqual(got.toSorted());
    });

    it('within their own data folder: a log is never given to a home that does not have it', async () => {
      const { origins } = await open();
      await origins.lease(by('p1', 'h1'));
      await origins.release({ origin: 'slot-0', holder: 'p1' });
      expect(await origins.lease(by('p2', 'h2'))).toMatchObject({ origin: 'slot-1', home: 'h2' });
      expect(await origins.lease(by('p3', 'h1'))).toMatchObject({ origin: 'slot-0', home: 'h1' });
    });

    it('again with the size that is on record, once the lease has lapsed and not before', async () => {
      const { origins } = await open();
      await origins.lease(by('p1'));
      await origins.register({ origin: 'slot-0', size: 41 });
      expect((await origins.lease(by('p2', 'h1', NOW + LEASE - 1))).origin).toBe('slot-1');
      expect(await origins.lease(by('p3', 'h1', NOW + LEASE))).toEqual({
        origin: 'slot-0',
        size: 41,
        home: 'h1',
        leasedUntil: NOW + 2 * LEASE,
      });
    });

    it('and says "lost" to whom it does not hold any more; a lapsed one that nobody took is renewed', async () => {
      const { origins } = await open();
      await origins.lease(by('p1'));
      const renew = (holder: string, now: number) => origins.renew({ origin: 'slot-0', holder, now, leaseMs: LEASE });
      expect(await renew('p1', NOW + LEASE / 2)).toBe('renewed');
      expect(await origins.all()).toMatchObject([{ leasedUntil: NOW + LEASE * 1.5 }]);
      expect(await renew('p1', NOW + 5 * LEASE)).toBe('renewed');
      await origins.lease(by('p2', 'h1', NOW + 6 * LEASE));
      expect(await renew('p1', NOW + 6 * LEASE)).toBe('lost');
      await origins.release({ origin: 'slot-0', holder: 'p1' });
      expect(await renew('p2', NOW + 6 * LEASE)).toBe('renewed');
      await origins.release({ origin: 'slot-0', holder: 'p2' });
      expect(await renew('p2', NOW + 6 * LEASE)).toBe('lost');
      expect(await origins.renew({ origin: 'slot-9', holder: 'p2', now: NOW, leaseMs: LEASE })).toBe('lost');
      expect(await origins.all()).toMatchObject([{ origin: 'slot-0', leasedUntil: 0 }]);
    });
  });

  describe(`${name} knows which audit logs are lost`, () => {
    it('and never leases them again, nor those that are not to be taken', async () => {
      const { origins } = await open();
      for (const holder of ['p1', 'p2', 'p3']) await origins.lease(by(holder));
      await origins.register({ origin: 'slot-0', size: 41 });
      for (const [at, holder] of ['p1', 'p2', 'p3'].entries()) await origins.release({ origin: `slot-${at}`, holder });
      expect(await origins.lose({ origin: 'slot-0', now: NOW })).toBe('lost');
      expect(await origins.lose({ origin: 'slot-0', now: NOW })).toBe('lost');
      expect((await origins.all())[0]).toEqual({ origin: 'slot-0', size: 41, home: 'h1.lost', leasedUntil: 0 });
      expect((await origins.lease({ ...by('p4'), except: ['slot-1'] })).origin).toBe('slot-2');
      expect((await origins.lease({ ...by('p5'), except: ['slot-1'] })).origin).toBe('slot-3');
      expect((await origins.lease(by('p6'))).origin).toBe('slot-1');
    });

    it('but none that a process writes, and none that was never leased; whoever comes back to one that is lost has it no more', async () => {
      const { origins } = await open();
      await origins.lease(by('p1'));
      expect(await origins.lose({ origin: 'slot-0', now: NOW + LEASE - 1 })).toBe('held');
      expect(await origins.lose({ origin: 'slot-9', now: NOW })).toBe('unknown');
      expect(await origins.lose({ origin: 'slot-0', now: NOW + LEASE })).toBe('lost');
      expect(await origins.renew({ origin: 'slot-0', holder: 'p1', now: NOW + LEASE, leaseMs: LEASE })).toBe('lost');
      await origins.release({ origin: 'slot-0', holder: 'p1' });
      await origins.register({ origin: 'slot-0', size: 5 });
      expect(await origins.all()).toEqual([{ origin: 'slot-0', size: 5, home: 'h1.lost', leasedUntil: 0 }]);
    });
  });

  describe(`${name} registers audit logs`, () => {
    it('with the size they had last, by name', async () => {
      const { origins } = await open();
      await origins.lease(by('p1'));
      await origins.lease(by('p2', 'h2'));
      await origins.register({ origin: 'slot-1', size: 3 });
      await origins.register({ origin: 'slot-1', size: 7 });
      expect(await origins.all()).toEqual([
        { origin: 'slot-0', size: 0, home: 'h1', leasedUntil: NOW + LEASE },
        { origin: 'slot-1', size: 7, home: 'h2', leasedUntil: NOW + LEASE },
      ]);
    });

    it('that never shrink: a smaller size that comes late is not believed', async () => {
      const { origins } = await open();
      await origins.lease(by('p1'));
      await origins.register({ origin: 'slot-0', size: 7 });
      await origins.register({ origin: 'slot-0', size: 3 });
      expect(await origins.all()).toMatchObject([{ origin: 'slot-0', size: 7 }]);
    });

    it("only those that were leased once, for a log without a home would be anybody's", async () => {
      const { origins } = await open();
      await origins.register({ origin: 'slot-0', size: 7 });
      expect(await origins.all()).toEqual([]);
    });
  });
};
