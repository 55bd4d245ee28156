/** Not there yet. */

import { SottoError } from '../../../src/core/errors.ts';
import type { Decisions, Pins, Proposals } from '../../../src/core/ports.ts';

const none = async (): Promise<never> => {
  throw new SottoError('store-unavailable', 'Not there yet.');
};
export const notYet: { readonly proposals: Proposals; readonly pins: Pins; readonly decisions: Decisions } = {
  proposals: { put: none, find: none, all: none, drop: none },
  pins: { current: none, put: none },
  decisions: { add: none, scan: none, forget: none, sweep: none },
};
