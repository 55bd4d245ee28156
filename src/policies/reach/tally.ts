/** Counts what would have come out otherwise, by intent, group and place, without a group of fewer than five people. */
import type { DryRun, DryRunRow, RecordedQuestion, Tally } from '../../core/restricting-ports.ts';
import { type Counted, FEWEST, type Shown, showGroups, showParts } from './withhold.ts';

type Gathered = { what: string; questions: number; readonly people: Set<number> };

const empty = (what: string): Gathered => ({ what, questions: 0, people: new Set() });

const add = (to: Gathered, person: number): void => {
  to.questions += 1;
  to.people.add(person);
};

/** What is counted of one question: by whom, and under which names. */
export type Counting = Pick<RecordedQuestion, 'person' | 'place'> & {
  readonly intent: string;
  /** The kind among them. */
  readonly groups: readonly string[];
  readonly alone: boolean;
};

export interface Direction {
  add(question: Counting): void;
  readonly tally: Tally | null;
  readonly none: boolean;
  readonly rows: readonly DryRunRow[];
  readonly withheld: boolean;
  readonly onSuspicionAlone: number;
}

/** Counts one direction: what is newly refused, or newly answered. */
export const createDirection = (): Direction => {
  const numbers = new Map<string, number>();
  const total = empty('');
  const alone = empty('');
  const others = empty('');
  const tables = {
    intent: new Map<string, Gathered>(),
    group: new Map<string, Gathered>(),
    place: new Map<string, Gathered>(),
  };

  const row = (table: Map<string, Gathered>, what: string): Gathered => {
    const known = table.get(what) ?? empty(what);
    table.set(what, known);
    return known;
  };
  const enough = (): boolean => total.people.size >= FEWEST;
  const shown = (by: keyof typeof tables, show: (total: Counted, rows: readonly Counted[]) => Shown) => {
    const table = enough() ? show(total, [...tables[by].values()]) : { rows: [], withheld: total.questions > 0 };
    return { rows: table.rows.map((it) => ({ by, ...it })), withheld: table.withheld };
  };
  const all = () => [shown('intent', showParts), shown('group', showGroups), shown('place', showParts)];

  return {
    add: ({ person, place, intent, groups, alone: suspectedOnly }) => {
      const number = numbers.get(person) ?? numbers.size;
      numbers.set(person, number);
      add(total, number);
      add(suspectedOnly ? alone : others, number);
      add(row(tables.intent, intent), number);
      add(row(tables.place, place), number);
      for (const group of new Set(groups)) add(row(tables.group, group), number);
    },
    get tally() {
      return enough() ? { questions: total.questions, people: total.people.size } : null;
    },
    get none() {
      return total.questions === 0;
    },
    get rows() {
      return all().flatMap(({ rows }) => rows);
    },
    get withheld() {
      return all().some(({ withheld }) => withheld);
    },
    get onSuspicionAlone() {
      // The share times the total is a number of questions, and one question is one person: few are said as none.
      if (!enough() || alone.people.size < FEWEST) return 0;
      return others.questions > 0 && others.people.size < FEWEST ? 1 : alone.questions / total.questions;
    },
  };
};

export const resultOf = (o: {
  readonly questions: number;
  readonly distinct: number;
  readonly refused: Direction;
  readonly permitted: Direction;
}): DryRun => ({
  questions: o.questions,
  distinct: o.distinct,
  refused: o.refused.tally,
  permitted: o.permitted.tally,
  none: { refused: o.refused.none, permitted: o.permitted.none },
  rows: { refused: o.refused.rows, permitted: o.permitted.rows },
  withheld: o.refused.withheld || o.permitted.withheld,
  onSuspicionAlone: o.refused.onSuspicionAlone,
});
