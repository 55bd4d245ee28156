/** What somebody has still to decide in a description that was begun for them (`openapi/`). */

/** Text that begins so stands where a decision is missing; what follows says which. */
export const TO_DECIDE = 'FILL IN';

export interface Undecided {
  readonly path: readonly PropertyKey[];
  /** Completes "PLACE …". */
  readonly what: string;
}

/** Deeper than any description is. */
const MOST_DEPTH = 20;

/** Every text and every name that begins so, in the order of the file. */
export const undecided = (value: unknown, path: readonly PropertyKey[] = []): readonly Undecided[] => {
  if (typeof value === 'string') {
    if (!value.startsWith(TO_DECIDE)) return [];
    const asked = value.slice(TO_DECIDE.length).trim();
    return [{ path, what: `is still to be decided${asked === '' ? '' : `: ${asked}`}` }];
  }
  if (typeof value !== 'object' || value === null || path.length > MOST_DEPTH) return [];
  return Object.entries(value).flatMap(([name, each]) => undecided(each, [...path, name]));
};

/** Whether a finding at one place is only that of an undecided one within it or around it. */
export const restsOn = (path: readonly PropertyKey[], all: readonly Undecided[]): boolean =>
  all.some((one) => {
    const least = Math.min(path.length, one.path.length);
    return least > 0 && path.slice(0, least).every((part, at) => String(part) === String(one.path[at]));
  });
