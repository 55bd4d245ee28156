import { describe, expect, it } from '@jest/globals';
import type { KeptProposal } from '../../src/core/ports.ts';
import { MOST_PROPOSALS } from '../../src/core/stored-restrictions.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';
import { everySealed } from './sealed.ts';

const UNTIL = NOW + 1_000;

type Put = KeptProposal & { readonly now: number };

const proposalOf = (id: string, o: Partial<Put> = {}): Put => ({
  id,
  state: 'draft',
  body: `sealed-${id}`,
  until: UNTIL,
  now: NOW,
  ...o,
});

const kept = ({ now: _now, ...proposal }: Put): KeptProposal => proposal;

const byId = (all: readonly KeptProposal[]): readonly KeptProposal[] => all.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** What every keeper of proposals promises. */
export const proposalsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps proposals`, () => {
    it('whole, by id, and knows none of any other', async () => {
      const { proposals } = await open();
      expect(await proposals.all({ now: NOW })).toEqual([]);
      const two = [
        proposalOf('a|%:{b}', { state: 'waiting', body: 'sealed|body' }),
        proposalOf('c', { until: NOW + 2 }),
      ];
      for (const one of two) expect(await proposals.put(one)).toBe('put');
      expect(byId(await proposals.all({ now: NOW }))).toEqual(two.map(kept));
      expect(await proposals.find({ id: 'a|%:{b}', now: NOW })).toEqual(two.map(kept)[0]);
      expect(await proposals.find({ id: 'a', now: NOW })).toBeNull();
    });

    it('as they were put last', async () => {
      const { proposals } = await open();
      await proposals.put(proposalOf('a'));
      const again = proposalOf('a', { state: 'waiting', body: 'sealed-again', until: UNTIL + 5 });
      expect(await proposals.put(again)).toBe('put');
      expect(await proposals.all({ now: UNTIL })).toEqual([kept(again)]);
    });

    it('until their time is over, and whichever verb comes next shreds them', async () => {
      const verbs: ((o: Awaited<ReturnType<typeof open>>['proposals']) => Promise<unknown>)[] = [
        (proposals) => proposals.put(proposalOf('other', { until: UNTIL + 10, now: UNTIL })),
        (proposals) => proposals.find({ id: 'other', now: UNTIL }),
        (proposals) => proposals.all({ now: UNTIL }),
      ];
      for (const verb of verbs) {
        const { proposals, sealed } = await open();
        await proposals.put(proposalOf('a'));
        await proposals.put(proposalOf('b', { until: UNTIL + 1 }));
        expect(await proposals.find({ id: 'a', now: UNTIL - 1 })).toEqual(kept(proposalOf('a')));
        await verb(proposals);
        // As if the clock had been set back: it is not only hidden, it is gone.
        expect(await proposals.find({ id: 'a', now: NOW })).toBeNull();
        expect(await proposals.find({ id: 'b', now: NOW })).toMatchObject({ id: 'b' });
        expect((await everySealed(sealed)).map(({ value }) => value)).not.toContain('sealed-a');
      }
    });

    it('until they are dropped, which happens once', async () => {
      const { proposals } = await open();
      for (const id of ['a', 'b']) await proposals.put(proposalOf(id));
      const both = await Promise.all([proposals.drop({ id: 'a' }), proposals.drop({ id: 'a' })]);
      expect(both.toSorted()).toEqual(['dropped', 'gone']);
      expect(await proposals.drop({ id: 'never' })).toBe('gone');
      expect(await proposals.all({ now: NOW })).toEqual([kept(proposalOf('b'))]);
    });

    it('of which there are only so many, and says so', async () => {
      const { proposals } = await open();
      const many = Array.from({ length: MOST_PROPOSALS }, (_, at) =>
        proposals.put(proposalOf(`p${at}`, { until: at === 0 ? UNTIL : UNTIL + 1 })),
      );
      expect(new Set(await Promise.all(many))).toEqual(new Set(['put']));
      expect(await proposals.put(proposalOf('more'))).toBe('full');
      expect(await proposals.put(proposalOf('p1', { body: 'sealed-anew', until: UNTIL + 1 }))).toBe('put');
      expect(await proposals.all({ now: NOW })).toHaveLength(MOST_PROPOSALS);
      // One has had its time.
      expect(await proposals.put(proposalOf('more', { until: UNTIL + 1, now: UNTIL }))).toBe('put');
      expect(await proposals.put(proposalOf('more still', { until: UNTIL + 1, now: UNTIL }))).toBe('full');
    });
  });
};
