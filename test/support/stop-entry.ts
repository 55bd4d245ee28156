/** The plainest entry there is, for tests of what becomes of entries. */
import type { StopEntry } from '../../src/core/audit.ts';

export const stopAt = (at: number): StopEntry => ({
  kind: 'stop',
  at,
  version: '0.0.0',
  settings: 'f00d',
  how: 'asked',
});
