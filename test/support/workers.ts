import { availableParallelism } from 'node:os';

/** What a suite needs of memory with the processes that it starts, bytes. */
const OF_ONE = 2 * 2 ** 30;

/** What is laid by in memory, with all else that a machine has to do; see `in-memory.ts`. Bytes. */
const ELSE = 8 * 2 ** 30;

const FEWEST = 2;
const MOST = 8;

/** Beside each suite that reckons there is room for one that waits. With two of those what must be in time is not: processes starve. */
const OF_A_PROCESSOR = 2;

/** How many suites run at a time. Most of their time is waiting (for processes, leases, and what must not come), so more than there are processors. */
export const workersFor = (
  o: { readonly processors: number; readonly free: number } = {
    processors: availableParallelism(),
    free: process.availableMemory(),
  },
): number => {
  const fitting = Math.floor((o.free - ELSE) / OF_ONE);
  return Math.max(FEWEST, Math.min(OF_A_PROCESSOR * o.processors, fitting, MOST));
};
