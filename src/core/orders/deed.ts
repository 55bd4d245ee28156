/** What an order does to people's data is on record before it is done (promise 5): what it is about, hashed where it is somebody. */
import type { DeedEntry } from '../audit.ts';
import type { World } from '../world.ts';
import type { Ordered } from './types.ts';

/** Refuses with `audit-unavailable`; then nothing may happen. */
export const noteDeed = async (
  world: Pick<World, 'audit' | 'clock' | 'names'>,
  { id, by }: Ordered,
  o: Pick<DeedEntry, 'what' | 'on' | 'target'>,
): Promise<void> => {
  const byName = await world.names.byFingerprint({ fingerprint: by, purpose: 'officer' });
  await world.audit.append({ kind: 'deed', at: world.clock.now(), order: id, by, byName, ...o });
};
