/** How old a sign-in may be for what was asked: the rules alone know, so they are asked with one of every age that matters. */
import type { Policy } from '../ports.ts';
import type { PolicyRequest } from '../types.ts';
import { MOST_SIGN_IN_MS } from './grants.ts';

const MOST_MINUTES = MOST_SIGN_IN_MS / 60_000;

/**
 * The most minutes, up to a day, that a sign-in may be old for the rules to permit this; null: none of this moment helps. Found in a dozen
 * decisions, where an older one never helps if a newer one does not. Whatever is said here, the question is judged anew by what was signed in.
 */
export const mostMinutes = (policy: Pick<Policy, 'decide'>, request: PolicyRequest): number | null => {
  const permits = (signInAgeMinutes: number): boolean =>
    policy.decide({ ...request, signInAgeMinutes }).effect === 'permit';
  if (!permits(0)) return null;
  if (permits(MOST_MINUTES)) return MOST_MINUTES;
  let [good, bad] = [0, MOST_MINUTES];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (permits(middle)) good = middle;
    else bad = middle;
  }
  return good;
};
