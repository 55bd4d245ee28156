import { describe, expect, it } from '@jest/globals';
import type { Json, SeenView } from '../../playground/slack/types.ts';
import { app, call, clock, DIRECT, EVAN, errorOf, post, slack, XENA } from './support/slack-bench.ts';

const text = (words = 'x', over: Json = {}): Json => ({ type: 'plain_text', text: words, ...over });
const option = (value: string, label = value): Json => ({ text: text(label), value });
const options = ['a', 'b'].map((value) => option(value));
const input = (element: Json, over: Json = {}): Json => ({ type: 'input', label: text(), element, ...over });
const line = (over: Json = {}): Json => ({ type: 'plain_text_input', action_id: 'why', ...over });
const menu = (over: Json = {}): Json => ({ type: 'static_select', action_id: 'one', options, ...over });
const menus = (over: Json = {}): Json => ({ type: 'multi_static_select', action_id: 'many', options, ...over });
const day = (over: Json = {}): Json => ({ type: 'datepicker', action_id: 'day', ...over });
const asking = (blocks: readonly Json[], over: Json = {}): string =>
  JSON.stringify({ type: 'modal', title: text('Sotto'), submit: text('Send'), blocks, ...over });

const trigger = async (): Promise<string> => {
  const { body } = await post({ text: 'press' });
  await slack.press({ user: EVAN, channel: DIRECT, ts: String(body['ts']), actionId: 'a', value: 'v' });
  return String(payload()['trigger_id']);
};
const payload = (): Json => JSON.parse(new URLSearchParams(app.received.at(-1)?.body).get('payload') ?? '{}') as Json;
const open = async (blocks: readonly Json[], over: Json = {}): Promise<string> => {
  const { body, error } = await call('views.open', { trigger_id: await trigger(), view: asking(blocks, over) });
  expect(error).toBeNull();
  return String((body['view'] as Json)['id']);
};
const seen = (id: string): SeenView | undefined => slack.views({ user: EVAN }).find((view) => view.id === id);
const send = (id: string, values: Readonly<Record<string, readonly string[]>> = {}) =>
  slack.submitView({ user: EVAN, id, values });
