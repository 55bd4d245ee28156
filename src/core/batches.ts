/** Acknowledging many removals in few trips: whatever was done while the last batch was on its way goes with the next. */
import type { DueRemoval } from './ports.ts';

export interface Batches {
  /** Resolves when this one is acknowledged; rejects where its batch could not be. One promise serves a whole batch. */
  add(removal: DueRemoval): Promise<void>;
}

/** Of one trip. */
const MOST = 500;

interface Batch extends PromiseWithResolvers<void> {
  readonly removals: DueRemoval[];
}

const newBatch = (): Batch => ({ removals: [], ...Promise.withResolvers<void>() });

export const createBatches = (send: (removals: readonly DueRemoval[]) => Promise<void>): Batches => {
  const waiting: Batch[] = [];
  let sending = false;

  const sendAll = async (): Promise<void> => {
    sending = true;
    // What is done in the same turn goes together.
    await Promise.resolve();
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      try {
        await send(batch.removals);
        batch.resolve();
      } catch (error) {
        batch.reject(error);
      }
    }
    sending = false;
  };

  return {
    add: (removal) => {
      let last = waiting.at(-1);
      if (last === undefined || last.removals.length >= MOST) {
        last = newBatch();
        waiting.push(last);
      }
      last.removals.push(removal);
      if (!sending) void sendAll();
      return last.promise;
    },
  };
};
