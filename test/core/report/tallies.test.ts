/** The report against a model that is as simple as can be, and against somebody who takes every number of it from every other. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, startOf } from '../../../src/core/report/axis.ts';
import { VERDICTS } from '../../../src/core/report/questions.ts';
import { createTallies } from '../../../src/core/report/tallies.ts';
import type { Report } from '../../../src/core/report/types.ts';
import { anyEntry } from '../../support/audit-entries.ts';

const SINCE = Date.UTC(2026, 0, 5);
const FEWEST = 5;
const DAYS = 12;
const period = { since: SINCE, until: SINCE + DAYS * DAY_MS };

interface Asked {
  readonly person: string;
  readonly verdict: string;
  readonly topics: readonly string[];
  readonly day: number;
  readonly groups: readonly string[];
  readonly personKind: string;
}

const GROUPS = ['north', 'south', 'night-shift', 'pilot', 'managers'];

/** Some thirty people of whom a few are in small groups, and questions of which most are alike. */
const asked: fc.Arbitrary<readonly Asked[]> = fc
  .record({
    groups: fc.array(fc.subarray(GROUPS), { minLength: 30, maxLength: 30 }),
    kinds: fc.array(fc.constantFrom('employee', 'employee', 'employee', 'contractor', 'guest'), {
      minLength: 30,
      maxLength: 30,
    }),
    size: fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) },
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 30 }) },
    ),
    usual: fc.constantFrom(...VERDICTS),
    questions: fc.array(
      fc.record({
        who: fc.nat(29),
        verdict: fc.option(fc.constantFrom(...VERDICTS), { freq: 3 }),
        topics: fc.constantFrom(['leave'], ['leave'], ['salary'], ['it'], [], ['leave', 'salary']),
        // Most on two days, so that what is not shown of the others is little.
        day: fc.oneof({ weight: 9, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(DAYS - 1) }),
        left: fc.boolean(),
      }),
      { maxLength: 160, size: 'max' },
    ),
  })
  .map(({ groups, kinds, size, usual, questions }) =>
    questions.map(({ who, verdict, topics, day, left }) => {
      const number = who % size;
      const own = groups[number] ?? [];
      return {
        person: `person-${number}`,
        verdict: verdict ?? usual,
        topics,
        day,
        // Some change groups meanwhile.
        groups: left ? own.slice(1) : own,
        personKind: kinds[number] ?? 'employee',
      };
    }),
  );

const entryOf = (it: Asked, at: number) => ({
  kind: 'decision',
  at: SINCE + it.day * DAY_MS + (at % 1_000),
  question: `q-${at}`,
  person: it.person,
  verdict: it.verdict,
  topics: it.topics,
  groups: it.groups,
  personKind: it.personKind,
});

const reportOf = (entries: Iterable<Readonly<Record<string, unknown>>>): Report => {
  const tallies = createTallies({ period });
  for (const entry of entries) tallies.add(entry, 'slot-0');
  return tallies.report();
};

const people = (some: readonly Asked[]): number => new Set(some.map(({ person }) => person)).size;
const fine = (some: readonly Asked[]): boolean => some.length === 0 || people(some) >= FEWEST;
const topicOf = ({ topics }: Asked): string => topics.join(' + ');

/** Every number on the page is of a set of questions; these are the sets that it names. */
interface Cell {
  readonly says: number;
  readonly of: readonly Asked[];
}

const cellsOf = (report: Report, all: readonly Asked[]): readonly (readonly Cell[])[] => {
  const { questions, axis } = report;
  if (questions === null) return [];
  return questions.outcomes.flatMap((outcome) => {
    const own = all.filter(({ verdict }) => outcome.verdicts.some((one) => one === verdict));
    const bucket = ({ day }: Asked): number => startOf(axis.unit, SINCE + day * DAY_MS);
    const shown = axis.starts.filter((_, at) => outcome.time.counts[at] !== null);
    const topics = outcome.topics.apart.map(({ what }) => what);
    return [
      [{ says: outcome.count, of: own }],
      [
        ...axis.starts.flatMap((start, at) => {
          const says = outcome.time.counts[at];
          return typeof says === 'number' ? [{ says, of: own.filter((it) => bucket(it) === start) }] : [];
        }),
        { says: outcome.time.together, of: own.filter((it) => !shown.includes(bucket(it))) },
      ],
      [
        ...outcome.topics.apart.map(({ what, count }) => ({
          says: count,
          of: own.filter((it) => topicOf(it) === what),
        })),
        { says: outcome.topics.together, of: own.filter((it) => !topics.includes(topicOf(it))) },
      ],
    ];
  });
};

