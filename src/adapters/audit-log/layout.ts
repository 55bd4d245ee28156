/**
 * The folder of one log, `SOTTO_DATA/audit/ORIGIN`:
 *
 *     checkpoint            the newest that was published; what lies under tile/ is its tree (C2SP tlog-tiles)
 *     tile/…                tiles of hashes, and bundles of entries under tile/entries
 *     journal/FIRST         what came since: entries in batches, each with its own signed checkpoint; FIRST is the index of its first entry
 *     public-key.pem        every key that ever signed, the newest last
 *     torn/…                what was found behind the last whole batch, and had never been acknowledged
 *
 * A journal goes once all of it was published, so at a stop the folder is a log that any reader of C2SP tiles can verify.
 */
import { join } from 'node:path';

export const CHECKPOINT_FILE = 'checkpoint';
export const KEY_FILE = 'public-key.pem';
export const JOURNAL_FOLDER = 'journal';
export const TORN_FOLDER = 'torn';

const DIGITS = 15;
const NAME = /^\d{15}$/;

/** Names sort as their numbers do. */
export const journalPath = (folder: string, first: number): string =>
  join(folder, JOURNAL_FOLDER, String(first).padStart(DIGITS, '0'));

/** The index of the first entry of a journal with this name; null: it is none. */
export const journalFirst = (name: string): number | null => (NAME.test(name) ? Number(name) : null);
