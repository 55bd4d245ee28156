import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/teams/types.ts';
import type { Changed, OpenedView } from '../../../src/core/ports.ts';
import { type Card, FORM_ACTION, type Form } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { HUGO, openBothWays } from './both-ways.ts';
import { CHANNEL, CHAT, EVAN, openTeams, TENANT, type TeamsBench, XENA } from './support.ts';

let bench: TeamsBench | null = null;
const open = async (...o: Parameters<typeof openTeams>): Promise<TeamsBench> => {
  bench = await openTeams(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const press = { person: EVAN, chat: CHAT, action: FORM_ACTION, value: 'sealed', replyTo: '1771290108656' };
const form = (over: Partial<Form> = {}): Form => ({
  state: 'sealed-state',
  title: 'New restriction',
  text: 'It only ever forbids.',
  findings: [],
  fields: [
    { kind: 'text', name: 'title', label: 'Title', hint: null, required: true, value: '', most: 80, lines: false },
  ],
  submit: 'Preview',
  ...over,
});
const done: Card = {
  text: 'The preview is in our chat.',
  note: null,
  buttons: [{ action: 'sotto.ask', label: 'Ask', value: 'v' }],
  fallback: null,
};
const bodyOf = (answer: { readonly body: string } | undefined): string => answer?.body ?? '';
const data = (over: Json = {}): Json => ({ sotto: { state: 'sealed-state' }, 'text-title': 'Freeze', ...over });

describe('a button that asks for a form', () => {
  it('is answered with the form in the dialog', async () => {
    let asked: Changed | null = null;
    const { sender, opened, accepted, rejected } = await open({
      open: async (_press, view) => {
        asked = await view.ask(form());
      },
    });
    const [answer] = await sender.fetchDialog(press);
    expect(asked).toEqual({ ok: true });
    expect(JSON.parse(bodyOf(answer))).toMatchObject({
      task: {
        type: 'continue',
        value: {
          title: 'New restriction',
          height: 'large',
          card: {
            content: {
              version: '1.5',
              body: [{ type: 'RichTextBlock' }, { type: 'Input.Text' }, { type: 'ActionSet' }],
            },
          },
        },
      },
    });
    expect(opened).toMatchObject([{ action: FORM_ACTION, value: 'sealed', account: { user: EVAN.user } }]);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [] });
  });

  it('says no without the buttons that a dialog could not carry', async () => {
    const { sender } = await open({ open: async (_press, view) => void (await view.reveal(done)) });
    const [answer] = await sender.fetchDialog(press);
    expect(bodyOf(answer)).toContain('The preview is in our chat.');
    expect(bodyOf(answer)).not.toContain('Action.Submit');
  });

  it('may be answered otherwise where the form is too much for a card', async () => {
    const fields = ['a', 'b', 'c', 'd'].map((name) => ({
      kind: 'text' as const,
      name,
      label: name,
      hint: null,
      required: false,
      value: 'w'.repeat(4_000),
      most: 4_000,
      lines: true,
    }));
    const outcomes: Changed[] = [];
    const { sender } = await open({
      open: async (_press, view) => {
        outcomes.push(await view.ask(form({ fields })));
        outcomes.push(await view.reveal(done));
      },
    });
    const [answer] = await sender.fetchDialog(press);
    expect(outcomes).toEqual([{ ok: false, fault: 'never', code: 'form-too-large' }, { ok: true }]);
    expect(bodyOf(answer)).toContain('The preview is in our chat.');
  });
});