describe('what a report shows of questions', () => {
  it('is right to the last number, and leaves nobody alone, in no table and in no difference to its sum', () => {
    const counts = { shown: 0, together: 0, joined: 0, none: 0 };
    fc.assert(
      fc.property(asked, (all) => {
        const report = reportOf(all.map(entryOf));
        const { questions } = report;
        if (people(all) < FEWEST) {
          counts.none += 1;
          expect(questions).toBeNull();
          expect(report.refusals).toBeNull();
          return;
        }
        expect(questions?.total).toBe(all.length);
        expect(questions?.people).toBe(Math.floor(people(all) / 5) * 5);
        const outcomes = questions?.outcomes ?? [];
        // Each question is in exactly one.
        expect(outcomes.flatMap(({ verdicts }) => verdicts).sort()).toEqual(
          [...new Set(all.map(({ verdict }) => verdict))].sort(),
        );
        expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        counts.joined += outcomes.filter(({ verdicts }) => verdicts.length > 1).length;
        for (const table of cellsOf(report, all)) {
          for (const { says, of } of table) {
            expect(says).toBe(of.length);
            expect(fine(of)).toBe(true);
            counts.shown += 1;
          }
          // Whatever somebody knows of some of its cells, what they cannot tell apart is never of one to four people.
          expect(fine(table.flatMap(({ of }) => of))).toBe(true);
        }
        counts.together += outcomes.filter(({ time }) => time.together > 0).length;
      }),
      { numRuns: 1_000 },
    );
    expect(counts.shown).toBeGreaterThan(2_000);
    // The rarest, about forty: whatever is drawn, it is not once in a million runs that few.
    expect(counts.together).toBeGreaterThan(10);
    expect(counts.joined).toBeGreaterThan(20);
    expect(counts.none).toBeGreaterThan(20);
  });

  it('leaves nobody alone in what groups share, add or leave of each other, of the refused, or of all of them', () => {
    const counts = { groups: 0, several: 0, withheld: 0 };
    fc.assert(
      fc.property(asked, (all) => {
        const report = reportOf(all.map((it, at) => entryOf({ ...it, verdict: 'refuse' }, at)));
        if (report.refusals === null) return;
        const { groups, withheld } = report.refusals;
        if (withheld) counts.withheld += 1;
        counts.groups += groups.length;
        if (groups.length > 1) counts.several += 1;
        // Whoever was in it at some time.
        const members = new Map<string, Set<string>>();
        for (const it of all)
          for (const name of [...it.groups, `kind ${it.personKind}`]) {
            const known = members.get(name) ?? new Set();
            members.set(name, known.add(it.person));
          }
        const sets = groups.map(({ of, what, count }) => {
          const inside = members.get(of === 'kind' ? `kind ${what}` : what) ?? new Set<string>();
          expect(count).toBe(all.filter(({ person }) => inside.has(person)).length);
          expect(inside.size).toBeGreaterThanOrEqual(FEWEST);
          return inside;
        });
        // Every set that can be had from those shown by and, or, not and differences is made of these.
        const atoms = new Map<string, Set<string>>();
        for (const { person } of all) {
          const key = sets.map((set) => (set.has(person) ? '1' : '0')).join('');
          atoms.set(key, (atoms.get(key) ?? new Set()).add(person));
        }
        for (const atom of atoms.values()) expect(atom.size).toBeGreaterThanOrEqual(FEWEST);
      }),
      { numRuns: 600 },
    );
    expect(counts.groups).toBeGreaterThan(200);
    expect(counts.several).toBeGreaterThan(50);
    expect(counts.withheld).toBeGreaterThan(100);
  });

  const one = (number: number, changed: Partial<Asked> = {}): Asked => ({
    person: `person-${number}`,
    verdict: 'refuse',
    topics: ['salary'],
    day: 0,
    groups: ['north'],
    personKind: 'employee',
    ...changed,
  });
  const some = (count: number, changed: Partial<Asked> = {}, from = 0): readonly Asked[] =>
    Array.from({ length: count }, (_, at) => one(from + at, changed));
  const shown = (all: readonly Asked[]): Report => reportOf(all.map(entryOf));

  it('is nothing for four people, however much they ask, and something for five', () => {
    expect(shown(Array.from({ length: 200 }, (_, at) => one(at % 4))).questions).toBeNull();
    expect(shown(Array.from({ length: 200 }, (_, at) => one(at % 5))).questions?.total).toBe(200);
  });

  it('does not give away a single person by the difference between a sum and the days that are shown', () => {
    const report = shown([...some(60), ...some(6, { day: 1 }), one(90, { day: 2 })]);
    // The smallest day that would do is shown together with the day of one.
    expect(report.questions?.outcomes[0]?.time.counts.slice(0, 3)).toEqual([60, null, null]);
    expect(report.questions?.outcomes[0]?.time.together).toBe(7);
  });

  it('gives away how much four people asked by no other number: of entries, or of messages that left in five chats of theirs', () => {
    const left = (at: number) => ({
      kind: 'removal',
      at: SINCE + at,
      platform: 'slack',
      tenant: 'T1',
      channel: `C${at % 6}`,
      message: `m${at}`,
      state: 'removed',
      engineMs: 0,
      platformMs: 0,
    });
    const four = Array.from({ length: 24 }, (_, at) => one(at % 4));
    const report = reportOf([...four.map(entryOf), ...four.map((_, at) => left(at))]);
    expect(report).toMatchObject({ questions: null, removals: null, entries: { read: 48, inPeriod: null } });
    const five = [...four, one(4)];
    const more = reportOf([...five.map(entryOf), ...five.map((_, at) => left(at))]);
    expect(more).toMatchObject({ questions: { total: 25 }, removals: { total: 25 }, entries: { inPeriod: 50 } });
  });

  it('takes what the second check refused for nobody’s where it is not known who asked', () => {
    const refused = (at: number) => ({ kind: 'data-refused', at: SINCE + 20_000 + at, question: `q${at}` });
    const known = some(5).map((question, at) => ({ ...entryOf(question, at), question: `q${at}` }));
    // The decisions of the others lie before its time, or too far back.
    expect(reportOf([...known, ...[0, 1, 2, 3, 7, 8].map(refused)]).dataRefused).toBeNull();
    expect(reportOf([...known, ...[0, 1, 2, 3, 4, 8].map(refused)]).dataRefused).toBe(6);
  });

  it('does not give away a topic of one person, though outcomes and topics are told', () => {
    const report = shown([...some(9), ...some(7, { topics: ['leave'] }), one(50, { topics: ['people'] })]);
    expect(report.questions?.outcomes[0]?.topics).toEqual({ apart: [{ what: 'salary', count: 9 }], together: 8 });
  });

  it('shows no refusals by group where how many were refused is not told by itself', () => {
    const report = shown([...some(20, { verdict: 'answer' }), ...some(6), one(60, { verdict: 'which' })]);
    expect(report.questions?.outcomes.map(({ verdicts, count }) => [verdicts, count])).toEqual([
      [['answer'], 20],
      [['refuse', 'which'], 7],
    ]);
    expect(report.refusals).toBeNull();
  });

  it('does not give away two people whom two groups share, nor one whom a group leaves of all', () => {
    const both = shown([
      ...some(10, { groups: ['east'] }),
      ...some(2, { groups: ['east', 'west'] }, 10),
      ...some(10, { groups: ['west'] }, 12),
    ]);
    // East and west together are everybody, so that their sum would tell how much the two asked.
    expect(both.refusals?.groups.map(({ what }) => what)).toEqual(['employee', 'east']);
    expect(both.refusals?.withheld).toBe(true);
    const but = shown([...some(10), one(30, { groups: [], personKind: 'contractor' })]);
    expect(but.refusals?.groups).toEqual([]);
  });

  it('counts whoever changes groups in both, so that no group leaves a few of their questions', () => {
    const moved = shown([
      ...some(10, { groups: ['east'] }),
      ...some(10, { groups: ['west'] }, 20),
      // One of the east asks three times more once they are of the west.
      ...Array.from({ length: 3 }, () => one(0, { groups: ['west'] })),
    ]);
    expect(moved.refusals?.groups).toEqual([
      { of: 'kind', what: 'employee', count: 23 },
      // Both have all that they asked; the smaller of both groups would leave a few people of the other one.
      { of: 'group', what: 'west', count: 14 },
    ]);
  });

  it('says of entries that are older than groups that these are not recorded', () => {
    const tallies = createTallies({ period });
    for (const [at, it] of some(6).entries()) {
      const { groups: _groups, personKind: _kind, ...older } = entryOf(it, at);
      tallies.add(older, 'slot-0');
    }
    expect(tallies.report().refusals?.groups).toEqual([{ of: 'not-recorded', what: '', count: 6 }]);
  });

  it('takes weeks where most days would be of too few people', () => {
    const report = shown(Array.from({ length: 24 }, (_, at) => one(at, { day: at % DAYS, verdict: 'answer' })));
    expect(report.axis.unit).toBe('week');
    expect(report.questions?.outcomes[0]?.time).toEqual({ counts: [14, 10], together: 0 });
  });
});

