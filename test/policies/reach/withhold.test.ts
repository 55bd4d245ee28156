import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DryRunRow } from '../../../src/core/restricting-ports.ts';
import { type Counting, createDirection, type Direction } from '../../../src/policies/reach/tally.ts';

const FEWEST = 5;
const INTENTS = ['salary.payslip', 'salary.bonus', 'leave.balance', 'it.vpn', 'people.search'];
const GROUPS = ['payroll', 'manager', 'night-shift', 'hr', 'pilot'];
const PLACES = ['direct', 'group', 'channel', 'shared'] as const;

/** One of a few people, so that small groups are many; each is in the same groups whenever they ask. */
const population = fc
  .record({
    kinds: fc.array(fc.constantFrom('employee', 'employee', 'employee', 'contractor', 'guest'), {
      minLength: 40,
      maxLength: 40,
    }),
    groups: fc.array(fc.subarray(GROUPS), { minLength: 40, maxLength: 40 }),
    // Departments: everybody is in exactly one of them.
    departments: fc.array(fc.constantFrom('north', 'south', 'west'), { minLength: 40, maxLength: 40 }),
    size: fc.integer({ min: 1, max: 40 }),
    usual: fc.constantFrom(...INTENTS),
    asked: fc.array(
      fc.record({
        who: fc.nat(39),
        intent: fc.option(fc.constantFrom(...INTENTS), { freq: 3 }),
        place: fc.constantFrom('direct' as const, 'direct' as const, ...PLACES),
        alone: fc.boolean(),
      }),
      { maxLength: 90, size: 'max' },
    ),
  })
  .map(({ kinds, groups, departments, size, usual, asked }): readonly Counting[] =>
    asked.map(({ who, intent, place, alone }) => {
      const person = who % size;
      return {
        person: `person-${person}`,
        place,
        intent: intent ?? usual,
        groups: [kinds[person] ?? 'employee', departments[person] ?? 'north', ...(groups[person] ?? [])],
        alone,
      };
    }),
  );

const counted = (questions: readonly Counting[]): Direction => {
  const direction = createDirection();
  for (const question of questions) direction.add(question);
  return direction;
};

const peopleOf = (questions: readonly Counting[]): ReadonlySet<string> =>
  new Set(questions.map(({ person }) => person));

const rowsBy = (direction: Direction, by: DryRunRow['by']) => direction.rows.filter((row) => row.by === by);

/** Everything that somebody may take from everything else, with the largest number of rows that are few enough to try all. */
const subsetsOf = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: 2 ** Math.min(all.length, 10) }, (_, bits) => all.filter((_it, at) => (bits >> at) % 2 === 1));

const fine = (people: number): boolean => people <= 0 || people >= FEWEST;

