/** Acknowledging many removals in few trips: whatever was done while the last batch was on its way goes with the next. */
import type { DueRemoval } from './ports.ts';

export interface Batches {
  /** Resolves when this one is acknowledged; rejects where its batch could not be. */
  add(removal: DueRemoval): Promise<void>;
}

/** Of one trip. */
const MOST = 500;

interface Waiting {
  readonly removal: DueRemoval;
  resolve(): void;
  reject(error: unknown): void;
}

export const createBatches = (send: (removals: readonly DueRemoval[]) => Promise<void>): Batches => {
  const waiting: Waiting[] = [];
  let sending = false;

  const sendAll = async (): Promise<void> => {
    sending = true;
    // What is done in the same turn goes together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      try {
        await send(batch.map(({ removal }) => removal));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    sending = false;
  };

  return {
    add: (removal) =>
      new Promise((resolve, reject) => {
        waiting.push({ removal, resolve, reject });
        if (!sending) void sendAll();
      }),
  };
};