describe('a report', () => {
  it('takes every kind of entry, and only what lies in its time', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 60 }), fc.nat(), (entries, shift) => {
        const moved = entries.map((entry, at) => ({ ...entry, at: SINCE + ((at * 7 + shift) % 20) * DAY_MS }));
        const report = reportOf(moved);
        expect(report.entries).toEqual({
          read: moved.length,
          inPeriod: report.questions === null ? null : moved.filter(({ at }) => at < period.until).length,
          unknown: expect.any(Number),
        });
        expect(report.entries.unknown).toBe(0);
      }),
    );
  });

  it('does not depend on the order of the entries', () => {
    fc.assert(
      fc.property(asked, fc.integer(), (all, seed) => {
        const entries = all.map(entryOf);
        const moved = entries
          .map((entry, at) => ({ entry, key: Math.sin(seed + at) }))
          .sort((left, right) => left.key - right.key)
          .map(({ entry }) => entry);
        expect(reportOf(moved)).toEqual(reportOf(entries));
      }),
      { numRuns: 100 },
    );
  });

  it('survives whatever else stands in an entry', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.dictionary(
            fc.constantFrom(
              'kind',
              'at',
              'person',
              'verdict',
              'topics',
              'groups',
              'state',
              'engineMs',
              'count',
              'by',
              'what',
              'change',
            ),
            fc.oneof(
              fc.jsonValue(),
              fc.constantFrom('decision', 'removal', 'refuse', SINCE, 'deed', 'hold', 'rejected'),
            ),
            { noNullPrototype: true },
          ),
          { maxLength: 30 },
        ),
        (entries) => {
          const report = reportOf(entries);
          expect(report.entries.read).toBe(entries.length);
        },
      ),
    );
  });
});

