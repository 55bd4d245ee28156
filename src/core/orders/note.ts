/** Each step of an order is on record before it takes effect (promise 5). */
import type { OrderEntry } from '../audit.ts';
import type { World } from '../world.ts';

/** Refuses with `audit-unavailable`; then nothing may happen. */
export const noteOrder = async (
  world: Pick<World, 'audit' | 'clock'>,
  o: Pick<OrderEntry, 'order' | 'what' | 'change'> & Partial<Pick<OrderEntry, 'by' | 'question' | 'attempt'>>,
): Promise<void> => {
  await world.audit.append({ kind: 'order', at: world.clock.now(), by: null, question: null, attempt: null, ...o });
};
