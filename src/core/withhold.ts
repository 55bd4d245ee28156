/**
 * What of a table may be shown, so that nobody is one of fewer than five people in it, nor in what is left when one number of it is
 * taken from another.
 */
import type { Tally } from './restricting-ports.ts';

export const FEWEST = 5;

/** Between the names of rows that are joined. */
export const BETWEEN = ', ';

/** Some questions, and who asked them. */
export interface Counted {
  readonly what: string;
  readonly questions: number;
  readonly people: ReadonlySet<number>;
}

export interface Shown {
  readonly rows: readonly (Tally & { readonly what: string })[];
  /** Something was left out, joined, or said as less than it is. */
  readonly withheld: boolean;
}

const NOTHING: Shown = { rows: [], withheld: true };

/** Between one and four: a number of people that nobody may be able to work out. */
export const tells = (people: number): boolean => people > 0 && people < FEWEST;

/** As much of a row as is looked at to see whether it rests on too few. */
interface Few {
  readonly what: string;
  readonly questions: number;
  readonly people: ReadonlySet<number | string>;
}

const fewestFirst = <T extends Few>(rows: readonly T[]): readonly T[] =>
  rows.toSorted(
    (left, right) =>
      left.people.size - right.people.size || left.questions - right.questions || (left.what < right.what ? -1 : 1),
  );

const peopleOf = (rows: readonly Few[]): number => new Set(rows.flatMap(({ people }) => [...people])).size;

/**
 * Rows of which each question is in exactly one. `apart`: those that may stand by themselves, the fewest people first. `together`: those of fewer than five
 * people, with the next smallest until they are five, so that their sum, which is what is left of the total, is never theirs alone. All of them
 * must be five people at least. Of a row's people five are enough to know.
 */
export const splitFew = <T extends Few>(
  rows: readonly T[],
): { readonly apart: readonly T[]; readonly together: readonly T[] } => {
  const rest = [...fewestFirst(rows)];
  const together: T[] = [];
  while (
    rest[0] !== undefined &&
    (tells(rest[0].people.size) || (together.length > 0 && peopleOf(together) < FEWEST))
  ) {
    together.push(rest[0]);
    rest.shift();
  }
  return { apart: rest, together };
};

export const joined = (rows: readonly Counted[]): Counted => ({
  what: rows
    .map(({ what }) => what)
    .sort()
    .join(BETWEEN),
  questions: rows.reduce((sum, { questions }) => sum + questions, 0),
  people: new Set(rows.flatMap(({ people }) => [...people])),
});

const tallied = ({ what, questions, people }: Counted) => ({ what, questions, people: people.size });

/**
 * How many people are said of each row, at most as many as there are: what would leave one to four people beside the total, or as an
 * overlap of all rows, is said as less. Null where that cannot be had with five in every row.
 */
const saidPeople = (sizes: readonly number[], total: number): readonly number[] | null => {
  const fits = (size: number): boolean => size >= FEWEST && !tells(total - size);
  const said = sizes.map((size) => (tells(total - size) ? total - FEWEST : size));
  if (!said.every(fits)) return null;
  const over = said.reduce((sum, size) => sum + size, 0) - total;
  if (!tells(over)) return said;
  for (const [at, size] of said.entries()) {
    for (let less = size - over; less >= FEWEST; less -= 1) if (fits(less)) return said.with(at, less);
  }
  return null;
};

/** Rows of which each question is in exactly one (intents, places), split by `splitFew`. */
export const showParts = (total: Counted, rows: readonly Counted[]): Shown => {
  const { apart, together: few } = splitFew(rows);
  const shown = [...apart.toReversed(), ...(few.length === 0 ? [] : [joined(few)])];
  const sizes = shown.map(({ people }) => people.size);
  const said = saidPeople(sizes, total.people.size);
  if (said === null) return NOTHING;
  return {
    rows: shown.map((row, at) => ({ ...tallied(row), people: said[at] ?? FEWEST })),
    withheld: few.length > 0 || said.some((size, at) => size !== sizes[at]),
  };
};

/** More groups than this are not shown beside each other. */
const MOST_GROUPS = 40;
/** Looking for what may be worked out stops here, and counts as found. */
const MOST_STEPS = 20_000;

const isWithin = (few: ReadonlySet<number>, many: ReadonlySet<number>): boolean =>
  few.size <= many.size && [...few].every((it) => many.has(it));
const isApart = (left: ReadonlySet<number>, right: ReadonlySet<number>): boolean =>
  ![...left].some((it) => right.has(it));

/** Whether rows that share nobody, all of them within `whole`, leave one to four of it. */
const leavesFew = (whole: Counted, rows: readonly Counted[]): boolean => {
  const inside = rows.filter((row) => row !== whole && isWithin(row.people, whole.people));
  const sums: number[] = [];
  for (const row of inside.toReversed()) sums.unshift((sums[0] ?? 0) + row.people.size);
  let steps = 0;
  const found = (at: number, left: number, taken: readonly Counted[]): boolean => {
    steps += 1;
    if (steps > MOST_STEPS || (taken.length > 0 && tells(left))) return true;
    // All that could still be taken would leave more than four.
    if (left - (sums[at] ?? 0) >= FEWEST) return false;
    const row = inside[at];
    if (row === undefined) return false;
    const apart = row.people.size <= left && taken.every(({ people }) => isApart(people, row.people));
    return (apart && found(at + 1, left - row.people.size, [...taken, row])) || found(at + 1, left, taken);
  };
  return found(0, whole.people.size, []);
};

/** Rows that share people (groups): the largest first, each only where it gives nothing away beside those shown and the total. */
export const showGroups = (total: Counted, rows: readonly Counted[]): Shown => {
  const shown: Counted[] = [];
  for (const row of fewestFirst(rows).toReversed()) {
    if (tells(row.people.size) || shown.length === MOST_GROUPS) continue;
    const together = [...shown, row];
    if ([total, ...together].every((whole) => !leavesFew(whole, together))) shown.push(row);
  }
  return { rows: shown.map(tallied), withheld: shown.length < rows.length };
};
