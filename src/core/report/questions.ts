/**
 * Questions by how they ended, over time and by topic. How they ended is split first, so that each is of five people at least; then each of those by time, and
 * by topic. Whatever is taken from whatever, one number of people's questions is left over only where it was of five of them.
 */
import type { Verdict } from '../types.ts';
import { FEWEST, splitFew } from '../withhold.ts';
import { axisOf, dayOf, unitsFor } from './axis.ts';
import { type Cell, type Cells, createCells, emptyCell, isEnough, merge, note, overTime, partsOf } from './few.ts';
import { type Fields, listOf, textOf } from './fields.ts';
import { type Axis, MOST_PEOPLE, type Outcome, type Period, type Questions } from './types.ts';

export const VERDICTS: readonly Verdict[] = [
  'answer',
  'refuse',
  'step-up',
  'private-only',
  'which',
  'unknown',
  'throttled',
];

/** Of what a question is about: one topic, several as one, or none. */
const topicOf = (entry: Fields): string => [...new Set(listOf(entry, 'topics') ?? [])].sort().join(' + ');

interface Ended {
  readonly cell: Cell;
  readonly days: Cells;
  readonly topics: Cells;
}

const empty = (what: string): Ended => ({ cell: emptyCell(what), days: createCells(4_000), topics: createCells(200) });

export interface QuestionTally {
  /** False: it is no decision that this version knows. */
  add(entry: Fields, at: number): boolean;
  /** Of which verdicts each one that is shown consists; null: nothing is. */
  shown(period: Period): { readonly axis: Axis; readonly questions: Questions | null };
}

export const createQuestionTally = (): QuestionTally => {
  const all = new Map<Verdict, Ended>(VERDICTS.map((verdict) => [verdict, empty(verdict)]));
  const people = new Set<string>();
  let more = false;

  const joined = (parts: readonly Ended[]): Ended => {
    const sum = empty('');
    for (const part of parts) {
      merge(sum.cell, part.cell);
      for (const day of part.days.all.values()) merge(sum.days.at(day.what), day);
      for (const topic of part.topics.all.values()) merge(sum.topics.at(topic.what), topic);
    }
    return sum;
  };
  const outcomes = (axis: Axis): readonly Outcome[] => {
    const { apart, together } = splitFew(
      [...all.values()].map(({ cell }) => cell).filter(({ questions }) => questions > 0),
    );
    return [...apart.map((cell) => [cell]), ...(together.length === 0 ? [] : [together])]
      .map((cells): Outcome => {
        const verdicts = VERDICTS.filter((verdict) => cells.some(({ what }) => what === verdict));
        const { cell, days, topics } = joined(verdicts.flatMap((verdict) => all.get(verdict) ?? []));
        return {
          verdicts,
          count: cell.questions,
          time: overTime(days.all.values(), axis),
          topics: partsOf(topics.all.values()),
        };
      })
      .sort((left, right) => right.count - left.count);
  };

  return {
    add: (entry, at) => {
      const verdict = VERDICTS.find((one) => one === entry['verdict']);
      const ended = verdict === undefined ? undefined : all.get(verdict);
      const person = textOf(entry, 'person');
      if (ended === undefined || person === '') return false;
      if (people.size < MOST_PEOPLE) people.add(person);
      else if (!people.has(person)) more = true;
      note(ended.cell, person);
      note(ended.days.at(String(dayOf(at))), person);
      note(ended.topics.at(topicOf(entry)), person);
      return true;
    },
    shown: (period) => {
      const units = unitsFor(period);
      const total = joined([...all.values()]).cell;
      const [finest = 'month'] = units;
      if (!isEnough(total)) return { axis: axisOf(finest, period), questions: null };
      const tried = units.map((unit) => {
        const axis = axisOf(unit, period);
        return { axis, outcomes: outcomes(axis) };
      });
      // A coarser one where too much could not be shown in a finer one.
      const best = tried.find((one) => hidden(one.outcomes) <= total.questions * MOST_HIDDEN) ?? tried.at(-1);
      return {
        axis: best?.axis ?? axisOf(finest, period),
        questions: {
          total: total.questions,
          people: Math.floor(people.size / FEWEST) * FEWEST,
          more,
          outcomes: best?.outcomes ?? [],
        },
      };
    },
  };
};

/** Of all questions at most this share is of days that are too few people to be shown, where weeks or months would do better. */
const MOST_HIDDEN = 0.2;

const hidden = (outcomes: readonly Outcome[]): number => outcomes.reduce((sum, { time }) => sum + time.together, 0);
