/** Turns sqlite's failures into the house's codes, once, at the edge (messages of sqlite name columns and files, never values). */
import { SottoError } from '../../core/errors.ts';

/** sqlite's primary result codes that mean something to us: https://www.sqlite.org/rescode.html */
const BUSY = 5;

const resultCode = (error: unknown): number | null =>
  typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : null;

/** True where another connection holds the lock. */
export const isBusy = (error: unknown): boolean => resultCode(error) === BUSY;

/** An error of ours stays what it is; everything else becomes `store-unavailable` with its cause. */
export const unavailable = (what: string, cause: unknown): SottoError => {
  if (cause instanceof SottoError) return cause;
  return new SottoError(
    'store-unavailable',
    `The store could not ${what}. Nothing was changed by this call. Look at the cause: a full disk, a missing right and a damaged file are the usual ones.`,
    { cause },
  );
};

/** Runs a read or a set-up step; a failure comes out as `store-unavailable`. */
export const guarded = <T>(what: string, run: () => T): T => {
  try {
    return run();
  } catch (error) {
    throw unavailable(what, error);
  }
};
