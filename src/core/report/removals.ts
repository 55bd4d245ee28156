/**
 * Messages that had their time: how they left, and how late. An entry of a removal names no person, so different chats stand for different people: nothing is shown
 * of fewer than five chats, and no day of fewer. What of a day was late or refused is shown however little it is: that is about the platform and us.
 */
import { FEWEST, splitFew } from '../withhold.ts';
import { dayOf } from './axis.ts';
import { type Cell, createCells, emptyCell, note, onAxis } from './few.ts';
import { type Fields, numberOf, textOf } from './fields.ts';
import {
  type Axis,
  LATE_STEPS,
  LATENESS,
  type Lateness,
  ON_TIME_MS,
  type OverTime,
  REMOVAL_STATES,
  type Removals,
} from './types.ts';

export interface RemovalTally {
  /** False: it is of a state that this version does not know, or has no times. */
  add(entry: Fields, at: number): boolean;
  shown(axis: Axis): Removals | null;
}

const zeros = <K extends string>(names: readonly K[]): { [N in K]: number } =>
  Object.fromEntries(names.map((name) => [name, 0])) as { [N in K]: number };

const latenessOf = (o: { readonly state: string; readonly engineMs: number; readonly lateMs: number }): Lateness => {
  if (o.state === 'refused-by-platform') return 'refused';
  if (o.lateMs <= ON_TIME_MS) return 'on-time';
  return o.engineMs > ON_TIME_MS ? 'late-ours' : 'late-theirs';
};

export const createRemovalTally = (): RemovalTally => {
  const total = emptyCell('');
  const days = createCells(4_000);
  const byDay = new Map(LATENESS.map((how) => [how, createCells(4_000)]));
  const states = zeros(REMOVAL_STATES);
  const lateness = zeros(LATENESS);
  const steps = [...LATE_STEPS, 0].map(() => 0);

  return {
    add: (entry, at) => {
      const state = REMOVAL_STATES.find((one) => one === entry['state']);
      const [engineMs, platformMs] = [numberOf(entry, 'engineMs'), numberOf(entry, 'platformMs')];
      if (state === undefined || engineMs === null || platformMs === null) return false;
      const chat = [textOf(entry, 'platform'), textOf(entry, 'tenant'), textOf(entry, 'channel')].join(' ');
      const lateMs = Math.max(0, engineMs) + Math.max(0, platformMs);
      const how = latenessOf({ state, engineMs, lateMs });
      const day = String(dayOf(at));
      note(total, chat);
      note(days.at(day), chat);
      const part = byDay.get(how)?.at(day);
      if (part !== undefined) part.questions += 1;
      states[state] += 1;
      lateness[how] += 1;
      if (how !== 'refused') {
        const step = LATE_STEPS.findIndex((most) => lateMs <= most);
        const at = step === -1 ? LATE_STEPS.length : step;
        steps[at] = (steps[at] ?? 0) + 1;
      }
      return true;
    },
    shown: (axis) => {
      if (total.people.size < FEWEST) return null;
      const { apart } = splitFew([...onAxis(days.all.values(), axis).values()]);
      const shown = new Set(apart.map(({ what }) => Number(what)));
      const time = (how: Lateness): OverTime => {
        const cells: ReadonlyMap<number, Cell> = onAxis(byDay.get(how)?.all.values() ?? [], axis);
        const counts = axis.starts.map((start) => (shown.has(start) ? (cells.get(start)?.questions ?? 0) : null));
        return { counts, together: lateness[how] - counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) };
      };
      return {
        total: total.questions,
        states: { ...states },
        lateness: { ...lateness },
        steps: [...steps],
        time: {
          'on-time': time('on-time'),
          'late-ours': time('late-ours'),
          'late-theirs': time('late-theirs'),
          refused: time('refused'),
        },
      };
    },
  };
};

/** Requests that were turned away, which are nobody's: by reason and day, as they are. */
export const createRejectedTally = () => {
  const days = createCells(4_000);
  const reasons = createCells(100);
  let total = 0;
  return {
    add: (entry: Fields, at: number): boolean => {
      const count = numberOf(entry, 'count');
      if (count === null || count < 0) return false;
      total += count;
      days.at(String(dayOf(at))).questions += count;
      reasons.at([textOf(entry, 'platform'), textOf(entry, 'reason')].join(' ').trim()).questions += count;
      return true;
    },
    shown: (axis: Axis) => {
      const cells = onAxis(days.all.values(), axis);
      return {
        total,
        reasons: [...reasons.all.values()]
          .map(({ what, questions }) => ({ what, count: questions }))
          .sort((left, right) => right.count - left.count || (left.what < right.what ? -1 : 1)),
        time: { counts: axis.starts.map((start) => cells.get(start)?.questions ?? 0), together: 0 },
      };
    },
  };
};