describe('what a dry run shows', () => {
  it('lets nobody work out a count of one to four people, by any subtraction within a table', () => {
    const counts = { rows: 0, withheld: 0, joined: 0, groups: 0, mixed: 0 };
    fc.assert(
      fc.property(population, (questions) => {
        const direction = counted(questions);
        const { tally } = direction;
        const people = peopleOf(questions);
        expect(tally).toEqual(people.size < FEWEST ? null : { questions: questions.length, people: people.size });
        expect(direction.none).toBe(questions.length === 0);
        if (tally === null) {
          expect(direction.rows).toEqual([]);
          expect(direction.onSuspicionAlone).toBe(0);
          return;
        }
        for (const row of direction.rows) {
          counts.rows += 1;
          expect(row.people).toBeGreaterThanOrEqual(FEWEST);
          expect(row.questions).toBeGreaterThanOrEqual(FEWEST);
          expect(fine(tally.people - row.people)).toBe(true);
        }

        for (const by of ['intent', 'place'] as const) {
          const rows = rowsBy(direction, by);
          if (rows.length === 0) continue;
          const inRow = (row: DryRunRow) => questions.filter((it) => row.what.split(', ').includes(it[by]));
          counts.joined += rows.filter(({ what }) => what.includes(', ')).length;
          // No question is outside of all rows, so the rest is nobody's.
          expect(rows.reduce((sum, row) => sum + row.questions, 0)).toBe(tally.questions);
          for (const row of rows) {
            const real = inRow(row);
            expect(row.questions).toBe(real.length);
            expect(peopleOf(real).size).toBeGreaterThanOrEqual(row.people);
            expect(fine(peopleOf(questions.filter((it) => !real.includes(it))).size)).toBe(true);
          }
          // How many asked in more than one of them.
          expect(fine(rows.reduce((sum, row) => sum + row.people, 0) - tally.people)).toBe(true);
        }

        const groups = rowsBy(direction, 'group');
        counts.groups += groups.length;
        const members = new Map(
          groups.map(({ what }) => [what, peopleOf(questions.filter((it) => it.groups.includes(what)))]),
        );
        for (const row of groups) expect(row.people).toBe(members.get(row.what)?.size);
        const wholes = [people, ...members.values()];
        for (const few of subsetsOf(groups)) {
          const sets = few.map(({ what }) => members.get(what) ?? new Set<string>());
          const union = new Set(sets.flatMap((set) => [...set]));
          const apart = union.size === sets.reduce((sum, set) => sum + set.size, 0);
          if (few.length === 0 || !apart) continue;
          for (const whole of wholes) {
            if ([...union].every((it) => whole.has(it))) expect(fine(whole.size - union.size)).toBe(true);
          }
        }

        // Whoever knows of each row whether all, none or some of it rests on suspicion learns of some no more than they may.
        const alone = questions.filter((it) => it.alone);
        const said = direction.onSuspicionAlone * tally.questions;
        expect(Math.abs(said - Math.round(said))).toBeLessThan(1e-6);
        const intents = rowsBy(direction, 'intent').map(({ what }) => what.split(', '));
        const mixed = (intents.length === 0 ? [INTENTS] : intents).flatMap((row) => {
          const [few, rest] = [true, false].map((how) =>
            questions.filter((it) => row.includes(it.intent) && it.alone === how),
          );
          return [few, rest].flatMap((part) => (part === undefined || fine(peopleOf(part).size) ? [] : [part]));
        });
        const told = Math.round(said) - alone.length;
        if (mixed.length === 0) expect(told).toBe(0);
        else counts.mixed += 1;
        for (const part of mixed) {
          const other = mixed.filter((it) => it !== part).reduce((sum, it) => sum + it.length, 0);
          if (other === 0 && told === 0) expect({ part, share: direction.onSuspicionAlone }).toBeNull();
        }
        if (direction.withheld) counts.withheld += 1;
      }),
      { numRuns: 800 },
    );
    expect(counts.rows).toBeGreaterThan(500);
    expect(counts.groups).toBeGreaterThan(100);
    expect(counts.withheld).toBeGreaterThan(100);
    expect(counts.joined).toBeGreaterThan(50);
    expect(counts.mixed).toBeGreaterThan(20);
  });

  const one = (who: number, changed: Partial<Counting> = {}): Counting => ({
    person: `person-${who}`,
    place: 'direct',
    intent: 'salary.payslip',
    groups: ['employee'],
    alone: false,
    ...changed,
  });
  const some = (count: number, changed: Partial<Counting> = {}, from = 0): readonly Counting[] =>
    Array.from({ length: count }, (_, who) => one(from + who, changed));

  it('is everything where every row is large enough', () => {
    const direction = counted([...some(10), ...some(6, { intent: 'salary.bonus', place: 'channel' }, 10)]);
    expect(direction.withheld).toBe(false);
    expect(direction.rows).toEqual([
      { by: 'intent', what: 'salary.payslip', questions: 10, people: 10 },
      { by: 'intent', what: 'salary.bonus', questions: 6, people: 6 },
      { by: 'group', what: 'employee', questions: 16, people: 16 },
      { by: 'place', what: 'direct', questions: 10, people: 10 },
      { by: 'place', what: 'channel', questions: 6, people: 6 },
    ]);
  });

  it('joins a row of a few with the next smallest', () => {
    const direction = counted([
      ...some(20),
      ...some(6, { intent: 'salary.bonus' }, 20),
      ...some(2, { intent: 'leave.balance' }, 26),
    ]);
    expect(direction.withheld).toBe(true);
    expect(rowsBy(direction, 'intent')).toEqual([
      { by: 'intent', what: 'salary.payslip', questions: 20, people: 20 },
      { by: 'intent', what: 'leave.balance, salary.bonus', questions: 8, people: 8 },
    ]);
  });

  it('says no share that would tell, less the rows that rest on suspicion, what one person asked', () => {
    const direction = counted([
      ...some(20, { intent: 'salary.bonus' }),
      ...some(6, { intent: 'salary.suspected', alone: true }, 20),
      ...some(4, { intent: 'salary.payday' }, 26),
      one(30, { intent: 'leave.balance', alone: true }),
    ]);
    expect(rowsBy(direction, 'intent').map(({ what, questions }) => [what, questions])).toEqual([
      ['salary.bonus', 20],
      ['salary.suspected', 6],
      ['leave.balance, salary.payday', 5],
    ]);
    expect(direction.onSuspicionAlone * 31).toBeCloseTo(6);
  });

  it('leaves out a group beside which a few would remain', () => {
    const direction = counted([
      ...some(20),
      ...some(3, { groups: ['contractor'] }, 20),
      ...some(6, { groups: ['employee', 'payroll'] }),
    ]);
    expect(rowsBy(direction, 'group')).toEqual([{ by: 'group', what: 'payroll', questions: 6, people: 6 }]);
  });

  it('is nothing for four people, however many questions they ask', () => {
    const direction = counted(Array.from({ length: 100 }, (_, at) => one(at % 4)));
    expect(direction).toMatchObject({ tally: null, none: false, rows: [], withheld: true, onSuspicionAlone: 0 });
  });

  it('does not take long for groups in whatever numbers', () => {
    const questions = Array.from({ length: 3_000 }, (_, at) =>
      one(at, {
        groups: Array.from({ length: 60 }, (_it, group) => `g-${group}`).filter(
          (_it, group) => (at * 7 + group * group) % 11 < 5,
        ),
      }),
    );
    const from = performance.now();
    expect(rowsBy(counted(questions), 'group').length).toBeGreaterThan(3);
    expect(performance.now() - from).toBeLessThan(20_000);
  });
});
