/** Counts that know whether they rest on five different people, and no more of those people than that takes. */
import { FEWEST, splitFew } from '../withhold.ts';
import { startOf } from './axis.ts';
import { type Axis, type OverTime, type Parts, REST } from './types.ts';

/** How often something was (questions, mostly), and at most five of the people whom it rests on. */
export interface Cell {
  readonly what: string;
  questions: number;
  readonly people: Set<string>;
}

export const emptyCell = (what: string): Cell => ({ what, questions: 0, people: new Set() });

/** Empty: it is not known who, which is nobody more. */
const notePerson = (cell: Cell, person: string): void => {
  if (person !== '' && cell.people.size < FEWEST) cell.people.add(person);
};

export const note = (cell: Cell, person: string, count = 1): void => {
  cell.questions += count;
  notePerson(cell, person);
};

/** Adds what the other counted. Five of each are enough to know whether both together are five. */
export const merge = (into: Cell, other: Cell): void => {
  into.questions += other.questions;
  for (const person of other.people) notePerson(into, person);
};

export const isEnough = (cell: Cell): boolean => cell.people.size >= FEWEST;

/** Null: of fewer than five people, or none at all. */
export const countOf = (cell: Cell): number | null => (isEnough(cell) ? cell.questions : null);

/** Cells by name; above `most` names the rest share one. */
export interface Cells {
  readonly all: ReadonlyMap<string, Cell>;
  at(what: string): Cell;
}

export const createCells = (most = 1_000): Cells => {
  const all = new Map<string, Cell>();
  return {
    all,
    at: (what) => {
      const name = all.has(what) || all.size < most ? what : REST;
      const cell = all.get(name) ?? emptyCell(name);
      all.set(name, cell);
      return cell;
    },
  };
};

/** Of cells that each question is in exactly one of; five people at least in all of them. */
export const partsOf = (cells: Iterable<Cell>): Parts => {
  const { apart, together } = splitFew([...cells]);
  return {
    apart: apart
      .map(({ what, questions }) => ({ what, count: questions }))
      .sort((left, right) => right.count - left.count || (left.what < right.what ? -1 : 1)),
    together: together.reduce((sum, { questions }) => sum + questions, 0),
  };
};

/** Those of days (named by when they begin) as cells of an axis, in its order; each unit that has any. */
export const onAxis = (days: Iterable<Cell>, axis: Axis): ReadonlyMap<number, Cell> => {
  const units = new Map<number, Cell>();
  for (const day of days) {
    const start = startOf(axis.unit, Number(day.what));
    const unit = units.get(start) ?? emptyCell(String(start));
    merge(unit, day);
    units.set(start, unit);
  }
  return units;
};

/** Counts of days over an axis; five people at least in all of them. */
export const overTime = (days: Iterable<Cell>, axis: Axis): OverTime => {
  const { apart, together } = splitFew([...onAxis(days, axis).values()]);
  const shown = new Map(apart.map(({ what, questions }) => [Number(what), questions]));
  return {
    counts: axis.starts.map((start) => shown.get(start) ?? null),
    together: together.reduce((sum, { questions }) => sum + questions, 0),
  };
};
