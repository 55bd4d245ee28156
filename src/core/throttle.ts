/** Step 5: how much one person and one tenant may ask. Counted in trip 1, so it costs no trip of its own. */
import type { Count } from './ports.ts';

const MINUTE_MS = 60_000;

/** Generous for a person, hopeless for a script. */
export const PERSON_PER_MINUTE = 60;
export const TENANT_PER_MINUTE = 3_000;

/** What trip 1 counts for an account. */
export const countsOf = (o: { readonly account: string; readonly tenant: string }): readonly Count[] => [
  { name: 'person', key: `ask:person:${o.account}`, windowMs: MINUTE_MS },
  { name: 'tenant', key: `ask:tenant:${o.tenant}`, windowMs: MINUTE_MS },
];

/** Seconds to wait, or null where there is room. A count that is missing is over the limit: what was not counted is not let through. */
export const throttled = (counts: Readonly<Record<string, number>>): number | null => {
  const person = counts['person'] ?? Number.POSITIVE_INFINITY;
  const tenant = counts['tenant'] ?? Number.POSITIVE_INFINITY;
  return person > PERSON_PER_MINUTE || tenant > TENANT_PER_MINUTE ? MINUTE_MS / 1000 : null;
};
