/**
 * Promise 3: the data is authorised as well as the question. The only way to a backend, so that no handler can skip the check: what reads
 * and what writes authorise first, and what calls the system stays within `authorised/`.
 */
export { type GuardedBackend, guarded, heard, screened } from './authorised/guard.ts';
export { type Read, readAuthorised } from './authorised/reading.ts';
export { type Wrote, writeAuthorised } from './authorised/writing.ts';