describe('removals', () => {
  const removal = (chat: number, lateMs: number, o: Readonly<Record<string, unknown>> = {}) => ({
    kind: 'removal',
    at: SINCE + 60_000,
    platform: 'slack',
    tenant: 'T1',
    channel: `D${chat}`,
    message: '1.1',
    state: 'removed',
    dueAt: SINCE,
    attempts: 1,
    engineMs: 0,
    platformMs: lateMs,
    ...o,
  });

  /** Whoever asked is enough people. */
  const askers = Array.from({ length: 5 }, (_, at) => ({
    kind: 'decision',
    at: SINCE,
    question: `q-${at}`,
    person: `person-${at}`,
    verdict: 'answer',
  }));

  it('are on time within five seconds, late by whoever was, and told apart by their states', () => {
    const report = reportOf([
      ...askers,
      ...Array.from({ length: 6 }, (_, chat) => removal(chat, 5_000)),
      removal(0, 5_001),
      removal(1, 10, { engineMs: 5_001 }),
      removal(2, 90_000, { state: 'blanked' }),
      removal(3, 0, { state: 'refused-by-platform', code: 'uninstalled' }),
      removal(4, 0, { state: 'already-gone' }),
    ]);
    expect(report.removals).toMatchObject({
      total: 11,
      states: { removed: 8, 'already-gone': 1, blanked: 1, 'refused-by-platform': 1 },
      lateness: { 'on-time': 7, 'late-ours': 1, 'late-theirs': 2, refused: 1 },
      steps: [7, 2, 1, 0, 0, 0],
    });
    expect(report.removals?.time['late-theirs']).toEqual({
      counts: [2, ...Array.from({ length: DAYS - 1 }, () => null)],
      together: 0,
    });
  });

  it('are not shown of fewer than five chats, nor a day of fewer', () => {
    const few = Array.from({ length: 40 }, (_, at) => removal(at % 4, 0));
    expect(reportOf([...askers, ...few]).removals).toBeNull();
    const report = reportOf([
      ...askers,
      ...Array.from({ length: 6 }, (_, chat) => removal(chat, 0)),
      ...Array.from({ length: 5 }, (_, chat) => removal(chat, 0, { at: SINCE + DAY_MS })),
      removal(0, 0, { at: SINCE + 2 * DAY_MS }),
    ]);
    expect(report.removals?.time['on-time']).toEqual({
      counts: [6, ...Array.from({ length: DAYS - 1 }, () => null)],
      together: 6,
    });
  });
});

