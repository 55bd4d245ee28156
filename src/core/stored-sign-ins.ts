/** What every store bounds alike of links to the sign-in page and of sign-ins that were begun. */

/** Of one person at once. A question that waits makes one, and each sign-in that is begun with it another. */
export const MOST_SIGN_INS_OF_ONE = 20;

/** All together, some 600 bytes each: a third of a company of 100,000 that asks for its payslips within ten minutes. */
export const MOST_SIGN_INS = 50_000;
