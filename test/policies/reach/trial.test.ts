import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { hasCode } from '../../../src/core/errors.ts';
import type { DryRun, RecordedQuestion } from '../../../src/core/restricting-ports.ts';
import type { Restriction } from '../../../src/core/types.ts';
import { enumerate, violationsOf } from '../../../src/policies/reach/enumerate.ts';
import { EVER } from '../../../src/policies/reach/time-cut.ts';
import { createTrial } from '../../../src/policies/reach/trial.ts';
import { NOON, restriction, thrownBy } from '../support.ts';
import { catalogue, never, packWith } from './support.ts';

const silent = () => {};
const HOUR = 3_600_000;

const PAY = `
@id("own-pay") @show("view") @expires("120")
permit (principal in Group::"employee", action in Action::"salary", resource)
when { context.relation == Relation::"self" && context.place == Place::"direct" && context has signInAgeMinutes && context.signInAgeMinutes <= 15 };

@id("payroll") @show("hold-reveal") @expires("60")
permit (principal in Group::"payroll", action in Action::"salary", resource)
when { context.place == Place::"direct" };

@id("leave")
permit (principal in Group::"employee", action in Action::"leave", resource);
`;

const FORBIDDEN = `
@id("no-contractors")
forbid (principal in Group::"contractor", action in Action::"salary", resource);
`;

const freeze = (changed: Partial<Restriction> = {}): Restriction => restriction({ id: 'freeze', ...changed });

const reach = (
  o: { readonly rules?: string; readonly restrictions?: readonly Restriction[]; readonly now?: number } = {},
) =>
  createTrial({ pack: packWith(o.rules ?? PAY) }).reach({
    restrictions: o.restrictions ?? [],
    of: ['salary.payslip'],
    now: o.now ?? NOON,
    progress: silent,
    signal: never(),
  });

afterEach(() => {
  jest.restoreAllMocks();
});

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

/** Somebody's question; `who` is the number of the person. */
const asked = (who: number, changed: Partial<RecordedQuestion> = {}): RecordedQuestion => ({
  at: NOON - 24 * HOUR,
  person: `person-${who}`,
  kind: 'employee',
  groups: [],
  country: 'DE',
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: 5,
  denials: 0,
  asked: [],
  refused: [],
  intent: 'salary.payslip',
  about: 'self',
  suspected: [],
  verdict: 'answer',
  ...changed,
});

const people = (count: number, changed: Partial<RecordedQuestion> = {}, from = 0): readonly RecordedQuestion[] =>
  Array.from({ length: count }, (_, who) => asked(from + who, changed));

async function* batches(...all: readonly (readonly RecordedQuestion[])[]): AsyncIterable<readonly RecordedQuestion[]> {
  for (const batch of all) yield batch;
}

const tried = (
  questions: readonly RecordedQuestion[],
  o: {
    readonly before?: readonly Restriction[];
    readonly after?: readonly Restriction[];
    readonly rules?: string;
    readonly progress?: (it: { readonly done: number; readonly total: number }) => void;
  } = {},
): Promise<DryRun> =>
  createTrial({ pack: packWith(o.rules ?? PAY) }).dryRun({
    before: o.before ?? [],
    after: o.after ?? [freeze()],
    questions: batches(questions.slice(0, 3), questions.slice(3)),
    now: NOON,
    progress: o.progress ?? silent,
    signal: never(),
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

describe('the worker that judges', () => {
  const dies = new URL('../fixtures/dies.ts', import.meta.url);
  const cedarDies = new URL('../fixtures/cedar-dies.ts', import.meta.url);
  const hangs = new URL('../fixtures/hangs.ts', import.meta.url);
  const run = (o: { readonly worker?: URL; readonly deadlineMs?: number; readonly signal?: AbortSignal }) =>
    createTrial({ pack: packWith(PAY), ...o }).reach({
      restrictions: [],
      of: ['salary'],
      now: NOON,
      progress: silent,
      signal: o.signal ?? never(),
    });

  it('that dies refuses, and what runs afterwards is as before', async () => {
    expect(hasCode(await thrownBy(() => run({ worker: dies })), 'policy-invalid')).toBe(true);
    expect((await run({})).rows).not.toEqual([]);
  });

  it('whose Cedar dies refuses as well, though Cedar comes back: what it did not answer is not taken for a no', async () => {
    const died = await thrownBy(() => run({ worker: cedarDies }));
    expect(hasCode(died, 'policy-invalid')).toBe(true);
    expect(String((died as Error).cause)).toContain('The policy engine died while it judged.');
  });

  it('is ended by its deadline', async () => {
    const late = await thrownBy(() => run({ worker: hangs, deadlineMs: 200 }));
    expect(hasCode(late, 'deadline')).toBe(true);
  });

  it('is ended by whoever began it, also where questions do not come', async () => {
    const controller = new AbortController();
    const hanging = thrownBy(() => run({ worker: hangs, signal: controller.signal }));
    const stuck = thrownBy(() =>
      createTrial({ pack: packWith(PAY) }).dryRun({
        before: [],
        after: [freeze()],
        questions: {
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise<IteratorResult<readonly RecordedQuestion[]>>(silent),
          }),
        },
        now: NOON,
        progress: silent,
        signal: controller.signal,
      }),
    );
    controller.abort();
    expect(hasCode(await hanging, 'deadline')).toBe(true);
    expect(hasCode(await stuck, 'deadline')).toBe(true);
    expect(hasCode(await thrownBy(() => run({ signal: controller.signal })), 'deadline')).toBe(true);
  });

  it('runs twice at a time, lets eight wait and refuses the next; whoever waited has its turn', async () => {
    const controllers = Array.from({ length: 10 }, () => new AbortController());
    const hanging = controllers.map(({ signal }) => thrownBy(() => run({ worker: hangs, signal })));
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasCode(await thrownBy(() => run({})), 'usage')).toBe(true);
    // One that waits leaves, and another comes in its stead.
    controllers[9]?.abort();
    expect(hasCode(await hanging[9], 'deadline')).toBe(true);
    const last = run({});
    for (const controller of controllers) controller.abort();
    await Promise.all(hanging);
    expect((await last).rows).not.toEqual([]);
  });

  it('leaves the process free to answer meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    const questions = people(3_000).map((it, at) => ({ ...it, denials: at % 1_000 }));
    const rules = `${PAY}@id("odd") permit (principal, action in Action::"salary", resource) when { context.denials * 2 == 7 };`;
    const from = performance.now();
    await tried(questions, { rules });
    clearInterval(timer);
    expect(turns).toBeGreaterThan((performance.now() - from) / 60);
  });
});