describe('what was done in office', () => {
  it('is listed with who did it and who approved it, and never with whom it was about', () => {
    const report = reportOf([
      {
        kind: 'restriction',
        at: SINCE,
        restriction: 'salary',
        change: 'published',
        version: 4,
        by: 'aa',
        byName: 'sealed-a',
        approvedBy: 'bb',
        approvedByName: null,
      },
      {
        kind: 'restriction',
        at: SINCE + 1,
        restriction: 'salary',
        change: 'void',
        version: 4,
        by: 'aa',
        approvedBy: null,
      },
      {
        kind: 'restriction',
        at: SINCE + 2,
        restriction: 'salary',
        change: 'lapsing',
        version: null,
        by: '',
        approvedBy: null,
      },
      { kind: 'deed', at: SINCE, order: 'o', what: 'hold', on: 'person', target: 'whom-it-is-about', by: 'cc' },
      {
        kind: 'deed',
        at: SINCE,
        order: 'o',
        what: 'forget',
        on: 'person',
        target: 'whom-it-is-about',
        by: 'whom-it-is-about',
      },
      {
        kind: 'export',
        at: SINCE,
        order: 'o',
        change: 'done',
        person: 'whom-it-is-about',
        topic: null,
        by: ['cc', 'dd'],
      },
      { kind: 'order', at: SINCE, order: 'o', what: 'pause', change: 'done', by: null },
    ]);
    expect(report.restrictions).toMatchObject({ inForce: 1, approved: 1, total: 3 });
    expect(
      report.restrictions.rows.map(({ change, by, approvedBy }) => [change, by?.fingerprint, approvedBy?.fingerprint]),
    ).toEqual([
      ['lapsing', undefined, undefined],
      ['void', 'aa', undefined],
      ['published', 'aa', 'bb'],
    ]);
    expect(report.deeds.rows.map(({ what, on, by }) => [what, on, by.map(({ fingerprint }) => fingerprint)])).toEqual([
      ['hold', 'person', ['cc']],
      ['audit-export', 'person', ['cc', 'dd']],
    ]);
    expect(report.orders).toEqual([{ what: 'pause', count: 1 }]);
    expect(JSON.stringify(report)).not.toContain('whom-it-is-about');
  });

  it('says how far the clock stood from each platform’s, however often it was measured', () => {
    const clock = (platform: string, aheadMs: number) => ({ kind: 'clock', at: SINCE, platform, aheadMs, requests: 5 });
    const report = reportOf([clock('slack', 40), clock('teams', -900), clock('slack', -10), clock('slack', 250)]);
    expect(report.clocks).toEqual([
      { platform: 'slack', most: 250, least: -10, measured: 15 },
      { platform: 'teams', most: -900, least: -900, measured: 5 },
    ]);
    expect(report.runs.total).toBe(0);
  });

  it('keeps the newest lines only, and says how many there are', () => {
    const report = reportOf(
      Array.from({ length: 5_000 }, (_, at) => ({
        kind: 'start',
        at: SINCE + ((at * 7_919) % 5_000),
        version: `${at}`,
      })),
    );
    expect(report.runs.total).toBe(5_000);
    expect(report.runs.rows.map(({ at }) => at)).toEqual(Array.from({ length: 300 }, (_, at) => SINCE + 4_999 - at));
  });
});
