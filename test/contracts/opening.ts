/** A store for each test of a contract, closed after it. */
import { afterEach } from '@jest/globals';
import type { Store } from '../../src/core/ports.ts';

/** Opens a fresh, empty store; where it lies and how it is taken away is the caller's. */
export type MakeStore = () => Promise<Store>;

/** Stores made in a test, closed after it. */
export const storesOf = (make: MakeStore): MakeStore => {
  let made: Store[] = [];
  afterEach(async () => {
    const done = made;
    made = [];
    for (const store of done) await store.close();
  });
  return async () => {
    const store = await make();
    made.push(store);
    return store;
  };
};