const answering = (body: unknown): void =>
  app.answer({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('a modal that asks something', () => {
  it('takes each kind of field, empty and filled in', async () => {
    await open([
      input(line(), { block_id: 'b1', hint: text('small'), optional: true }),
      input(line({ action_id: 'long', multiline: true, max_length: 3_000, initial_value: 'x'.repeat(3_000) })),
      input(menu({ initial_option: option('b') })),
      input(menu({ action_id: 'none', options: Array.from({ length: 100 }, (_, at) => option(`v${at}`)) })),
      input(menus({ initial_options: [option('a'), option('b')] })),
      input(day({ initial_date: '2028-02-29' })),
    ]);
    expect(slack.views({ user: EVAN })[0]?.blocks[0]).toMatchObject({ optional: true, dispatch_action: false });
  });

  it.each<[string, readonly Json[], Json?]>([
    ['a field where there is no button to send it', [input(line())], { submit: undefined }],
    ['a field without a label', [input(line(), { label: undefined })]],
    ['an empty label', [input(line(), { label: text('') })]],
    ['a label in markup', [input(line(), { label: { type: 'mrkdwn', text: 'x' } })]],
    ['a label of 2,001 characters', [input(line(), { label: text('x'.repeat(2_001)) })]],
    ['a hint of 2,001 characters', [input(line(), { hint: text('x'.repeat(2_001)) })]],
    ['a field without an element', [input(line(), { element: undefined })]],
    ['an element without a name', [input(line({ action_id: undefined }))]],
    ['an element that Sotto does not send', [input({ type: 'checkboxes', action_id: 'c', options })]],
    ['two blocks of one id', [input(line(), { block_id: 'b' }), input(menu(), { block_id: 'b' })]],
    ['a text that begins longer than it may be', [input(line({ max_length: 2, initial_value: 'abc' }))]],
    ['a text that may be longer than 3,000', [input(line({ max_length: 3_001 }))]],
    ['a text that may have no character', [input(line({ max_length: 0 }))]],
    ['a text that begins empty', [input(line({ initial_value: '' }))]],
    ['a menu without options', [input(menu({ options: [] }))]],
    ['101 options', [input(menu({ options: Array.from({ length: 101 }, (_, at) => option(`v${at}`)) }))]],
    ['an option of 76 characters', [input(menu({ options: [option('a', 'x'.repeat(76))] }))]],
    ['an option without a text', [input(menu({ options: [option('a', '')] }))]],
    ['an option without a value', [input(menu({ options: [option('', 'x')] }))]],
    ['an option with a value of 151 characters', [input(menu({ options: [option('x'.repeat(151), 'x')] }))]],
    ['an option that is there twice', [input(menu({ options: [option('a'), option('a')] }))]],
    ['a choice that is none of the options', [input(menu({ initial_option: option('c') }))]],
    ['a choice of another text', [input(menu({ initial_option: option('a', 'other') }))]],
    ['an empty list of choices', [input(menus({ initial_options: [] }))]],
    ['choices that are none of the options', [input(menus({ initial_options: [option('a'), option('c')] }))]],
    ['a day that there is not', [input(day({ initial_date: '2026-02-30' }))]],
    ['a day in words', [input(day({ initial_date: 'tomorrow' }))]],
    ['a long label to send it', [input(line())], { submit: text('x'.repeat(25)) }],
    ['an unknown key', [input(line({ colour: 'red' }))]],
  ])('refuses %s', async (_, blocks, over = {}) => {
    const trigger_id = await trigger();
    expect(await errorOf('views.open', { trigger_id, view: asking(blocks, over) })).toBe('invalid_arguments');
    expect(slack.views()).toEqual([]);
  });

  it('may ask nothing but whether to go on', async () => {
    const id = await open([{ type: 'divider' }]);
    expect(await send(id)).toBe(200);
    expect(payload()['view']).toMatchObject({ state: { values: {} }, submit: { text: 'Send', emoji: true } });
  });

  it('asks nothing in a message or on a page', async () => {
    const blocks = [input(line())];
    expect(await errorOf('chat.postMessage', { channel: DIRECT, blocks: JSON.stringify(blocks) })).toBe(
      'invalid_blocks',
    );
    const view = JSON.stringify({ type: 'home', blocks });
    expect(await errorOf('views.publish', { user_id: EVAN, view })).toBe('invalid_arguments');
  });
});

describe('what is sent from a modal', () => {
  const fields = [
    input(line(), { block_id: 'b1', optional: true }),
    input(menu(), { block_id: 'b2', optional: true }),
    input(menus(), { block_id: 'b3', optional: true }),
    input(day(), { block_id: 'b4', optional: true }),
  ];

  it('comes as Slack sends it: signed, with every field by block and action', async () => {
    const id = await open(fields, { private_metadata: 'sealed', callback_id: 'mine' });
    const before = slack.views({ user: EVAN })[0];
    expect(await send(id, { why: ['Because.'], one: ['b'], many: ['b', 'a'], day: ['2026-12-31'] })).toBe(200);
    expect(payload()).toMatchObject({
      type: 'view_submission',
      user: { id: EVAN },
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]+$/),
      response_urls: [],
      view: {
        id,
        type: 'modal',
        callback_id: 'mine',
        private_metadata: 'sealed',
        blocks: before?.blocks,
        state: {
          values: {
            b1: { why: { type: 'plain_text_input', value: 'Because.' } },
            b2: { one: { type: 'static_select', selected_option: option('b') } },
            b3: { many: { type: 'multi_static_select', selected_options: [option('b'), option('a')] } },
            b4: { day: { type: 'datepicker', selected_date: '2026-12-31' } },
          },
        },
      },
    });
    expect(app.received.at(-1)?.headers['x-slack-signature']).toMatch(/^v0=[0-9a-f]{64}$/);
  });

  it('says of what was left empty that nothing is there', async () => {
    await send(await open(fields));
    expect(payload()['view']).toMatchObject({
      state: {
        values: {
          b1: { why: { type: 'plain_text_input', value: null } },
          b2: { one: { type: 'static_select', selected_option: null } },
          b3: { many: { type: 'multi_static_select', selected_options: [] } },
          b4: { day: { type: 'datepicker', selected_date: null } },
        },
      },
    });
  });

  it('is kept back by the client where something must be filled in', async () => {
    const id = await open([input(line(), { block_id: 'b1' }), input(menu({ initial_option: option('a') }))]);
    const before = app.received.length;
    expect(await send(id, { why: [''] })).toBe(0);
    expect(app.received).toHaveLength(before);
    expect(Object.keys(seen(id)?.errors ?? {})).toEqual(['b1']);
    expect(await send(id, { why: ['now'] })).toBe(200);
  });

  it('cannot hold what the client has no way to enter', async () => {
    const id = await open([
      input(line({ max_length: 3 })),
      input(menu()),
      input(menus({ max_selected_items: 1 })),
      input(day()),
    ]);
    for (const values of [
      { why: ['four'] },
      { one: ['c'] },
      { many: ['a', 'b'] },
      { day: ['2026-02-30'] },
      { no: ['x'] },
    ])
      await expect(send(id, values)).rejects.toThrow();
    await expect(slack.submitView({ user: XENA, id, values: {} })).rejects.toThrow('has no view');
  });

  it('closes the view where the answer is empty', async () => {
    const id = await open(fields);
    await send(id);
    expect(seen(id)).toBeUndefined();
  });

  it('shows what the answer says instead, and gives the view a new hash', async () => {
    const id = await open(fields);
    answering({ response_action: 'update', view: JSON.parse(asking([{ type: 'divider' }], { title: text('Done') })) });
    expect(await send(id)).toBe(200);
    const before = payload()['view'] as Json;
    expect(seen(id)).toMatchObject({ title: { text: 'Done' }, trouble: null });
    await send(id);
    const after = payload()['view'] as Json;
    expect(after).toMatchObject({ id, title: { text: 'Done' } });
    expect(after['hash']).not.toBe(before['hash']);
  });

  it('shows what is wrong with a block, below it', async () => {
    const id = await open(fields);
    answering({ response_action: 'errors', errors: { b1: 'Too short.' } });
    await send(id);
    expect(seen(id)).toMatchObject({ errors: { b1: 'Too short.' }, trouble: null });
  });

  it.each<[string, () => void]>([
    ['an error', () => app.answer({ status: 503 })],
    ['a view that Slack would refuse', () => answering({ response_action: 'update', view: { type: 'modal' } })],
    ['a page instead of a modal', () => answering({ response_action: 'update', view: { type: 'home', blocks: [] } })],
    ['no view', () => answering({ response_action: 'update' })],
    ['errors of a block that is not there', () => answering({ response_action: 'errors', errors: { b9: 'x' } })],
    ['an action that there is not', () => answering({ response_action: 'open' })],
    ['words', () => answering('ok')],
  ])('says that it could not be sent where the answer is %s, and keeps what was entered', async (_, answer) => {
    const id = await open(fields);
    answer();
    await send(id, { why: ['kept'] });
    expect(seen(id)).toMatchObject({ trouble: 'connecting', entered: { b1: { why: { value: 'kept' } } } });
    // Sent again with nothing changed, it has what it had.
    await send(id);
    expect(payload()['view']).toMatchObject({ state: { values: { b1: { why: { value: 'kept' } } } } });
  });

  it('has another trigger each time, which opens a view like any other', async () => {
    const id = await open(fields);
    app.answer({ status: 503 }, { status: 503 });
    await send(id);
    const first = payload()['trigger_id'];
    await send(id);
    expect(payload()['trigger_id']).not.toBe(first);
    await clock.advance(3_001);
    expect(await errorOf('views.open', { trigger_id: String(first), view: asking(fields) })).toBe('expired_trigger_id');
  });
});

