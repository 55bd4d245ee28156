import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json, SeenView } from '../../../playground/slack/types.ts';
import type { Changed, OpenedView } from '../../../src/core/ports.ts';
import { type Card, FORM_ACTION, type Form, type Submit, VIEW_CHANNEL } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { EVAN, FORM, formOf, openSlack, type SlackBench, submitPayload, TEAM } from './support.ts';

let bench: SlackBench | null = null;
const open = async (...o: Parameters<typeof openSlack>): Promise<SlackBench> => {
  bench = await openSlack(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const plain = (text: string): Card => ({ text, note: null, buttons: [], fallback: null });
const form = (over: Partial<Form> = {}): Form => ({
  state: 'sealed state',
  title: 'Restrict',
  text: 'What may nobody ask?',
  findings: [],
  fields: [
    { kind: 'text', name: 'words', label: 'Words', hint: null, required: true, value: '', most: 500, lines: true },
    {
      kind: 'many',
      name: 'topics',
      label: 'Topics',
      hint: null,
      required: false,
      options: [
        { value: 'salary', label: 'Salary' },
        { value: 'leave', label: 'Leave' },
      ],
      values: [],
    },
  ],
  submit: 'Go on',
  ...over,
});

/** Presses a button that opens a form; the view that the core got. */
const pressed = async (stage: SlackBench): Promise<OpenedView> => {
  const buttons = [{ action: FORM_ACTION, label: 'New', value: 'sealed' }];
  const to = { tenant: TEAM, user: EVAN, channel: null };
  const posted = await stage.slack.platform.post({ to, card: { ...plain('Restrictions'), buttons }, key: 'k' });
  if (!posted.ok) throw new Error(posted.code);
  const { channel, id: ts } = posted.ref;
  expect(await stage.standIn.press({ user: EVAN, channel, ts, actionId: FORM_ACTION, value: 'sealed' })).toBe(200);
  const view = stage.opened.at(-1)?.view;
  if (view === undefined) throw new Error('no view was handed over');
  return view;
};
const asked = async (stage: SlackBench, over: Partial<Form> = {}): Promise<string> => {
  const view = await pressed(stage);
  expect(await view.ask(form(over))).toEqual({ ok: true });
  return view.ref?.id ?? '';
};
const seen = (stage: SlackBench): SeenView | undefined => stage.standIn.views({ user: EVAN }).at(-1);
const wordsOf = (stage: SlackBench): string => JSON.stringify(seen(stage)?.blocks ?? []);
const updates = ({ standIn }: SlackBench) => standIn.requests().filter(({ method }) => method === 'views.update');
const send = (stage: SlackBench, id: string, words = 'Ask payroll.') =>
  stage.standIn.submitView({ user: EVAN, id, values: { words: [words], topics: ['leave', 'salary'] } });

describe('a press that opens a form', () => {
  it('opens a modal that says nothing yet, and fills it with the form', async () => {
    const stage = await open();
    const view = await pressed(stage);
    expect(wordsOf(stage)).toContain('One moment.');
    expect(seen(stage)).toMatchObject({ submit: null, title: { text: 'Sotto' } });
    expect(stage.opened[0]?.press).toMatchObject({ action: FORM_ACTION, value: 'sealed' });
    expect(await view.ask(form())).toEqual({ ok: true });
    expect(seen(stage)).toMatchObject({ title: { text: 'Restrict' }, submit: { text: 'Go on' } });
    expect(stage.standIn.views({ user: EVAN })).toHaveLength(1);
    expect(stage.accepted).toEqual([]);
  });

  it('can say no instead, and leaves no state of a form where it answers', async () => {
    const stage = await open();
    const view = await pressed(stage);
    await view.ask(form());
    expect(await view.reveal(plain('Only HR may do that.'))).toEqual({ ok: true });
    expect(seen(stage)?.submit).toBeNull();
    expect(JSON.stringify(updates(stage).at(-1)?.args)).not.toContain('sealed state');
  });

  it('refuses what cannot be shown with its code, calls nothing for it, and logs no word', async () => {
    const stage = await open();
    const view = await pressed(stage);
    const outcome = await view.ask(form({ state: 'x'.repeat(3_001), text: 'my secret plan' }));
    expect(outcome).toEqual({ ok: false, fault: 'never', code: 'form-state' });
    expect(updates(stage)).toEqual([]);
    expect(stage.logged.join()).toContain('form-state');
    expect(stage.logged.join()).not.toContain('plan');
  });

  it('is filled again where the answer was lost, and is gone once it was closed', async () => {
    const stage = await open();
    const view = await pressed(stage);
    stage.standIn.fail({ method: 'views.update', how: '500-before' });
    expect(await view.ask(form())).toEqual({ ok: true });
    expect(updates(stage)).toHaveLength(2);
    stage.standIn.closeView({ user: EVAN, id: view.ref?.id ?? '' });
    expect(await view.ask(form())).toMatchObject({ ok: false, fault: 'gone' });
  });
});

describe('a form that is sent', () => {
  it('comes to the core with its state and what was entered, in the view that it was sent from', async () => {
    const stage = await open();
    const id = await asked(stage);
    expect(await send(stage, id)).toBe(200);
    expect(stage.submitted).toHaveLength(1);
    const [{ submit, view } = { submit: null, view: null }] = stage.submitted;
    expect(submit).toMatchObject({
      kind: 'submit',
      account: { platform: 'slack', tenant: TEAM, user: EVAN, external: false },
      place: { kind: 'direct' },
      state: 'sealed state',
      values: { words: ['Ask payroll.'], topics: ['leave', 'salary'] },
    });
    expect(view?.ref).toEqual({ platform: 'slack', tenant: TEAM, channel: VIEW_CHANNEL, id });
    expect(stage.accepted).toEqual([]);
  });

  it('is answered with what the core says first, without a call and without a flicker', async () => {
    const stage = await open();
    const id = await asked(stage);
    const calls = updates(stage).length;
    await send(stage, id);
    expect(seen(stage)).toMatchObject({ id, trouble: null, submit: null, title: { text: 'Sotto' } });
    expect(wordsOf(stage)).toContain('Taken.');
    expect(updates(stage)).toHaveLength(calls);
  });

  it('is asked again with what is wrong, and shows the values that it is given', async () => {
    const submit = async (_: Submit, view: OpenedView): Promise<void> => {
      const [words, topics] = form().fields;
      if (words?.kind !== 'text' || topics?.kind !== 'many') throw new Error('the form is another one');
      const fields = [
        { ...words, value: 'tidied' },
        { ...topics, values: ['leave'] },
      ];
      expect(await view.ask(form({ findings: ['Name an end.'], fields }))).toEqual({ ok: true });
    };
    const stage = await open({ adapter: { submit } });
    const id = await asked(stage);
    await send(stage, id, 'as entered');
    expect(seen(stage)).toMatchObject({ trouble: null, submit: { text: 'Go on' } });
    expect(wordsOf(stage)).toContain('Name an end.');
    const held = Object.values(seen(stage)?.entered ?? {}).flatMap((each) => Object.entries(each));
    expect(Object.fromEntries(held)).toMatchObject({
      words: { value: 'tidied' },
      topics: { selected_options: [{ value: 'leave' }] },
    });
  });

  it('is answered with “one moment” within the second where the core takes longer, and filled when that was seen', async () => {
    const clock = createFakeClock(Date.now());
    const decided = Promise.withResolvers<void>();
    const revealed: Changed[] = [];
    const submit = async (_: Submit, view: OpenedView): Promise<void> => {
      await decided.promise;
      revealed.push(await view.reveal(plain('It is a draft now.')));
    };
    const stage = await open({ adapter: { clock, submit } });
    const id = await asked(stage);
    const calls = updates(stage).length;
    const sending = send(stage, id);
    await until(() => clock.sleeping() > 0);
    await clock.advance(900);
    expect(await sending).toBe(200);
    expect(wordsOf(stage)).toContain('One moment.');
    decided.resolve();
    await until(() => clock.sleeping() > 0);
    expect(updates(stage)).toHaveLength(calls);
    await clock.advance(500);
    await until(() => revealed.length > 0);
    expect(revealed).toEqual([{ ok: true }]);
    expect(wordsOf(stage)).toContain('It is a draft now.');
    expect(seen(stage)?.id).toBe(id);
  });

  it('is told that its view was closed meanwhile', async () => {
    const closed = Promise.withResolvers<void>();
    const revealed: Changed[] = [];
    const submit = async (_: Submit, view: OpenedView): Promise<void> => {
      await view.reveal(plain('First.'));
      await closed.promise;
      revealed.push(await view.reveal(plain('Second.')));
    };
    const stage = await open({ adapter: { submit } });
    const id = await asked(stage);
    await send(stage, id);
    stage.standIn.closeView({ user: EVAN, id });
    closed.resolve();
    await until(() => revealed.length > 0);
    expect(revealed).toMatchObject([{ ok: false, fault: 'gone' }]);
  });

  it('changes its view again and again, each time after what it said before', async () => {
    const done = Promise.withResolvers<void>();
    const submit = async (_: Submit, view: OpenedView): Promise<void> => {
      for (const text of ['One.', 'Two.', 'Three.']) await view.reveal(plain(text));
      done.resolve();
    };
    const stage = await open({ adapter: { submit } });
    await send(stage, await asked(stage));
    await done.promise;
    expect(wordsOf(stage)).toContain('Three.');
  });

  it('stays open with all that was entered where the core fails, and may be sent again', async () => {
    let fails = true;
    const submit = async (_: Submit, view: OpenedView): Promise<void> => {
      if (fails) throw new Error('my secret salary');
      await view.reveal(plain('Taken.'));
    };
    const stage = await open({ adapter: { submit } });
    const id = await asked(stage);
    expect(await send(stage, id)).toBe(503);
    expect(seen(stage)).toMatchObject({ trouble: 'connecting', submit: { text: 'Go on' } });
    expect(stage.logged.join()).not.toContain('salary');
    fails = false;
    expect(await stage.standIn.submitView({ user: EVAN, id, values: {} })).toBe(200);
    expect(wordsOf(stage)).toContain('Taken.');
  });

  it('is given back as it was filled in where the core fails only after “one moment”, and may be sent again', async () => {
    const clock = createFakeClock(Date.now());
    const failed = Promise.withResolvers<void>();
    let fails = true;
    const submit = async (_: Submit, view: OpenedView): Promise<void> => {
      if (fails) await failed.promise;
      await view.reveal(plain('Taken.'));
    };
    const stage = await open({ adapter: { clock, submit } });
    const id = await asked(stage, { findings: ['Name an end.'] });
    const sending = send(stage, id);
    await until(() => clock.sleeping() > 0);
    await clock.advance(900);
    expect(await sending).toBe(200);
    expect(wordsOf(stage)).toContain('One moment.');
    fails = false;
    failed.reject(new Error('the directory is away'));
    await until(() => clock.sleeping() > 0);
    await clock.advance(500);
    await until(() => !wordsOf(stage).includes('One moment.'));
    expect(seen(stage)).toMatchObject({ id, submit: { text: 'Go on' }, title: { text: 'Restrict' } });
    expect(wordsOf(stage)).toContain('Please press again.');
    expect(wordsOf(stage)).not.toContain('Name an end.');
    const held = Object.values(seen(stage)?.entered ?? {}).flatMap((each) => Object.entries(each));
    expect(Object.fromEntries(held)).toMatchObject({
      words: { value: 'Ask payroll.' },
      topics: { selected_options: [{ value: 'leave' }, { value: 'salary' }] },
    });
    expect(await stage.standIn.submitView({ user: EVAN, id, values: {} })).toBe(200);
    expect(wordsOf(stage)).toContain('Taken.');
  });

  it('closes its view where the core has nothing to say', async () => {
    const stage = await open({ adapter: { submit: async () => undefined } });
    expect(await send(stage, await asked(stage))).toBe(200);
    expect(seen(stage)).toBeUndefined();
  });

  it('is handled once, though it is delivered again while it is answered and after that', async () => {
    const decided = Promise.withResolvers<void>();
    let handled = 0;
    const submit = async (_: Submit, view: OpenedView): Promise<void> => {
      handled += 1;
      await decided.promise;
      await view.reveal(plain('Taken.'));
    };
    const stage = await open({ adapter: { submit } });
    const deliver = () => stage.standIn.deliverRaw({ body: formOf(submitPayload()), contentType: FORM });
    const both = [deliver(), deliver()];
    await until(() => stage.delivered.length === 2);
    decided.resolve();
    const [first, second] = await Promise.all(both);
    expect(first).toMatchObject({ status: 200, body: expect.stringContaining('Taken.') });
    expect(second).toEqual(first);
    expect(await deliver()).toEqual({ status: 200, body: '' });
    expect(handled).toBe(1);
  });

  it('is not taken beyond what one process does at once', async () => {
    const stage = await open({ adapter: { submit: () => new Promise(() => undefined) } });
    const body = (n: number) => formOf(submitPayload({ trigger_id: `1.2.${n}` }));
    const deliver = (n: number) => stage.standIn.deliverRaw({ body: body(n), contentType: FORM });
    const answers = await Promise.all(Array.from({ length: 70 }, (_, n) => deliver(n)));
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(6);
    expect(answers.filter(({ body: said }) => said.includes('One moment.'))).toHaveLength(64);
  }, 20_000);
});

describe('R16 what else people do with views', () => {
  it.each<[string, Json]>([
    ['another app’s form', submitPayload({ view: { ...(submitPayload()['view'] as Json), callback_id: 'theirs' } })],
    ['a view that was closed', submitPayload({ type: 'view_closed', is_cleared: false })],
  ])('R16 %s is acknowledged, counted and handed to nobody', async (_, payload) => {
    const stage = await open();
    const answer = await stage.standIn.deliverRaw({ body: formOf(payload), contentType: FORM });
    expect(answer).toEqual({ status: 200, body: '' });
    expect(stage.submitted).toEqual([]);
    expect(stage.rejected).toEqual(['interaction-unknown']);
  });

  it('keeps open what looks like a form of ours and cannot be read, for nobody has taken it', async () => {
    const stage = await open();
    const view = { ...(submitPayload()['view'] as Json), state: { values: { b: { x: { type: 'checkboxes' } } } } };
    const answer = await stage.standIn.deliverRaw({ body: formOf(submitPayload({ view })), contentType: FORM });
    expect(answer.status).toBe(503);
    expect(stage.submitted).toEqual([]);
    expect(stage.rejected).toEqual(['interaction-unknown']);
  });

  it('3. of another app or workspace nothing is read', async () => {
    const stage = await open();
    const foreign = { ...(submitPayload()['view'] as Json), app_installed_team_id: 'T0OTHER000' };
    for (const [over, why] of [
      [{ api_app_id: 'A0OTHER000' }, 'app-foreign'],
      [{ view: foreign }, 'team-foreign'],
    ] as const) {
      await stage.standIn.deliverRaw({ body: formOf(submitPayload(over)), contentType: FORM });
      expect(stage.rejected.at(-1)).toBe(why);
    }
    expect(stage.submitted).toEqual([]);
  });

  it('1. is not believed with a wrong signature or an old one', async () => {
    const stage = await open();
    const body = formOf(submitPayload());
    const old = String(Math.floor(Date.now() / 1_000) - 301);
    const statuses = [
      await stage.standIn.deliverRaw({ body, contentType: FORM, secret: 'another-secret-of-nobody' }),
      await stage.standIn.deliverRaw({ body, contentType: FORM, timestamp: old }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 401]);
    expect(stage.submitted).toEqual([]);
  });

  it('R27 logs no word, no state and no trigger of a form', async () => {
    const stage = await open({ adapter: { submit: async () => Promise.reject(new Error('x')) } });
    await send(stage, await asked(stage), 'my secret salary');
    expect(stage.logged.length).toBeGreaterThan(0);
    const trigger = String(
      JSON.parse(new URLSearchParams(stage.delivered.at(-1)?.body).get('payload') ?? '{}').trigger_id,
    );
    for (const secret of ['salary', 'sealed state', trigger]) expect(stage.logged.join('\n')).not.toContain(secret);
  });
});
