/** What must hold on each platform while the audit log fails. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { chance, FAULTS, type NoRecord, openNoRecord } from './no-record.ts';

const NOTHING = { calls: [], shown: [], orders: [] };

export const noRecordNoAnswer = ({ on, seed }: { readonly on: PlatformName; readonly seed: number }): void => {
  describe(`on ${on}, while the audit log fails, Sotto`, () => {
    let p: NoRecord;
    beforeAll(async () => {
      p = await openNoRecord(on);
    }, 240_000);
    afterAll(() => p.end());

    it('reaches no backend and shows nothing without a record, over five hundred faults, and then answers as before', async () => {
      const well = await p.whole();
      expect(well).toEqual({ calls: expect.any(Number), sorry: 0 });
      expect(well.calls).toBeGreaterThan(3);
      const random = chance(seed);
      p.sink.next = () => (random() < 0.7 ? (FAULTS[Math.floor(random() * FAULTS.length)] ?? 'full') : null);
      let sorry = 0;
      for (let acts = 0; p.sink.faults < 500 && acts < 1_000; acts++)
        sorry += (await p.act()).filter((text) => text === repliesIn('en').apology).length;
      expect(p.unrecorded).toEqual(NOTHING);
      expect(p.sink.faults).toBeGreaterThanOrEqual(500);
      expect(sorry).toBeGreaterThan(100);
      p.sink.next = () => null;
      expect(await p.whole()).toEqual(well);
      expect(p.unrecorded).toEqual(NOTHING);
    }, 600_000);

    it('says the one sorry line to everything that is asked while it takes nothing at all, and touches nothing', async () => {
      p.sink.next = () => 'full';
      const calls = p.stage.backend.requests().length;
      for (let act = 0; act < 16; act++)
        expect(
          (await p.act()).filter((text) => text !== repliesIn('en').apology && text !== repliesIn('en').viewMoment),
        ).toEqual([]);
      expect(p.stage.backend.requests()).toHaveLength(calls);
      p.sink.next = () => null;
      expect((await p.whole()).sorry).toBe(0);
      expect(p.unrecorded).toEqual(NOTHING);
    }, 240_000);

    it('would be found out where something was answered without one', async () => {
      p.sink.next = () => 'lies';
      for (let act = 0; act < 8; act++) await p.act();
      expect(p.unrecorded.calls.length).toBeGreaterThan(3);
      expect(p.unrecorded.shown.length).toBeGreaterThan(3);
      expect(p.unrecorded.orders).toContain('confirmed');
    }, 240_000);
  });
};