describe('a form that is sent', () => {
  it('reaches the core as it was filled in, and its answer is the next dialog', async () => {
    const { sender, submitted, opened, accepted, rejected } = await open({
      submit: async (_submit, view) => void (await view.ask(form({ findings: ['The end is in the past.'] }))),
    });
    const [answer] = await sender.submitDialog({
      person: EVAN,
      chat: CHAT,
      data: data({
        'text-title': '  Salary\r\nfreeze \u0007',
        'many-forbids': 'salary,a%2Cb,salary',
        'one-place': 'direct',
        'date-until': '2026-12-31',
        'text-words-en': '',
        'many-except': null,
      }),
    });
    expect(answer?.status).toBe(200);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ task: { type: 'continue' } });
    expect(bodyOf(answer)).toContain('The end is in the past.');
    expect(submitted).toEqual([
      {
        kind: 'submit',
        id: expect.stringMatching(new RegExp(`^teams:${TENANT}:${CHAT.id}:[A-Za-z0-9_-]{43}$`)),
        account: { platform: 'teams', tenant: TENANT, user: EVAN.user, external: false },
        place: { kind: 'direct', channel: CHAT.id, thread: null },
        conversation: `teams:${TENANT}:${CHAT.id}`,
        at: expect.any(Number),
        state: 'sealed-state',
        values: {
          title: ['Salary\nfreeze'],
          forbids: ['salary', 'a,b'],
          place: ['direct'],
          until: ['2026-12-31'],
          'words-en': [],
          except: [],
        },
      },
    ]);
    expect({ opened, accepted, rejected }).toEqual({ opened: [], accepted: [], rejected: [] });
  });

  it('is answered with what came of it, without buttons', async () => {
    const { sender } = await open({ submit: async (_submit, view) => void (await view.reveal(done)) });
    const [answer] = await sender.submitDialog({ person: EVAN, chat: CHAT, data: data() });
    expect(bodyOf(answer)).toContain('The preview is in our chat.');
    expect(bodyOf(answer)).not.toContain('Action.Submit');
  });

  it('R14 is answered within 2.5 s with nothing where the core is late, which leaves the dialog as it was filled in', async () => {
    const clock = createFakeClock(Date.now());
    const views: OpenedView[] = [];
    const { sender } = await open({
      adapter: { clock },
      submit: (_submit, view) => {
        views.push(view);
        return new Promise(() => undefined);
      },
    });
    let answers: unknown = null;
    const sent = sender.submitDialog({ person: EVAN, chat: CHAT, data: data() }).then((delivered) => {
      answers = delivered;
    });
    await until(() => views.length === 1);
    await clock.advance(2_499);
    expect(answers).toBeNull();
    await clock.advance(1);
    const late = { ok: false, fault: 'gone', code: 'dialog-answered' };
    expect(await views[0]?.reveal(done)).toEqual(late);
    expect(await views[0]?.ask(form())).toEqual(late);
    await sent;
    expect(answers).toEqual([{ status: 503, body: '' }]);
  });

  it('R14 is answered so at once where the core breaks', async () => {
    const { sender } = await open({ submit: async () => Promise.reject(new Error('store gone')) });
    expect(await sender.submitDialog({ person: EVAN, chat: CHAT, data: data() })).toEqual([{ status: 503, body: '' }]);
  });

  it('R15 has the same id however often it is delivered, also as a new activity, and another where something else is sent', async () => {
    const { submitted, sender } = await open({ submit: async (_submit, view) => void (await view.reveal(done)) });
    const of = (filled: ReturnType<typeof data>) =>
      sender.invoke({ person: EVAN, chat: CHAT, name: 'task/submit', value: { data: filled, context: {} } });
    const once = of(data());
    for (const each of [once, once, { ...once, id: 'f:another', timestamp: new Date(0).toISOString() }])
      await sender.send(each);
    await sender.send(of(data({ 'text-title': 'something else' })));
    const [first, second, third, fourth] = submitted.map(({ id }) => id);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
    expect(first).toMatch(new RegExp(`^teams:${TENANT}:${CHAT.id}:`));
  });

  it.each([
    { what: 'an empty state', data: { sotto: { state: '' } } },
    { what: 'a state beyond any', data: { sotto: { state: 's'.repeat(2_001) } } },
    { what: 'no state', data: { 'text-title': 'x' } },
    { what: 'the press of a button', data: { sotto: { action: 'sotto.ask', value: 'v' } } },
    { what: 'a number', data: data({ 'text-title': 7 }) },
    { what: 'a list', data: data({ 'many-forbids': ['salary'] }) },
    { what: 'a text beyond any', data: data({ 'text-title': 'x'.repeat(4_001) }) },
    { what: 'two where one is chosen', data: data({ 'one-place': 'a,b' }) },
    {
      what: 'too many that are chosen',
      data: data({ 'many-a': Array.from({ length: 101 }, (_, at) => at).join(',') }),
    },
    {
      what: 'too many fields',
      data: data(Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`text-${at}`, 'x']))),
    },
  ])('R16 is refused with 400, without a word, for $what', async ({ data: sent }) => {
    const { sender, submitted, rejected } = await open();
    expect(await sender.submitDialog({ person: EVAN, chat: CHAT, data: sent })).toEqual([{ status: 400, body: '' }]);
    expect({ submitted, rejected }).toEqual({ submitted: [], rejected: ['form-unknown'] });
  });

  it('R16 takes nothing but fields beside what is ours', async () => {
    const { sender, submitted } = await open({ submit: async (_submit, view) => void (await view.reveal(done)) });
    const strange = { msteams: { x: 1 }, __proto__: { a: 1 }, 'text-UPPER': 'x', 'number-a': 'x', other: { deep: [] } };
    await sender.submitDialog({ person: EVAN, chat: CHAT, data: data(strange) });
    expect(submitted.map(({ values }) => values)).toEqual([{ title: ['Freeze'] }]);
  });

  it('R20 is refused from somebody anonymous, and says who is of another company', async () => {
    const { sender, submitted, rejected } = await open({
      submit: async (_submit, view) => void (await view.reveal(done)),
    });
    const anonymous = { person: { user: null, name: 'Anon' }, chat: CHAT, data: data() };
    expect(await sender.submitDialog(anonymous)).toEqual([{ status: 400, body: '' }]);
    expect(rejected).toEqual(['sender-anonymous']);
    await sender.submitDialog({ person: XENA, chat: CHANNEL, data: data() });
    expect(submitted).toMatchObject([{ account: { external: true }, place: { kind: 'shared' } }]);
  });

  it('R2 is not read without proof', async () => {
    const { sender, submitted, post } = await open();
    const invoke = sender.invoke({ person: EVAN, chat: CHAT, name: 'task/submit', value: { data: data() } });
    expect(await post(invoke, null)).toEqual({ status: 401, body: '' });
    expect(submitted).toEqual([]);
  });
});

