/** What was opened, closed in reverse: everything, whatever fails on the way. */
import { codeOf } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';

export interface Closing {
  add(close: () => Promise<void>): void;
  /** Closes what was added since the last time, the latest first. Never rejects: a store must be let go of although a log would not. */
  closeAll(): Promise<void>;
}

export const createClosing = (o: { readonly log: Log }): Closing => {
  const opened: (() => Promise<void>)[] = [];
  return {
    add: (close) => void opened.push(close),
    closeAll: async () => {
      for (const close of opened.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          o.log.error('close.failed', { code: codeOf(error) });
        }
      }
    },
  };
};
