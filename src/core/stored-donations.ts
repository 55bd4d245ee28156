/** How much of what was donated every store keeps, and for how long. */

/** Phrases of everybody together: a year of a large company's, and what one page of a reviewer still takes. */
export const MOST_DONATIONS = 2_000;

/** Of one person, all together and within a day: nobody alone, nor a few, can take the room that is everybody's. */
export const MOST_OF_ONE = 100;
export const MOST_OF_ONE_A_DAY = 20;
export const DONATED_DAY_MS = 24 * 60 * 60_000;

/** What whoever gives one is told: ninety days. ms. */
export const DONATIONS_MS = 90 * 24 * 60 * 60_000;
