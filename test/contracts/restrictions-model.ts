import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Restrictions, Store } from '../../src/core/ports.ts';
import { createPlainStore } from '../simulation/store/store.ts';
import { PLAIN_RESTRICTION } from '../support/restricting.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const id = fc.constantFrom('a', 'b|%', 'c:{}');
const ids = fc.uniqueArray(id, { maxLength: 3 });
const proposal = fc.constantFrom('p', 'q');
const later = fc.integer({ min: 0, max: 6 });

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      /** How many changes ago it was decided; null: whichever. */
      ago: fc.constantFrom(null, 0, 0, 0, 1, 2),
      put: ids,
      remove: ids,
      title: fc.constantFrom('x', 'y'),
      hash: fc.constantFrom(null, 'h1', 'h2'),
      noted: fc.boolean(),
      settles: fc.option(proposal),
      later,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('propose' as const), proposal, later, lasts: later }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), proposal }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('look' as const), later }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A store, and the versions that it gave, in their order: what they are is its own. */
const playing = (store: Store) => {
  let turn = 0;
  const versions: number[] = [];
  const order = (version: number): number => {
    if (version > (versions.at(-1) ?? -1)) versions.push(version);
    return versions.indexOf(version);
  };
  const changed = (outcome: Awaited<ReturnType<Restrictions['change']>>) =>
    outcome.ok ? { ok: true, version: order(outcome.version) } : outcome;
  const play = async (one: Step): Promise<unknown> => {
    const { restrictions, proposals, standing } = store;
    switch (one.do) {
      case 'change': {
        const at = NOW + one.later;
        const record = { at, id: one.put[0] ?? null, change: 'changed', detail: `sealed-${one.title}` } as const;
        return changed(
          await restrictions.change({
            expected: one.ago === null ? null : (versions.at(-1 - one.ago) ?? -1),
            put: one.put.map((each) => ({ ...PLAIN_RESTRICTION, id: each, title: one.title, forbids: [] })),
            remove: one.remove,
            hash: one.hash,
            record: one.noted ? record : null,
            settles: one.settles,
          }),
        );
      }
      case 'propose': {
        const now = NOW + one.later;
        const body = `sealed-${one.later}`;
        return proposals.put({ id: one.proposal, state: 'waiting', body, until: now + one.lasts, now });
      }
      case 'drop':
        return proposals.drop({ id: one.proposal });
      case 'look':
        return (await proposals.all({ now: NOW + one.later })).toSorted((x, y) => (x.id < y.id ? -1 : 1));
      case 'pause':
        turn += 1;
        await (turn % 2 === 1 ? standing.pause({ since: NOW, by: 'x', turn }) : standing.resume({ turn }));
        return null;
    }
  };
  const stands = async () => {
    const { version, ...rest } = await store.restrictions.current();
    const changes = await store.restrictions.changes({ before: null, limit: 100 });
    return {
      ...rest,
      version: order(version),
      changes: changes.map((change) => ({ ...change, version: order(change.version) })),
    };
  };
  return { play, stands };
};

/** However restrictions are changed, proposed and settled: every store does what the simulated one does. */
export const restrictionsModelContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps restrictions, whatever is done to them,`, () => {
    it('as a plain store in memory does', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const [real, model] = [playing(await open()), playing(createPlainStore())];
          expect(await real.stands()).toEqual(await model.stands());
          for (const one of steps) {
            expect(await real.play(one)).toEqual(await model.play(one));
            expect(await real.stands()).toEqual(await model.stands());
          }
        }),
        { numRuns: 20 },
      );
    });
  });
};
