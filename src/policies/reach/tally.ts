/** Counts what would have come out otherwise, by intent, group and place, without a group of fewer than five people. */
import type { DryRun, DryRunRow, RecordedQuestion, Tally } from '../../core/restricting-ports.ts';
import {
  BETWEEN,
  type Counted,
  FEWEST,
  joined,
  type Shown,
  showGroups,
  showParts,
  tells,
} from '../../core/withhold.ts';

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

type By = DryRunRow['by'];

/** Counts one direction: what is newly refused, or newly answered. */
export const createDirection = (): Direction => {
  const numbers = new Map<string, number>();
  const total = empty('');
  const tables: Readonly<Record<By, Map<string, Gathered>>> = { intent: new Map(), group: new Map(), place: new Map() };
  /** By intent: what a suspicion alone refuses, and what else. */
  const alone = new Map<string, Gathered>();
  const others = new Map<string, Gathered>();
  /** What may be shown of it; null: to be found out, which takes a while. */
  let shownNow: ReturnType<typeof show> | null = null;

  const row = (table: Map<string, Gathered>, what: string): Gathered => {
    const known = table.get(what) ?? empty(what);
    table.set(what, known);
    return known;
  };
  const enough = (): boolean => total.people.size >= FEWEST;
  const show = () => {
    const shown = (by: By, among: (total: Counted, rows: readonly Counted[]) => Shown) => {
      const table = enough() ? among(total, [...tables[by].values()]) : { rows: [], withheld: total.questions > 0 };
      return { rows: table.rows.map((it) => ({ by, ...it })), withheld: table.withheld };
    };
    const all = [shown('intent', showParts), shown('group', showGroups), shown('place', showParts)];
    return { rows: all.flatMap(({ rows }) => rows), withheld: all.some(({ withheld }) => withheld) };
  };
  const read = () => {
    shownNow ??= show();
    return shownNow;
  };
  const within = (part: ReadonlyMap<string, Gathered>, intents: readonly string[]): Counted =>
    joined(intents.flatMap((intent) => part.get(intent) ?? []));
  /**
   * Of these intents, how many questions are said to rest on suspicion alone: none or all of them, where those that do or those that
   * do not are few. The share times the total, less the rows that rest on nothing else, is a number of questions.
   */
  const saidAlone = (intents: readonly string[]): number => {
    const [few, rest] = [within(alone, intents), within(others, intents)];
    if (few.people.size < FEWEST) return 0;
    return few.questions + (tells(rest.people.size) ? rest.questions : 0);
  };

  return {
    add: ({ person, place, intent, groups, alone: suspectedOnly }) => {
      const number = numbers.get(person) ?? numbers.size;
      numbers.set(person, number);
      shownNow = null;
      add(total, number);
      add(row(suspectedOnly ? alone : others, intent), number);
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
      return read().rows;
    },
    get withheld() {
      return read().withheld;
    },
    get onSuspicionAlone() {
      if (!enough()) return 0;
      const rows = read().rows.filter(({ by }) => by === 'intent');
      const parts = rows.length === 0 ? [[...tables.intent.keys()]] : rows.map(({ what }) => what.split(BETWEEN));
      return parts.reduce((sum, intents) => sum + saidAlone(intents), 0) / total.questions;
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
