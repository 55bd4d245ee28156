/** What every command that gives an order shares: it hands it to the running Sotto, prints the code, waits, prints the receipt. */
import type { Status } from '../cli.ts';
import type { Order } from '../core/orders/types.ts';

/** For `parseArgs`. */
export const ORDER_OPTIONS = {
  json: { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
} as const;

/**
 * Status 0: done (or placed, with `wait` false); 1: not done, or nobody confirmed it in time; refuses with code `usage` where no
 * Sotto runs on this SOTTO_DATA.
 */
export const giveOrder = async (_o: {
  readonly order: Order;
  /** Two lines of JSON: the order with its code at once, then what came of it. */
  readonly json: boolean;
  readonly wait: boolean;
}): Promise<Status> => {
  throw new Error('written next');
};
