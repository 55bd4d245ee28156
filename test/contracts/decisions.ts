import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decisions, KeptDecision, Store } from '../../src/core/ports.ts';
import { DECISIONS_MS } from '../../src/core/stored-restrictions.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const decisionOf = (id: string, o: Partial<KeptDecision> = {}): KeptDecision => ({
  id,
  at: NOW,
  owner: 'owner-1',
  value: `sealed-${id}`,
  ...o,
});

/** All that a walk gives, page by page, each as often as it came. */
export const everyDecision = async (
  decisions: Decisions,
  { since = 0, limit = 3 }: { readonly since?: number; readonly limit?: number } = {},
): Promise<readonly KeptDecision[]> => {
  const found: KeptDecision[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 5_000; page++) {
    const got: Awaited<ReturnType<Decisions['scan']>> = await decisions.scan({ since, cursor, limit });
    found.push(...got.decisions);
    cursor = got.cursor;
    if (cursor === null) return found;
  }
  throw new Error('the walk has no end');
};

const ids = (all: readonly KeptDecision[]): readonly string[] => all.map(({ id }) => id).toSorted();

/** What every keeper of decisions promises. */
export const decisionsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps what was decided`, () => {
    it('whole, each once, the oldest first, whatever the pages', async () => {
      const { decisions } = await open();
      expect(await everyDecision(decisions)).toEqual([]);
      await decisions.add({ decisions: [] });
      const odd = decisionOf('a|%:{b}', { owner: 'o|%{}', value: 'v|a|l%', at: NOW + 0.5 });
      const many = Array.from({ length: 20 }, (_, n) => decisionOf(`q${n}`, { at: NOW + (n % 4) * 1_000 }));
      await decisions.add({ decisions: [odd, ...many] });
      const all = [{ ...odd, at: NOW + 1 }, ...many].toSorted((x, y) => (x.id < y.id ? -1 : 1));
      for (const limit of [1, 3, 20, 21, 10_000]) {
        const found = await everyDecision(decisions, { limit });
        expect(found.toSorted((x, y) => (x.id < y.id ? -1 : 1))).toEqual(all);
        expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).toSorted((x, y) => x - y));
      }
    });

    it('of a time on', async () => {
      const { decisions } = await open();
      await decisions.add({
        decisions: [-1, 0, 1].map((more) => decisionOf(`q${more}`, { at: NOW + more * 86_400_000 })),
      });
      expect(ids(await everyDecision(decisions, { since: NOW }))).toEqual(['q0', 'q1']);
      expect(ids(await everyDecision(decisions, { since: NOW, limit: 1 }))).toEqual(['q0', 'q1']);
      expect(await everyDecision(decisions, { since: NOW + 86_400_001 })).toEqual([]);
    });

    it('once for each id: the same again changes nothing', async () => {
      const { decisions } = await open();
      const first = decisionOf('q1');
      const again = decisionOf('q1', { at: NOW + 2 * 86_400_000, owner: 'owner-2', value: 'other' });
      await Promise.all([decisions.add({ decisions: [first, again] }), decisions.add({ decisions: [again] })]);
      await decisions.add({ decisions: [again, decisionOf('q2')] });
      expect((await everyDecision(decisions)).toSorted((x, y) => (x.id < y.id ? -1 : 1))).toEqual([
        first,
        decisionOf('q2'),
      ]);
    });

    it('until somebody’s are forgotten, all of them and nobody else’s', async () => {
      const { decisions } = await open();
      const owners = ['a', 'a|', 'b', 'c'];
      const many = owners.flatMap((owner, of) =>
        Array.from({ length: 15 }, (_, n) => decisionOf(`${of}-${n}`, { owner, at: NOW + n * 86_400_000 })),
      );
      await decisions.add({ decisions: many });
      expect(await decisions.forget({ owners: [] })).toBe(0);
      expect(await decisions.forget({ owners: ['a', 'c', 'nobody', 'a'] })).toBe(30);
      expect(ids(await everyDecision(decisions))).toEqual(
        ids(many.filter(({ owner }) => owner !== 'a' && owner !== 'c')),
      );
      expect(await decisions.forget({ owners: ['a', 'c'] })).toBe(0);
    });

    it('until it is too old, as much of it as one asks', async () => {
      const { decisions } = await open();
      const many = Array.from({ length: 30 }, (_, n) => decisionOf(`q${n}`, { at: NOW + n }));
      await decisions.add({ decisions: many });
      expect(await decisions.sweep({ before: NOW, limit: 100 })).toBe(0);
      expect(await decisions.sweep({ before: NOW + 10, limit: 4 })).toBe(4);
      // The oldest first.
      expect((await everyDecision(decisions))[0]?.at).toBe(NOW + 4);
      expect(await decisions.sweep({ before: NOW + 10, limit: 0 })).toBe(0);
      expect(await decisions.sweep({ before: NOW + 10, limit: 100 })).toBe(6);
      expect(await decisions.sweep({ before: NOW + 10, limit: 100 })).toBe(0);
      expect(ids(await everyDecision(decisions))).toEqual(ids(many.slice(10)));
    });

    it('and many of them in one call, to be swept in another', async () => {
      const { decisions } = await open();
      const many = Array.from({ length: 2_500 }, (_, n) => decisionOf(`q${n}`, { at: NOW + n, owner: `o${n % 2}` }));
      await decisions.add({ decisions: many });
      expect(await everyDecision(decisions, { limit: 400 })).toEqual(many);
      expect(await decisions.sweep({ before: NOW + 1_200, limit: 5_000 })).toBe(1_200);
      expect(await decisions.forget({ owners: ['o0'] })).toBe(650);
      expect(await everyDecision(decisions, { limit: 400 })).toEqual(
        many.filter(({ at, owner }) => at >= NOW + 1_200 && owner === 'o1'),
      );
    });

    it('and none that is a month older than what is added, though nobody sweeps', async () => {
      const { decisions } = await open();
      await decisions.add({ decisions: ['q1', 'q2'].map((id, n) => decisionOf(id, { at: NOW + n })) });
      await decisions.add({ decisions: [decisionOf('q3', { at: NOW + DECISIONS_MS })] });
      expect(ids(await everyDecision(decisions))).toEqual(['q1', 'q2', 'q3']);
      await decisions.add({ decisions: [decisionOf('q4', { at: NOW + DECISIONS_MS + 1 })] });
      expect(ids(await everyDecision(decisions))).toEqual(['q2', 'q3', 'q4']);
    });

    it('and what stands throughout comes once while others come and go', async () => {
      const { decisions } = await open();
      const stays = Array.from({ length: 40 }, (_, n) => decisionOf(`s${n}`, { at: NOW + 2 * n }));
      const goes = Array.from({ length: 40 }, (_, n) => decisionOf(`g${n}`, { at: NOW + 2 * n, owner: `g${n}` }));
      await decisions.add({ decisions: [...stays, ...goes] });
      const seen: string[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < 500; page++) {
        const got: Awaited<ReturnType<Decisions['scan']>> = await decisions.scan({ since: 0, cursor, limit: 7 });
        seen.push(...ids(got.decisions));
        // Those among it by which the walk knows where it is.
        await decisions.forget({ owners: got.decisions.map(({ owner }) => owner).filter((one) => one !== 'owner-1') });
        await decisions.add({ decisions: [decisionOf(`n${page}`, { at: NOW + page, owner: 'new' })] });
        cursor = got.cursor;
        if (cursor === null) break;
      }
      expect(cursor).toBeNull();
      expect(new Set(seen).size).toBeGreaterThanOrEqual(40);
      for (const { id } of stays) expect(seen.filter((one) => one === id).length).toBeGreaterThanOrEqual(1);
    });

    it('as a plain list would', async () => {
      const id = fc.constantFrom(...Array.from({ length: 12 }, (_, n) => `q${n}`));
      const at = fc.integer({ min: 0, max: 20 }).map((n) => NOW + n);
      const owner = fc.constantFrom('a', 'b', 'c');
      const step = fc.oneof(
        fc.record({ do: fc.constant('add' as const), id, at, owner }),
        fc.record({ do: fc.constant('forget' as const), owner }),
        fc.record({ do: fc.constant('sweep' as const), at, limit: fc.integer({ min: 0, max: 5 }) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const { decisions } = await open();
          let model: readonly KeptDecision[] = [];
          const oldestFirst = () => model.toSorted((x, y) => x.at - y.at || (x.id < y.id ? -1 : 1));
          for (const one of steps) {
            if (one.do === 'add') {
              const added = decisionOf(one.id, { at: one.at, owner: one.owner });
              await decisions.add({ decisions: [added] });
              if (model.every((kept) => kept.id !== one.id)) model = [...model, added];
            } else if (one.do === 'forget') {
              const left = model.filter((kept) => kept.owner !== one.owner);
              expect(await decisions.forget({ owners: [one.owner] })).toBe(model.length - left.length);
              model = left;
            } else {
              const old = oldestFirst().filter((kept) => kept.at < one.at).length;
              const gone = Math.min(old, one.limit);
              expect(await decisions.sweep({ before: one.at, limit: one.limit })).toBe(gone);
              // Of several of one moment any may have gone.
              const stand = await everyDecision(decisions);
              expect(stand).toHaveLength(model.length - gone);
              model = model.filter((kept) => stand.some((other) => other.id === kept.id));
            }
            const found = (await everyDecision(decisions)).toSorted((x, y) => x.at - y.at || (x.id < y.id ? -1 : 1));
            expect(found).toEqual(oldestFirst());
          }
        }),
        { numRuns: 15 },
      );
    });
  });
};

/** What a store promises that may keep ten of them. */
export const boundedDecisionsContract = (open: () => Promise<Store>): void => {
  it('beyond its bound the oldest of what was decided go, whenever they were added', async () => {
    const { decisions } = await open();
    const many = Array.from({ length: 10 }, (_, n) => decisionOf(`q${n}`, { at: NOW + 10 - n }));
    for (const one of many) await decisions.add({ decisions: [one] });
    expect(await everyDecision(decisions)).toHaveLength(10);
    await decisions.add({ decisions: ['late', 'later'].map((id, n) => decisionOf(id, { at: NOW + 20 + n })) });
    expect(ids(await everyDecision(decisions))).toEqual(
      ids([...many.slice(0, 8), decisionOf('late'), decisionOf('later')]),
    );
    // What is forgotten makes room.
    await decisions.forget({ owners: ['owner-1'] });
    await decisions.add({ decisions: many.slice(0, 9) });
    expect(await everyDecision(decisions)).toHaveLength(9);
    await decisions.add({ decisions: [decisionOf('older', { at: NOW - 1 }), decisionOf('oldest', { at: NOW - 2 })] });
    expect(ids(await everyDecision(decisions))).toEqual(ids([...many.slice(0, 9), decisionOf('older')]));
  });
};
