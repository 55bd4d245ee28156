import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NOON } from '../support.ts';
import { freeze, HOUR, PAY, people, tried } from './trial-support.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the dry run', () => {
  it('R33 reads the attributes of questions and no word of them, and says what is newly refused and newly answered by intent', async () => {
    const posted = jest.spyOn(Worker.prototype, 'postMessage');
    const secret = { text: 'how much does Rosa earn', name: 'Rosa Weber', reply: 'Rosa earns 4,711' };
    const questions = [
      ...people(6).map((it) => ({ ...it, ...secret })),
      ...people(7, { intent: 'leave.balance' }, 6).map((it) => ({ ...it, ...secret })),
    ];
    const closed = await tried(questions);
    expect(closed.refused).toEqual({ questions: 6, people: 6 });
    expect(closed.permitted).toBeNull();
    expect(closed.none).toEqual({ refused: false, permitted: true });
    expect(closed.rows.refused).toContainEqual({ by: 'intent', what: 'salary.payslip', questions: 6, people: 6 });

    const opened = await tried(questions, { before: [freeze()], after: [] });
    expect(opened.permitted).toEqual({ questions: 6, people: 6 });
    expect(opened.rows.permitted).toContainEqual({ by: 'intent', what: 'salary.payslip', questions: 6, people: 6 });
    expect(opened.refused).toBeNull();

    const sent = JSON.stringify(posted.mock.calls);
    expect(sent).toContain('signInAgeMinutes');
    for (const word of ['Rosa', 'earn', '4,711', 'person-1']) expect(sent).not.toContain(word);
  });

  it('says nothing of questions that fewer than five people asked, not even how many they were', async () => {
    const few = [...people(4), ...people(4, { intent: 'leave.balance' })];
    const nothing = { questions: 0, distinct: 0, refused: null, permitted: null, onSuspicionAlone: 0 };
    expect(await tried(few)).toMatchObject({ ...nothing, none: { refused: false, permitted: false }, withheld: true });
    expect(await tried([])).toMatchObject({ ...nothing, none: { refused: true, permitted: true }, withheld: false });
  });

  it('judges requests that no rule can tell apart once', async () => {
    const many = people(50).map((it, at) => ({
      ...it,
      signInAgeMinutes: at % 15,
      country: at % 2 === 0 ? 'DE' : 'US',
    }));
    expect(await tried(many)).toMatchObject({ questions: 50, distinct: 1, refused: { questions: 50, people: 50 } });
  });

  it('counts as refused what nothing would help, and not what a sign-in or a private chat would', async () => {
    const stepUp = people(6, { signInAgeMinutes: null });
    const inChannel = people(6, { place: 'channel' });
    for (const questions of [stepUp, inChannel]) {
      expect(await tried(questions)).toMatchObject({ refused: { questions: 6, people: 6 } });
      expect(await tried(questions, { after: [] })).toMatchObject({ none: { refused: true, permitted: true } });
    }
    expect(await tried(people(6, { about: 'other' }))).toMatchObject({ none: { refused: true, permitted: true } });
  });

  it('says the share that rests on suspicion alone, under the intent that was understood or the suspicion', async () => {
    const rules = `${PAY}@id("may-sound") permit (principal, action == Action::"salary.suspected", resource);`;
    const questions = [
      ...people(6),
      ...people(6, { intent: 'leave.balance', suspected: ['salary'] }, 6),
      ...people(6, { intent: null, about: null, suspected: ['salary'], verdict: 'unknown' }, 12),
      ...people(6, { intent: null, about: null, verdict: 'unknown' }, 18),
    ];
    const { refused, rows, onSuspicionAlone } = await tried(questions, { rules });
    expect(refused).toEqual({ questions: 18, people: 18 });
    expect(onSuspicionAlone).toBeCloseTo(12 / 18);
    expect(
      rows.refused
        .filter(({ by }) => by === 'intent')
        .map(({ what }) => what)
        .sort(),
    ).toEqual(['leave.balance', 'salary.payslip', 'salary.suspected']);
  });

  it('leaves out what was throttled, and what an intent that is gone was asked', async () => {
    const questions = [...people(6, { verdict: 'throttled' }), ...people(6, { intent: 'weather.today' })];
    expect(await tried(questions)).toMatchObject({ questions: 6, none: { refused: true, permitted: true } });
  });

  it('tries questions out at the time at which the change makes itself felt', async () => {
    const later = (ms: number) => new Date(NOON + ms).toISOString();
    for (const after of [[freeze({ until: later(HOUR) })], [freeze({ until: later(400 * 24 * HOUR) })]])
      expect(await tried(people(6), { after })).toMatchObject({ refused: { questions: 6, people: 6 } });
    // It is shortened: what is felt of that lies after the new end.
    expect(
      await tried(people(6), {
        before: [freeze({ until: later(200 * HOUR) })],
        after: [freeze({ until: later(100 * HOUR) })],
      }),
    ).toMatchObject({ permitted: { questions: 6, people: 6 }, none: { refused: true, permitted: false } });
  });

  it('says how far it is, some twenty times at most and never less than before', async () => {
    const said: { readonly done: number; readonly total: number }[] = [];
    const questions = people(200).map((it, at) => ({ ...it, denials: at }));
    const rules = `${PAY}@id("odd") permit (principal, action in Action::"salary", resource) when { context.denials * 2 == 7 };`;
    const { distinct } = await tried(questions, { rules, progress: (it) => void said.push(it) });
    expect(distinct).toBe(200);
    expect(said.length).toBeGreaterThan(5);
    expect(said.length).toBeLessThanOrEqual(20);
    expect(said.at(-1)).toEqual({ done: 400, total: 400 });
    expect(said.map(({ done }) => done)).toEqual(said.map(({ done }) => done).toSorted((left, right) => left - right));
  });
});
