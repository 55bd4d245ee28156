/**
 * Refused questions by group. People are in several groups, so that what two of them share, or what one of them leaves of another, may be a few people. Groups are
 * therefore shown only while everybody who is in exactly the same of those shown is one of five at least: whatever is added and subtracted
 * then, people come out in fives or not at all. The largest first.
 */
import { FEWEST } from '../withhold.ts';
import { type Fields, listOf, textOf } from './fields.ts';
import { type GroupRow, MOST_PEOPLE, type Refusals } from './types.ts';

/** More are not shown beside each other, and more than that are not tried. */
const MOST_GROUPS = 40;
const MOST_TRIED = 400;

/** Somebody's groups, their kind among them, as one string that people of the same share; empty: none are on record. */
type Belonging = string;

const BETWEEN = '\u0000';
const GROUP = 'g:';
const KIND = 'k:';

const belongingOf = (names: Iterable<string>): Belonging => [...new Set(names)].sort().join(BETWEEN);
const namesOf = (belonging: Belonging): readonly string[] => (belonging === '' ? [''] : belonging.split(BETWEEN));

export interface RefusalTally {
  /** An entry of a refused question. */
  add(entry: Fields): void;
  shown(): Refusals;
}

interface Class {
  readonly names: ReadonlySet<string>;
  people: number;
  questions: number;
}

export const createRefusalTally = (): RefusalTally => {
  const people = new Map<string, { belonging: Belonging; refused: number }>();
  /** So that each is held once, however many have it. */
  const known = new Map<Belonging, Belonging>();
  let tooMany = false;

  const belonging = (entry: Fields): Belonging => {
    const groups = (listOf(entry, 'groups') ?? []).map((group) => GROUP + group);
    const kind = textOf(entry, 'personKind');
    return belongingOf(kind === '' ? groups : [...groups, KIND + kind]);
  };
  const once = (one: Belonging): Belonging => {
    if (!known.has(one)) known.set(one, one);
    return known.get(one) ?? one;
  };
  const classes = (): readonly Class[] => {
    const all = new Map<Belonging, Class>();
    for (const { belonging: one, refused } of people.values()) {
      const found = all.get(one) ?? { names: new Set(namesOf(one)), people: 0, questions: 0 };
      found.people += 1;
      found.questions += refused;
      all.set(one, found);
    }
    return [...all.values()];
  };

  return {
    add: (entry) => {
      const person = textOf(entry, 'person');
      const before = people.get(person);
      const now = belonging(entry);
      if (before === undefined && people.size === MOST_PEOPLE) tooMany = true;
      else if (before === undefined) people.set(person, { belonging: once(now), refused: 1 });
      else {
        before.refused += 1;
        // Whoever changes groups is counted in all of them, so that a group is of people and not of questions.
        if (now !== before.belonging)
          before.belonging = once(
            belongingOf([...namesOf(before.belonging), ...namesOf(now)].filter((it) => it !== '')),
          );
      }
    },
    shown: () => (tooMany ? { groups: [], withheld: true } : shownOf(classes())),
  };
};

const shownOf = (classes: readonly Class[]): Refusals => {
  const sizes = new Map<string, { people: number; questions: number }>();
  for (const one of classes) {
    for (const name of one.names) {
      const size = sizes.get(name) ?? { people: 0, questions: 0 };
      size.people += one.people;
      size.questions += one.questions;
      sizes.set(name, size);
    }
  }
  const order = [...sizes].sort(([a, left], [b, right]) => right.people - left.people || (a < b ? -1 : 1));
  // Which of the shown groups each class is in, as a number that classes of the same share.
  let atoms: readonly number[] = classes.map(() => 0);
  const groups: GroupRow[] = [];
  for (const [name, { people, questions }] of order.slice(0, MOST_TRIED)) {
    if (people < FEWEST || groups.length === MOST_GROUPS) break;
    const finer = classes.map((one, at) => 2 * (atoms[at] ?? 0) + (one.names.has(name) ? 1 : 0));
    if (!allEnough(classes, finer)) continue;
    atoms = renumbered(finer);
    groups.push(rowOf(name, questions));
  }
  return {
    groups: groups.sort((left, right) => right.count - left.count),
    withheld: groups.length < sizes.size,
  };
};

const allEnough = (classes: readonly Class[], atoms: readonly number[]): boolean => {
  const sums = new Map<number, number>();
  for (const [at, one] of classes.entries()) sums.set(atoms[at] ?? 0, (sums.get(atoms[at] ?? 0) ?? 0) + one.people);
  return [...sums.values()].every((people) => people >= FEWEST);
};

/** From 0 on, so that they stay small. */
const renumbered = (atoms: readonly number[]): readonly number[] => {
  const numbers = new Map<number, number>();
  return atoms.map((atom) => {
    const number = numbers.get(atom) ?? numbers.size;
    numbers.set(atom, number);
    return number;
  });
};

const rowOf = (name: string, count: number): GroupRow => {
  if (name === '') return { of: 'not-recorded', what: '', count };
  return { of: name.startsWith(KIND) ? 'kind' : 'group', what: name.slice(GROUP.length), count };
};