describe('a modal that asks again', () => {
  it('keeps what was entered where block and field have the names they had, whatever the field begins with', async () => {
    const id = await open([input(line({ initial_value: 'first' }), { block_id: 'b' })]);
    app.answer({ status: 503 });
    await send(id, { why: ['entered'] });
    const again = input(line({ initial_value: 'second' }), { block_id: 'b' });
    await call('views.update', { view_id: id, view: asking([again]) });
    expect(seen(id)?.entered).toEqual({ b: { why: { type: 'plain_text_input', value: 'entered' } } });
    await call('views.update', { view_id: id, view: asking([{ ...again, block_id: 'other' }]) });
    expect(seen(id)?.entered).toEqual({ other: { why: { type: 'plain_text_input', value: 'second' } } });
  });

  it('is overtaken by the answer to what was sent: the answer counts', async () => {
    const id = await open([input(line(), { optional: true })]);
    const update = Promise.withResolvers<void>();
    const view = JSON.parse(asking([{ type: 'divider' }], { title: text('Answer') }));
    app.answer({ status: 200, body: JSON.stringify({ response_action: 'update', view }), after: update.promise });
    const sent = send(id);
    await call('views.update', { view_id: id, view: asking([{ type: 'divider' }], { title: text('Update') }) });
    expect(seen(id)?.title).toMatchObject({ text: 'Update' });
    update.resolve();
    await sent;
    expect(seen(id)?.title).toMatchObject({ text: 'Answer' });
  });
});
