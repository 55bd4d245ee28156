/** By which data key a process begins to seal: by the one that the others use, for they may not have seen a newer one yet. */
import { createSealer } from '../adapters/sealer/sealer.ts';
import { hasCode } from '../core/errors.ts';
import type { KeptHashKey, Secret } from '../core/ports.ts';
import { hashKeyContext } from '../core/sealing.ts';
import { stillUsing } from './rotation.ts';

const openedBy = (dataKey: string, kept: readonly KeptHashKey[]): boolean => {
  try {
    const sealer = createSealer({ dataKey: { current: dataKey, accepted: [dataKey] } });
    return kept.some(({ id, value }) => sealer.open(hashKeyContext(id), value) !== null);
  } catch (error) {
    // An older one that is malformed opens nothing.
    if (hasCode(error, 'settings')) return false;
    throw error;
  }
};

/**
 * The newest one that something in the store lies under already: whoever put it there waited until all had seen it. The keys of hashes
 * tell, which are always there and are wrapped anew with all the rest. Where there are none, or none opens, the newest that there is.
 */
export const firstInForce = (dataKey: Secret, kept: readonly KeptHashKey[]): Secret =>
  stillUsing(dataKey.accepted.find((one) => openedBy(one, kept)) ?? dataKey.current, dataKey);
