import { accessSync, constants, statfsSync } from 'node:fs';

const MEMORY = '/dev/shm';

/** What all tests together may lay by, with much to spare, bytes. */
const ENOUGH = 4 * 2 ** 30;

/** What the tests themselves need of memory, with their browsers and servers, bytes. */
const ELSE = 4 * 2 ** 30;

/**
 * Where the system offers enough of it, what tests lay by lies in memory, and nobody waits for a disk: half of the time of whatever
 * writes a store goes into that. A container may have 64 MB of it, or much of it and less memory altogether: then it is the disk. No
 * test could see whether bytes survive a power cut; those about that have a disk of their own (`test/faults/disk.ts`). TMPDIR names
 * another place.
 */
export const keepInMemory = (
  env: NodeJS.ProcessEnv = process.env,
  o: { readonly folder: string; readonly free: number } = { folder: MEMORY, free: process.availableMemory() },
): void => {
  if (env['TMPDIR'] !== undefined || o.free < ENOUGH + ELSE) return;
  try {
    accessSync(o.folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(o.folder);
    if (bavail * bsize >= ENOUGH) env['TMPDIR'] = o.folder;
  } catch {
    // There is none.
  }
};
