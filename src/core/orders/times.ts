/** How long orders wait and are kept, ms. */

/** A code counts for so long. */
export const CODE_MS = 10 * 60_000;

/** What became of an order can be asked for so long. */
export const RECEIPT_MS = 10 * 60_000;
