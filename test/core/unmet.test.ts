import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sweepDecisions } from '../../src/core/recording.ts';
import { decisionContext } from '../../src/core/sealing.ts';
import { unmetNeeds } from '../../src/core/unmet.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;
/** Of a Wednesday, and the midnight before. */
const NOW = Date.parse('2026-11-25T10:00:00.000Z');
const MIDNIGHT = Date.parse('2026-11-25T00:00:00.000Z');
const YESTERDAY = NOW - DAY;
const MONDAY = Date.parse('2026-11-23T00:00:00.000Z');

interface Asked {
  readonly who: string;
  readonly at?: number;
  readonly nearest?: string | null;
  readonly verdict?: 'unknown' | 'answer';
}

const ASKED = {
  kind: 'employee',
  groups: ['employee'],
  country: 'DE',
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: null,
  denials: 0,
  asked: [],
  refused: [],
  intent: null,
  about: null,
  suspected: [],
};

describe('unmet needs', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let n = 0;
  beforeEach(() => {
    clock = createFakeClock(NOW);
    t = createTestWorld({ clock });
  });
  afterEach(() => t.close());

  const keep = (all: readonly Asked[]): Promise<void> =>
    t.store.decisions.add({
      decisions: all.map(({ who, at = YESTERDAY, verdict = 'unknown', nearest }) => {
        const [id, owner] = [`q${++n}`, `hash-of-${who}`];
        const asked = {
          ...ASKED,
          at,
          person: owner,
          verdict,
          ...(nearest === undefined ? {} : { nearest }),
        };
        const value = t.world.sealer.seal(decisionContext({ owner, id }), JSON.stringify(asked));
        return { id, at, owner, value };
      }),
    });
  const crowd = (people: number, asked: Omit<Asked, 'who'> = {}): readonly Asked[] =>
    Array.from({ length: people }, (_, who) => ({ who: `p${who}`, ...asked }));
  /** Whoever else asks something that is understood. */
  const others = (people: number): readonly Asked[] =>
    Array.from({ length: people }, (_, who) => ({ who: `other${who}`, verdict: 'answer' }));
  const found = (now = NOW) => unmetNeeds({ ...t.world, clock: { now: () => now, sleep: async () => undefined } });

  it('are counted by the closest topic and by week, in fives', async () => {
    await keep([
      ...others(9),
      ...crowd(12, { nearest: 'leave' }),
      ...crowd(6, { nearest: 'leave', at: YESTERDAY - 7 * DAY }),
      ...crowd(5, { nearest: null }),
    ]);
    expect(await found()).toEqual({
      since: MIDNIGHT - 29 * DAY,
      until: MIDNIGHT,
      topics: [
        { topic: 'leave', questions: 15, people: 10 },
        { topic: null, questions: 5, people: 5 },
      ],
      weeks: [
        { from: MONDAY, questions: 15, people: 10 },
        { from: MONDAY - 7 * DAY, questions: 5, people: 5 },
      ],
      withheld: false,
    });
  });

  it('are of no four people, however much these ask', async () => {
    await keep([
      ...others(9),
      ...crowd(4, { nearest: 'leave' }),
      ...crowd(4, { nearest: 'leave' }),
      ...crowd(4, { nearest: 'leave' }),
    ]);
    expect(await found()).toMatchObject({ topics: [], weeks: [], withheld: true });
  });

  it('are the same all day long, however often they are looked at and whoever asks meanwhile', async () => {
    await keep([...others(9), ...crowd(9, { nearest: 'leave' }), ...crowd(9, { at: MIDNIGHT - 29 * DAY })]);
    const first = await found(MIDNIGHT);
    await keep([{ who: 'p9', nearest: 'leave', at: MIDNIGHT }]);
    expect(first.topics).toHaveLength(2);
    for (const now of [NOW, MIDNIGHT + DAY - 1]) {
      await sweepDecisions({ store: t.store, clock: { ...clock, now: () => now } });
      expect(await found(now)).toEqual(first);
    }
    expect((await found(MIDNIGHT + DAY)).topics).toMatchObject([{ topic: 'leave', questions: 10, people: 10 }]);
  });

  it('never say that everybody asked: five who asked anything are not said to be among them', async () => {
    await keep(crowd(9, { nearest: 'leave' }));
    expect(await found()).toMatchObject({ topics: [], weeks: [], withheld: true });
    await keep([{ who: 'p9', nearest: 'leave' }]);
    expect(await found()).toMatchObject({ topics: [{ topic: 'leave', questions: 10, people: 5 }] });
    await keep(others(5));
    expect(await found()).toMatchObject({ topics: [{ topic: 'leave', questions: 10, people: 10 }] });
  });

  it('are not what was recognised, nor what is older', async () => {
    await keep([...crowd(9, { verdict: 'answer' }), ...crowd(9, { nearest: 'leave', at: NOW - 30 * DAY - 1 })]);
    expect(await found()).toMatchObject({ topics: [], weeks: [], withheld: false });
    await sweepDecisions(t.world);
    expect((await t.store.decisions.scan({ since: 0, cursor: null, limit: 99 })).decisions).toHaveLength(9);
  });

  it('of before the topic was noted, or of a topic that the pack has no more, are close to none', async () => {
    await keep([...others(5), ...crowd(5), ...crowd(5, { nearest: 'parking' })]);
    expect((await found()).topics).toEqual([{ topic: null, questions: 10, people: 5 }]);
  });

  it('begin their week on Monday, at midnight UTC', async () => {
    await keep([...others(5), ...crowd(5, { at: MONDAY }), ...crowd(5, { at: MONDAY - 1 })]);
    expect((await found()).weeks.map(({ from }) => from)).toEqual([MONDAY, MONDAY - 7 * DAY]);
  });

  it('never show a row of fewer than five people, nor an exact number', async () => {
    const asked = fc.record({
      who: fc.integer({ min: 0, max: 12 }).map((who) => `p${who}`),
      at: fc.integer({ min: 1, max: 29 }).map((days) => NOW - days * DAY),
      nearest: fc.constantFrom('leave', 'salary', null),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { maxLength: 60 }), async (all) => {
        await sweepDecisions({ store: t.store, clock: { ...clock, now: () => NOW + 90 * DAY } });
        await keep(all);
        const { topics, weeks } = await found();
        const asking = new Set(all.map(({ who }) => who)).size;
        for (const { people, questions } of [...topics, ...weeks]) {
          expect(people).toBeGreaterThanOrEqual(5);
          expect(asking - people).toBeGreaterThanOrEqual(5);
          expect([people % 5, questions % 5]).toEqual([0, 0]);
        }
        for (const topic of ['leave', 'salary', null]) {
          const theirs = all.filter(({ nearest }) => nearest === topic);
          const people = new Set(theirs.map(({ who }) => who)).size;
          const row = topics.find((each) => each.topic === topic);
          expect(row !== undefined).toBe(people >= 5 && asking >= 10);
          if (row !== undefined) expect(theirs.length - row.questions).toBeLessThan(5);
        }
      }),
      { numRuns: 40 },
    );
  });
});
