import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { hasCode } from '../../../src/core/errors.ts';
import { enumerate, violationsOf } from '../../../src/policies/reach/enumerate.ts';
import { EVER } from '../../../src/policies/reach/time-cut.ts';
import { createTrial } from '../../../src/policies/reach/trial.ts';
import { NOON, thrownBy } from '../support.ts';
import { catalogue, never, packWith } from './support.ts';
import { FORBIDDEN, freeze, HOUR, PAY, reach, silent } from './trial-support.ts';

describe('who can still reach something', () => {
  it('R35 no contractor reaches salary holds with its forbid, and without it somebody shows that it does not', async () => {
    const invariant = async (rules: string) => {
      const pack = packWith(rules);
      const judged = await enumerate({
        pack,
        rules: pack.rules,
        actions: ['salary.payslip', 'data:pay', 'salary.suspected'],
        span: EVER,
        progress: silent,
        signal: never(),
      });
      return violationsOf(judged, ({ person }) => person.kind === 'contractor' || person.groups.includes('contractor'));
    };
    const held = await invariant(PAY + FORBIDDEN);
    expect(held).toMatchObject({ cells: 0, witness: null });
    expect(held.judged).toBeGreaterThan(50);
    const broken = await invariant(PAY);
    expect(broken.cells).toBeGreaterThan(0);
    expect(broken.witness).toMatchObject({
      action: 'salary.payslip',
      person: { kind: 'contractor', groups: ['payroll'] },
      place: 'direct',
    });
  });

  it('R34 says how many requests it is before it judges one, and refuses above the budget', async () => {
    const started = jest.spyOn(Worker.prototype, 'postMessage');
    const said: { readonly done: number; readonly total: number }[] = [];
    const run = (budget: number) =>
      createTrial({ pack: packWith(PAY), budget }).reach({
        restrictions: [],
        of: ['salary'],
        now: NOON,
        progress: (it) => void said.push(it),
        signal: never(),
      });
    const refused = await thrownBy(() => run(10));
    expect(hasCode(refused, 'usage')).toBe(true);
    expect(String(refused)).toContain('144 requests');
    expect(String(refused)).toContain('at most 10');
    expect(said).toEqual([]);
    expect(started).not.toHaveBeenCalled();

    const { cells } = await run(144);
    expect(cells).toBe(144);
    expect(said[0]).toEqual({ done: 0, total: 144 });
  });

  it('refuses what has no end, and names the action', async () => {
    const refused = await thrownBy(() =>
      reach({
        rules: `${PAY}@id("sum") permit (principal, action in Action::"salary", resource) when { context.denials + 1 > 5 };`,
      }),
    );
    expect(hasCode(refused, 'usage')).toBe(true);
    expect(String(refused)).toContain('salary.payslip');
  });

  it('is said in rows that name the fewest groups', async () => {
    expect((await reach()).rows).toEqual([
      {
        groups: ['employee'],
        intents: ['salary.payslip'],
        about: ['self'],
        places: ['direct'],
        signIn: true,
        show: 'view',
      },
      {
        groups: ['payroll'],
        intents: ['salary.payslip'],
        about: ['self', 'report', 'other'],
        places: ['direct'],
        signIn: false,
        show: 'hold-reveal',
      },
    ]);
  });

  it('puts intents, relations and places together that come out alike, and names no kind where every kind may', async () => {
    const rules = `
      @id("all") permit (principal, action in Action::"help", resource);
      @id("leave") permit (principal in Group::"employee", action in Action::"leave", resource) when { context.place != Place::"shared" };
      @id("team") permit (principal in Group::"manager", action in Action::"salary", resource)
      when { context.relation == Relation::"report" && principal in Group::"hr" };
      @id("hr") permit (principal in Group::"hr", action in Action::"salary", resource) when { context.relation == Relation::"report" };`;
    const { rows } = await createTrial({ pack: packWith(rules) }).reach({
      restrictions: [],
      of: ['help', 'leave', 'salary'],
      now: NOON,
      progress: silent,
      signal: never(),
    });
    const everybody = ['self', 'report', 'other'];
    expect(rows.map(({ groups, about, places }) => ({ groups, about, places }))).toEqual([
      { groups: [], about: everybody, places: ['direct', 'group', 'channel', 'shared'] },
      { groups: ['employee'], about: everybody, places: ['direct', 'group', 'channel'] },
      // Who is a manager besides reaches no more.
      { groups: ['hr'], about: ['report'], places: ['direct', 'group', 'channel', 'shared'] },
    ]);
    const of = (topic: string) =>
      [...catalogue.intents.values()].filter((it) => it.topic === topic).map(({ id }) => id);
    expect(rows.map(({ intents }) => intents)).toEqual(
      ['help', 'leave', 'salary'].map((topic) => of(topic).toSorted()),
    );
  });

  it('leaves those whom a restriction excepts, and nobody where it excepts nobody', async () => {
    expect((await reach({ restrictions: [freeze()] })).rows.map(({ groups }) => groups)).toEqual([['payroll']]);
    expect((await reach({ restrictions: [freeze({ exceptGroups: [] })] })).rows).toEqual([]);
  });

  it('is judged at a time at which the restriction holds, though it lapses', async () => {
    const until = new Date(NOON + HOUR).toISOString();
    expect((await reach({ restrictions: [freeze({ exceptGroups: [], until })] })).rows).toEqual([]);
    expect(
      (await reach({ restrictions: [freeze({ exceptGroups: [], until })], now: NOON + 2 * HOUR })).rows,
    ).not.toEqual([]);
  });

  it('refuses a topic that the pack does not have', async () => {
    const trial = createTrial({ pack: packWith(PAY) });
    const refused = await thrownBy(() =>
      trial.reach({ restrictions: [], of: ['weather'], now: NOON, progress: silent, signal: never() }),
    );
    expect(hasCode(refused, 'usage')).toBe(true);
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});
