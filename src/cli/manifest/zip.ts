import { zipSync } from 'fflate';

/** The earliest time that a zip can hold. A zip holds local time, so that this is the same bytes in every time zone. */
const EPOCH = new Date(1980, 0, 1);

/** The same bytes for the same files, whenever and wherever: whoever has two packages can tell whether they differ. */
export const zipOf = (files: ReadonlyMap<string, Uint8Array>): Uint8Array =>
  zipSync(
    Object.fromEntries([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, bytes]) => [name, [bytes, {}]])),
    { mtime: EPOCH, level: 9 },
  );
