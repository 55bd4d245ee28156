/** How much of what was written to systems of record every store keeps, and for how long. */

/** A week: far longer than any form, button or question that may try it again. ms. */
export const WRITES_MS = 7 * 24 * 60 * 60_000;

/** Nobody writes more than so much within an hour by hand; beyond that it is a program (OWASP API6:2023). */
export const MOST_WRITES = 20;
export const WRITES_WITHIN_MS = 60 * 60_000;
