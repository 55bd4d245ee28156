/** Fresh random bytes, fetched from the system many at a time: one fetch costs as much as an encryption. */
import { randomFillSync } from 'node:crypto';

const AT_ONCE = 64;

/** Each call gives `length` bytes that were never given before. The pool keeps no copy of what it gave. */
export const createFresh = (length: number): (() => Buffer) => {
  const pool = Buffer.alloc(length * AT_ONCE);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    const fresh = Buffer.from(pool.subarray(at, at + length));
    pool.fill(0, at, at + length);
    at += length;
    return fresh;
  };
};
