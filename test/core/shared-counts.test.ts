import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createShares, type Share } from '../../src/core/shared-counts.ts';
import { type Buckets, slidingCount, turned } from '../../src/core/stored.ts';

const windowMs = 60_000;
const NOW = 1_700_000_000_000 - (1_700_000_000_000 % windowMs);

/** A store that several processes bring their shares to. */
const makeStore = () => {
  const kept = new Map<string, Buckets>();
  let away = false;
  return {
    add: async (shares: readonly (Share & { readonly by: number })[]): Promise<readonly Buckets[]> => {
      if (away) throw new Error('away');
      return shares.map(({ by, ...share }) => {
        const before = turned(share, kept.get(share.key) ?? null);
        const after = { ...before, current: before.current + by };
        kept.set(share.key, after);
        return after;
      });
    },
    read: (share: Share): number => slidingCount(share, turned(share, kept.get(share.key) ?? null)),
    setAway: (is: boolean) => {
      away = is;
    },
  };
};

const sharesOf = (store: ReturnType<typeof makeStore>, waiting: () => void = () => undefined) =>
  createShares({ add: store.add, waiting });

const at = (key: string, now = NOW): Share => ({ key, windowMs, now });

describe('shares of a count', () => {
  it('ask to be brought once, however many wait', async () => {
    let asked = 0;
    const shares = sharesOf(makeStore(), () => {
      asked += 1;
    });
    for (let i = 0; i < 5; i++) shares.share(at('a'));
    shares.share(at('b'));
    expect(asked).toBe(1);
    await shares.reconcile();
    shares.share(at('a'));
    expect(asked).toBe(2);
  });

  it('count on here where the store is away, and forget nothing of it', async () => {
    const store = makeStore();
    const shares = sharesOf(store);
    store.setAway(true);
    for (let i = 1; i <= 6; i++) {
      expect(shares.share(at('a'))).toBe(i);
      if (i % 2 === 0) await shares.reconcile();
    }
    store.setAway(false);
    expect(shares.share(at('a'))).toBe(7);
  });

  it('are remembered for a bounded number of keys', () => {
    const shares = sharesOf(makeStore());
    shares.share(at('first'));
    for (let key = 0; key < 21_000; key++) shares.share(at(`k${key}`));
    expect(shares.share(at('first'))).toBe(1);
  });

  it('never count less than this process added nor more than all did, and all of everybody once all have brought theirs', async () => {
    const act = fc.record({
      process: fc.nat(2),
      key: fc.constantFrom('a', 'b'),
      gapMs: fc.nat(40_000),
      bring: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 40 }), async (acts) => {
        const store = makeStore();
        const processes = [sharesOf(store), sharesOf(store), sharesOf(store)];
        const added: { readonly process: number; readonly key: string; readonly bucket: number }[] = [];
        let now = NOW;
        for (const { process, key, gapMs, bring } of acts) {
          now += gapMs;
          const bucket = Math.floor(now / windowMs);
          added.push({ process, key, bucket });
          const count = processes[process]?.share(at(key, now)) ?? 0;
          const same = added.filter((each) => each.key === key && each.bucket === bucket);
          expect(count).toBeGreaterThanOrEqual(same.filter((each) => each.process === process).length);
          expect(count).toBeLessThanOrEqual(added.filter((each) => each.key === key).length);
          if (bring) await processes[process]?.reconcile();
        }
        for (const each of processes) await each.reconcile();
        const last = Math.floor(now / windowMs);
        for (const key of ['a', 'b']) {
          const current = added.filter((each) => each.key === key && each.bucket === last).length;
          expect(store.read(at(key, now))).toBeGreaterThanOrEqual(current);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('let several processes pass a limit by no more than each of them may let through, and one alone never', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.tuple(fc.nat(3), fc.boolean()), { minLength: 50, maxLength: 150 }),
        async (limit, asks) => {
          const store = makeStore();
          const processes = [0, 1, 2, 3].map(() => sharesOf(store));
          let passed = 0;
          for (const [process, all] of asks) {
            const count = processes[process]?.share(at('a')) ?? 0;
            if (count <= limit) passed += 1;
            if (all) for (const each of processes) await each.reconcile();
          }
          const asking = new Set(asks.map(([process]) => process)).size;
          expect(passed).toBeLessThanOrEqual(limit * asking);
          // Whoever asks alone, or brings after each, is held to the limit exactly.
          const alone = asks.filter(([process]) => process === 0).length;
          const one = sharesOf(makeStore());
          const through = Array.from({ length: alone }, () => one.share(at('a'))).filter((count) => count <= limit);
          expect(through.length).toBe(Math.min(limit, alone));
        },
      ),
      { numRuns: 200 },
    );
  });
});
