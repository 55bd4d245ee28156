/** How long a system asks to be left alone (RFC 9110, 10.2.3): in seconds, or until a date of http. */

/** Nobody is left alone for longer, ms. */
const MOST_MS = 10 * 60_000;

const SECONDS = /^[0-9]{1,9}$/;
const DATE = /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/;

/** ms, at most ten minutes; null where it does not say, or says it in no known way. */
export const retryAfterMs = (header: string, now: number): number | null => {
  const text = header.trim();
  const ms = SECONDS.test(text) ? Number(text) * 1_000 : DATE.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MOST_MS) : null;
};
