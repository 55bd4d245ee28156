import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { showHome } from '../../src/core/home.ts';
import type { Platform } from '../../src/core/ports.ts';
import { en } from '../../src/core/replies/en.ts';
import { NOTHING_STANDS } from '../../src/core/standing.ts';
import { FORM_ACTION, type Home, type Opened } from '../../src/core/types.ts';
import { createWork } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { until } from '../support/until.ts';
import { createTestWorld, EVAN, GUS, PERMIT, question, REFUSE, type TestWorld } from '../support/world.ts';

const HEAD = `${en.home.canAsk}\n${en.home.how({ platform: 'slack' })}`;

describe('the bot’s own page', () => {
  let t: TestWorld;
  let world: World;
  let shown: Home[];
  beforeEach(() => {
    t = createTestWorld();
    shown = [];
    const slack = t.world.platforms.get('slack');
    if (slack === undefined) throw new Error('There is no Slack in the test world.');
    const showing: Platform = { ...slack, showHome: async ({ home }) => void shown.push(await home()) };
    world = { ...t.world, platforms: new Map([['slack', showing]]) };
  });
  afterEach(() => t.close());

  const opened = (o: Partial<Opened> = {}): Opened => {
    const { text: _text, ...arrived } = question();
    return { ...arrived, kind: 'opened', ...o };
  };
  const texts = () => shown.at(-1)?.sections.map(({ title, text }) => (title == null ? text : `${title}\n${text}`));

  it('lists what this person may ask, by topic, and nothing else', async () => {
    t.script.decide = ({ action }) => (action === 'salary.payslip' ? REFUSE : PERMIT);
    await showHome(world, opened());
    expect(texts()).toEqual([HEAD, 'Topic leave\n• title of leave.balance\n• title of leave.policy']);
    expect(shown[0]?.sections.flatMap(({ buttons }) => buttons)).toEqual([]);
    t.script.decide = ({ action }) => (action.startsWith('leave.') ? REFUSE : PERMIT);
    await showHome(world, opened());
    expect(texts()).toEqual([HEAD, 'Topic salary\n• title of salary.payslip']);
  });

  it('is judged as the private chat it stands beside, with what was refused there', async () => {
    const seen: unknown[] = [];
    t.script.decide = (request) => {
      seen.push([request.place, request.denials, request.refused]);
      return REFUSE;
    };
    const work = createWork(world);
    await work.accept(question());
    while ((await t.store.inbox.census({ now: world.clock.now() })).leased > 0) await new Promise(setImmediate);
    seen.length = 0;
    await showHome(world, opened());
    expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(new Set(['["direct",1,["leave"]]']));
    expect(texts()).toEqual(['There is nothing here that I may answer for you.']);
    await work.stop({ graceMs: 1_000 });
  });

  it('tells guests no more than a question of theirs would', async () => {
    t.script.find = async () => ({ ok: true, person: GUS });
    t.script.decide = () => REFUSE;
    await showHome(world, opened());
    expect(texts()).toEqual(['There is nothing here that I may answer for you.']);
  });

  it('tells nobody anything whom the directory does not vouch for, or while nobody is answered', async () => {
    t.script.find = async () => ({ ok: false, why: 'unknown' });
    await showHome(world, opened());
    expect(texts()?.join()).toContain('I do not know your account');
    t.script.find = async () => ({ ok: true, person: EVAN });
    t.script.standing = { ...NOTHING_STANDS, paused: { by: 'x', at: 1 } as never };
    await showHome(world, opened());
    expect(texts()).toEqual(['Sotto is paused by its operators. Please ask again later.']);
    expect(t.calls.filter((call) => call.startsWith('decide'))).toEqual([]);
  });

  it('counts as a question: who opens it without end is told to wait', async () => {
    for (let n = 0; n < 61; n++) await showHome(world, opened());
    expect(texts()?.join()).toContain('That was a lot at once');
  });

  it('is on record before it is made, and that it was shown after that, once each, however often it is made', async () => {
    const slack = world.platforms.get('slack');
    if (slack === undefined) throw new Error('There is no Slack in the test world.');
    const twice: Platform = {
      ...slack,
      showHome: async ({ home }) => {
        expect(t.entries).toEqual([]);
        shown.push(await home(), await home());
        expect(t.entries.map(({ kind }) => kind)).toEqual(['decision']);
      },
    };
    await showHome({ ...world, platforms: new Map([['slack', twice]]) }, opened({ id: 'o1' }));
    expect(t.entries).toMatchObject([
      { kind: 'decision', question: 'o1', verdict: 'answer', reasons: ['home'] },
      { kind: 'disclosure', question: 'o1', channel: 'home', removeAt: null },
    ]);
  });

  it('tells nothing of anybody while that cannot be recorded: it says so, and is whole again afterwards', async () => {
    t.script.auditFails = () => true;
    await showHome(world, opened());
    expect(texts()).toEqual([en.apology]);
    expect(t.entries).toEqual([]);
    t.script.auditFails = () => false;
    await showHome(world, opened());
    expect(texts()?.[0]).toBe(HEAD);
  });

  it('never throws, and is not made where the platform has none or while nothing is answered', async () => {
    t.script.decide = () => {
      throw new Error('the engine is gone');
    };
    await showHome(world, opened());
    await showHome(t.world, opened());
    expect(shown).toEqual([]);
    t.script.decide = () => PERMIT;
    const work = createWork(world);
    work.holdBack();
    await work.opened(opened());
    expect(shown).toEqual([]);
    const ready = createWork(world);
    await ready.opened(opened());
    expect(shown).toHaveLength(1);
    await Promise.all([work.stop({ graceMs: 1_000 }), ready.stop({ graceMs: 1_000 })]);
  });

  it('begins for HR with what they restrict, for a page is cut at its end', async () => {
    t.script.decide = () => PERMIT;
    t.script.find = async () => ({ ok: true, person: { ...EVAN, groups: ['employee', 'hr'] } });
    await showHome(world, opened());
    expect(texts()?.slice(0, 2)).toEqual(['Nothing is restricted by HR.', HEAD]);
  });

  it('is made anew by a press on it, whatever becomes of the press, so that nothing stays of what is over', async () => {
    t.script.decide = () => PERMIT;
    const work = createWork(world);
    const { text: _text, ...arrived } = question();
    const press = { ...arrived, kind: 'press', action: 'sotto.restricting', value: 'old', respondTo: null } as const;
    await work.accept({ ...press, id: 'on-the-page', message: null });
    await until(() => shown.length === 1);
    expect(texts()).toContain(HEAD);
    await work.open({ ...press, id: 'a-form', action: FORM_ACTION, message: null }, t.openView());
    await until(() => shown.length === 2);
    await work.accept({ ...press, id: 'in-a-message', message: t.messages[0]?.ref ?? null });
    await work.accept({ ...press, id: 'on-the-page', message: null });
    await work.stop({ graceMs: 1_000 });
    expect(shown).toHaveLength(2);
  });
});
