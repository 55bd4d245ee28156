import { accessSync, constants, statfsSync } from 'node:fs';

const MEMORY = '/dev/shm';

/** What all tests together may lay by, with much to spare, bytes. */
const ENOUGH = 4 * 2 ** 30;

/**
 * Where the system offers enough of it, what tests lay by lies in memory, and nobody waits for a disk: half of the time of whatever
 * writes a store goes into that. No test could see whether bytes survive a power cut; those about that have a disk of their own
 * (`test/faults/disk.ts`). TMPDIR names another place.
 */
export const keepInMemory = () => {
  if (process.env.TMPDIR !== undefined) return;
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= ENOUGH) process.env.TMPDIR = MEMORY;
  } catch {
    // There is none.
  }
};