describe('a form in front of people', () => {
  it('stays with what they filled in where nothing came back, and goes through when they send it again', async () => {
    let works = false;
    const both = await openBothWays({
      open: async (_press, view) => void (await view.ask(form())),
      submit: async (_submit, view) => {
        if (!works) throw new Error('store gone');
        await view.reveal(done);
      },
    });
    try {
      await both.press();
      const dialog = () => both.standIn.dialogs({ user: HUGO })[0];
      const { id = '' } = dialog() ?? {};
      const filled = { 'text-title': 'Freeze' };
      expect(await both.standIn.submit({ user: HUGO, id, filled })).toBe(503);
      expect(dialog()).toMatchObject({ id, title: 'New restriction', kept: { filled } });
      works = true;
      expect(await both.standIn.submit({ user: HUGO, id, filled })).toBe(200);
      expect(dialog()).toMatchObject({ id, kept: null, text: 'The preview is in our chat.' });
    } finally {
      await both.close();
    }
  });

  it('is kept back by their client while something is missing', async () => {
    const both = await openBothWays({
      open: async (_press, view) => void (await view.ask(form())),
      submit: async (_submit, view) => void (await view.reveal(done)),
    });
    try {
      await both.press();
      const { id = '' } = both.standIn.dialogs({ user: HUGO })[0] ?? {};
      expect(await both.standIn.submit({ user: HUGO, id, filled: {} })).toBe(0);
      expect(both.standIn.dialogs({ user: HUGO })[0]?.kept?.trouble).toEqual(['Title: Needed.']);
      expect(both.submitted).toEqual([]);
    } finally {
      await both.close();
    }
  });
});
