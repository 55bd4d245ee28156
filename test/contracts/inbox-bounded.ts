import { expect, it } from '@jest/globals';
import type { Store } from '../../src/core/ports.ts';
import { buryOf, claimed, NOW, parkOf, questionOf } from './making.ts';

/** `open` gives an empty store that has room for two questions and one dead letter of one conversation's place. */
export const boundedLettersContract = (open: () => Promise<Store>): void => {
  it('beyond the bound of dead letters there is as much room again for what a legal hold keeps, and no more', async () => {
    const store = await open();
    const bury = async (id: string, held: boolean) =>
      store.inbox.bury({ ...buryOf(await claimed(store, questionOf(id))), held });
    expect(await bury('q1', false)).toBe('buried');
    expect(await bury('q2', false)).toBe('full');
    expect(await bury('q3', true)).toBe('buried');
    expect(await bury('q4', true)).toBe('full');
    expect((await store.inbox.dead({ limit: 5 })).map(({ id }) => id).toSorted()).toEqual(['q1', 'q3']);
  });

  it('beyond its bound a dead letter ends without its words, what is parked counts as what waits, and a retry is refused like a question', async () => {
    const store = await open();
    const first = await claimed(store, questionOf('q1'));
    expect(await store.inbox.bury(buryOf(first))).toBe('buried');
    const second = await claimed(store, questionOf('q2', { inbound: 'a-needle' }));
    expect(await store.inbox.bury(buryOf(second))).toBe('full');
    expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'repeat' });
    expect((await store.inbox.dead({ limit: 5 })).map(({ id }) => id)).toEqual(['q1']);
    expect(await store.inbox.census({ now: NOW })).toEqual({ queued: 0, leased: 0, parked: 0, dead: 1 });
    await store.inbox.park(parkOf(await claimed(store, questionOf('q3'))));
    await store.inbox.accept(questionOf('q4'));
    const refused = { code: 'store-unavailable' };
    await expect(store.inbox.accept(questionOf('q5'))).rejects.toMatchObject(refused);
    await expect(store.inbox.retry({ id: 'q1', as: 'r1', now: NOW })).rejects.toMatchObject(refused);
    expect(await store.inbox.dead({ limit: 5 })).toHaveLength(1);
  });
};
