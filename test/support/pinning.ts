/** A pack that nobody has a doubt about, for worlds whose tests are about something else. */
import type { Pinning } from '../../src/core/pinning.ts';

export const OPEN_PINNING: Pinning = {
  closed: () => null,
  pack: 'ab'.repeat(32),
  approve: async () => {
    throw new Error('nothing is approved in this test');
  },
};
