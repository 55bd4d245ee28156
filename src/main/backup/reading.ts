import { MOST_ARCHIVE_BYTES } from '../../adapters/archive/archive.ts';

/** What is larger is no archive, bytes: the body, its tags and its header. */
export const MOST_READ = MOST_ARCHIVE_BYTES + (16 << 20);
