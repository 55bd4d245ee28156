/** Each step of an order is on record before it takes effect (promise 5). */
import type { OrderEntry } from '../audit.ts';
import type { World } from '../world.ts';

/** Refuses with `audit-unavailable`; then nothing may happen. */
export const noteOrder = async (
  world: Pick<World, 'audit' | 'clock' | 'names'>,
  o: Pick<OrderEntry, 'order' | 'what' | 'change'> & Partial<Pick<OrderEntry, 'by' | 'question' | 'attempt'>>,
): Promise<void> => {
  const { by = null } = o;
  const byName = by === null ? null : await world.names.byFingerprint({ fingerprint: by, purpose: 'officer' });
  const entry = { by, byName, question: null, attempt: null } as const;
  await world.audit.append({ kind: 'order', at: world.clock.now(), ...entry, ...o });
};
