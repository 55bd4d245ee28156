/** What HR restricts, from the command line: a command in a process of its own, a Sotto between stand-ins, and people in their chats. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Commanded, createCommands } from '../support/command.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const PAY = 'when is pay day?';
const WORDS = 'Questions about salary are closed for everyone outside payroll at the moment.';

describe('sotto restrict', () => {
  let stage: TestStage;
  const commands = createCommands(() => join(stage.folder, 'data'));
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterEach(() => commands.kill());
  afterAll(() => stage.end());

  const sotto = (...args: readonly string[]): Commanded => commands.run('restrict', ...args);
  const standing = async (): Promise<readonly string[]> =>
    (await stage.running.world.store.restrictions.current()).restrictions.map(({ id }) => id);
  const drafts = async (): Promise<number> =>
    (await stage.running.world.store.proposals.all({ now: Date.now() })).length;
  const says = async (who: string, text: string): Promise<string> => (await stage.ask({ who, says: text })).said;

  it('says what a restriction would do and orders nothing, where that is all that is asked for', async () => {
    const tried = await sotto('add', '--template', 'salary', '--why', 'pay talks', '--dry-run').ended();
    expect([tried.status, tried.err]).toEqual([0, '']);
    expect(tried.out).toMatch(/From now on .* cannot ask about Salary/i);
    expect(tried.out).toContain(`An employee will read (en):\n  ${WORDS}`);
    expect(tried.out).toContain('This permits nobody anything more: one person of HR, or an operator, confirms it.');
    expect(tried.out).toMatch(/The last 30 days: \d+ %/);
    expect(tried.out).toContain('Who can still ask');
    expect(tried.out).not.toMatch(/\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/);
    expect([await standing(), await drafts()]).toEqual([[], 0]);
    const json = await sotto('add', '--topic', 'leave', '--why', 'x', '--dry-run', '--json').ended();
    expect(JSON.parse(json.out)).toMatchObject({
      draft: { weaker: false, sentence: { en: expect.any(String), de: expect.any(String) } },
      tried: { dryRun: { none: { permitted: true } }, reach: { rows: expect.any(Array) } },
    });
  }, 120_000);

  it('calls what is wrong in a file as the file does', async () => {
    const file = join(stage.folder, 'odd.yaml');
    writeFileSync(file, 'title: Leave\nforbids: [lve]\n');
    const filed = await sotto('add', '--file', file, '--why', 'x').ended();
    expect([filed.status, filed.err]).toEqual([2, expect.stringMatching(/^forbids: This is no topic or intent/)]);
    expect(await drafts()).toBe(0);
  }, 60_000);

  it('restricts by one person of HR, and takes it back by two who both saw what that does', async () => {
    expect((await stage.ask({ who: 'evan', says: PAY })).decision.verdict).toBe('answer');
    const adding = sotto('add', '--template', 'salary', '--until', '2099-12-31', '--why', 'pay talks');
    const code = await adding.code();
    expect(adding.out()).toContain('Nothing happens yet: a person of HR, or an operator, must send this code');
    // From anybody else it is a text like any other.
    const decided = (await stage.ask({ who: 'evan', says: code })).decision;
    expect(decided.reasons.filter((reason) => reason.startsWith('order'))).toEqual([]);
    expect(await says('hugo', code)).toContain('Confirmed.');
    expect(await adding.ended()).toMatchObject({ status: 0, err: '', out: expect.stringContaining('It is in force') });
    const refused = await stage.ask({ who: 'evan', says: PAY });
    expect([refused.said, refused.decision.reasons]).toEqual([expect.stringContaining(WORDS), ['hr:salary']]);

    const lifting = sotto('lift', 'salary', '--why', 'they are over');
    const lift = await lifting.code();
    expect(lifting.out()).toContain('two different people of HR confirm exactly this');
    expect(lifting.out()).toContain('2 different people of HR must send this code');
    const looked = await says('hugo', lift);
    expect(looked).toMatch(/Lifted: Salary questions[\s\S]*Send me the same code once more to approve exactly this/);
    expect(await says('hugo', lift)).toContain('It needs another person of HR');
    // Neither the same person again, nor an operator who is not of HR, is the second one.
    expect(await says('hugo', lift)).toContain('It needs another person of HR');
    expect(await says('mona', lift)).toContain('Only HR can confirm that order');
    expect(await standing()).toEqual(['salary']);
    expect((await stage.ask({ who: 'hana', says: lift, on: 'teams' })).said).toContain('Lifted: Salary questions');
    expect(await standing()).toEqual(['salary']);
    expect((await stage.ask({ who: 'hana', says: lift, on: 'teams' })).said).toContain('Confirmed.');
    expect(await lifting.ended()).toMatchObject({ status: 0, err: '' });
    expect([await standing(), await drafts()]).toEqual([[], 0]);
    expect((await stage.ask({ who: 'evan', says: PAY })).decision.verdict).toBe('answer');

    const { out } = await sotto('history').ended();
    expect(out).toMatch(/lifted salary, by Hugo Lindqvist, approved by Hana Okafor\n.*\n {4}Why: they are over/);
    expect(out).toMatch(/added salary, by Hugo Lindqvist\n/);
  }, 180_000);

  it('changes, suspends and rolls back, each by whom that takes', async () => {
    writeFileSync(
      join(stage.folder, 'leave.yaml'),
      'id: leave-pilot\ntitle: Leave, pilot\nforbids: [leave]\nappliesTo: [manager]\nwords: { en: "Please ask in person." }\n',
    );
    const file = join(stage.folder, 'leave.yaml');
    const done = async (commanded: Commanded, ...who: readonly string[]): Promise<string> => {
      const code = await commanded.code();
      for (const each of who) await says(each, code);
      const { status, out } = await commanded.ended();
      expect([status, out]).toEqual([0, expect.stringContaining('It is in force')]);
      return out;
    };
    await done(sotto('add', '--file', file, '--why', 'pilot'), 'hana');
    const { version } = await stage.running.world.store.restrictions.current();
    // Whom it touches grows, so one of HR or an operator does.
    expect(await done(sotto('change', 'leave-pilot', '--for', '', '--why', 'for all'), 'mona')).toContain('leave');
    const list = await sotto().ended();
    expect(list.out).toMatch(/In force:\n {2}leave-pilot {2}Leave, pilot\n {4}From now on/);
    await done(sotto('suspend', 'leave-pilot', '--hours', '1', '--why', 'emergency'), 'hugo');
    expect((await sotto().ended()).out).toContain('suspended until');
    expect(JSON.parse((await sotto('--json').ended()).out)).toMatchObject({
      closed: null,
      inForce: [{ restriction: { id: 'leave-pilot', appliesTo: [] } }],
      waiting: [],
    });
    await done(sotto('resume', 'leave-pilot', '--why', 'over'), 'hugo');
    // Back to managers alone: that permits more.
    const back = sotto('roll-back', String(version), '--why', 'too wide');
    await done(back, 'hugo', 'hugo', 'hana', 'hana');
    const { restrictions } = await stage.running.world.store.restrictions.current();
    expect(restrictions).toMatchObject([{ id: 'leave-pilot', appliesTo: ['manager'] }]);
  }, 240_000);

  it('does nothing where what it is about has changed meanwhile, and says so', async () => {
    const lifting = sotto('lift', 'leave-pilot', '--why', 'done', '--json');
    const code = await lifting.code();
    await says('hugo', code);
    const adding = sotto('add', '--topic', 'it', '--why', 'move', '--no-wait');
    await adding.ended();
    await says('hugo', await adding.code());
    await until(async () => (await standing()).length === 2);
    for (const who of ['hugo', 'hana', 'hana']) await says(who, code);
    const { status, out } = await lifting.ended();
    expect([status, JSON.parse(out.trim().split('\n').at(-1) ?? '')]).toMatchObject([
      1,
      { ok: false, says: [expect.stringContaining('has changed since this was drafted')] },
    ]);
    expect(await standing()).toContain('leave-pilot');
  }, 120_000);

  it.each([
    [
      ['add', '--topic', 'pay', '--why', 'x'],
      /^--topic, --intent: This is no topic or intent of the pack\. .* Topics: .*leave.*\.$/m,
    ],
    [['add', '--why', 'x'], /Topics: please choose at least one/],
    [['add', '--topic', 'leave'], /--why TEXT/],
    [['add', '--topic', 'leave', '--until', 'soon', '--why', 'x'], /Until: please give a day of the calendar/],
    [['add', '--topic', 'leave', '--until', '2020-01-01', '--why', 'x'], /Until: this day is over/],
    [['add', '--topic', 'leave', '--place', 'kitchen', '--why', 'x'], /^--place: This is no place/],
    [
      ['add', '--topic', 'leave', '--except', 'x") ; permit(principal, action, resource); //', '--why', 'x'],
      /^--except: This is no group of the pack\. .* Groups: .*manager.*\.$/m,
    ],
    [['add', '--template', 'nothing', '--why', 'x'], /no template "nothing". There are: .*salary/],
    [['add', '--file', '/nowhere.yaml', '--why', 'x'], /cannot be read/],
    [['change', 'nothing', '--until', '2099-01-01', '--why', 'x'], /No restriction "nothing" is in force/],
    [['lift', 'nothing', '--why', 'x'], /No restriction "nothing" is in force/],
    [['lift', '--why', 'x'], /does not say which restriction/],
    [['lift', 'salary', '--topic', 'leave', '--why', 'x'], /--topic means nothing there/],
    [['suspend', 'leave-pilot', '--hours', '9', '--why', 'x'], /1 to 4 hours/],
    [['suspend', 'leave-pilot', '--why', 'x'], /how many --hours/],
    [['roll-back', 'soon', '--why', 'x'], /to which version/],
    [['roll-back', '999999', '--why', 'x'], /cannot be told any more/],
    [['approve-pack', '--why', 'x'], /is not closed: .* nothing to approve/],
    [['dance'], /no way to restrict anything/],
    [['--until', '2099-01-01'], /--until means nothing there/],
  ])(
    'refuses %j with a sentence',
    async (args, says) => {
      const { status, out, err } = await sotto(...args).ended();
      expect([status, out, err]).toEqual([2, '', expect.stringMatching(says)]);
      expect(await drafts()).toBe(0);
    },
    60_000,
  );
});
