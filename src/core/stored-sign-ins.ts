/** What every store bounds alike of links to the sign-in page and of sign-ins that were begun. */

/** Of one person at once. A question that waits makes one, and each sign-in that is begun with it another. */
export const MOST_SIGN_INS_OF_ONE = 20;

/** All together. A record is some 600 bytes. */
export const MOST_SIGN_INS = 10_000;
