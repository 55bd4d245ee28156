/** How much of what people are told of looks at them every store keeps, and for how long. */

/** Of everybody together; each was confirmed by people. */
export const MOST_LOOKS = 2_000;

/** A year: what somebody looks at now and then is seen. ms. */
export const LOOKS_MS = 365 * 24 * 60 * 60_000;
