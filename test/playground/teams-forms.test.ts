import { describe, expect, it } from '@jest/globals';
import { attachmentFault } from '../../playground/teams/cards.ts';
import { readableForm } from '../../playground/teams/readable-form.ts';
import { MOST_CHOICES } from '../../playground/teams/rules.ts';
import type { Json, TeamsDialog } from '../../playground/teams/types.ts';
import { answers, cardMessage, direct, EVAN, post, reached, teams } from './support/teams-bench.ts';

const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';
const run = (over: Json = {}) => ({ type: 'TextRun', text: 'x', ...over });
const rich = (...inlines: readonly Json[]) => ({ type: 'RichTextBlock', inlines });
const actions = (...list: readonly Json[]) => ({ type: 'ActionSet', actions: list });
const submit = (over: Json = {}) => ({
  type: 'Action.Submit',
  title: 'Send',
  data: { sotto: { state: 's' } },
  ...over,
});
const text = (over: Json = {}) => ({ type: 'Input.Text', id: 'text-a', label: 'A', ...over });
const choices = (over: Json = {}) => ({
  type: 'Input.ChoiceSet',
  id: 'one-b',
  label: 'B',
  choices: [
    { title: 'X', value: 'x' },
    { title: 'Y', value: 'y' },
  ],
  ...over,
});
const date = (over: Json = {}) => ({ type: 'Input.Date', id: 'date-c', label: 'C', ...over });
const dialogOf = (...body: readonly Json[]) => ({ type: 'AdaptiveCard', version: '1.5', body });
const faultOf = (...body: readonly Json[]) =>
  attachmentFault({ contentType: CARD_TYPE, content: dialogOf(...body) }, 'dialog');
const continues = (card: Json, over: Json = {}) => ({
  task: { type: 'continue', value: { title: 'Form', card: { contentType: CARD_TYPE, content: card }, ...over } },
});

/** Evan presses a button, and the bot answers with this card. */
const opened = async (card: Json): Promise<string> => {
  const data = { sotto: { action: 'sotto.form', value: 'v' }, msteams: { type: 'task/fetch' } };
  const { id: ts } = await post(cardMessage([rich(run()), actions(submit({ data }))]));
  answers(200, continues(card));
  await teams.press({ user: EVAN, channel: direct(), ts, actionId: 'sotto.form', value: 'v' });
  return standing().id;
};
const standing = (): TeamsDialog => {
  const [dialog] = teams.dialogs({ user: EVAN });
  if (dialog === undefined) throw new Error('no dialog stands open');
  return dialog;
};
const lastData = (): unknown => (reached.at(-1)?.['value'] as Json | undefined)?.['data'];

describe('a card that asks', () => {
  it('is taken in a dialog and nowhere else', () => {
    const body = [text(), choices(), date(), actions(submit())];
    expect(faultOf(...body)).toBeNull();
    const content = { ...dialogOf(...body), speak: 'A form', fallbackText: 'A form' };
    expect(attachmentFault({ contentType: CARD_TYPE, content }, 'message')).toBe('an input in a message');
  });

  it.each([
    { input: text({ id: '' }), why: 'an input without id' },
    { input: text({ id: 7 }), why: 'an input without id' },
    { input: text({ label: '' }), why: 'an input without label' },
    { input: text({ isRequired: 'yes' }), why: 'bad input' },
    { input: text({ value: 7 }), why: 'bad input' },
    { input: text({ isRequired: true }), why: 'a required input without message' },
    { input: text({ regex: '.*' }), why: 'unknown property regex' },
    { input: text({ choices: [] }), why: 'unknown property choices' },
    { input: text({ isMultiline: 1 }), why: 'bad isMultiline' },
    { input: text({ maxLength: 0 }), why: 'bad maxLength' },
    { input: text({ maxLength: '9' }), why: 'bad maxLength' },
    { input: text({ maxLength: 2, value: 'abc' }), why: 'a value beyond maxLength' },
    { input: date({ value: '31.12.2026' }), why: 'bad date' },
    { input: date({ value: '2026-02-30' }), why: 'bad date' },
    { input: choices({ isMultiSelect: 'yes' }), why: 'bad choice set' },
    { input: choices({ style: 'list' }), why: 'bad style' },
    { input: choices({ choices: [] }), why: 'bad number of choices' },
    {
      input: choices({
        choices: Array.from({ length: MOST_CHOICES + 1 }, (_, at) => ({ title: 'T', value: String(at) })),
      }),
      why: 'bad number of choices',
    },
    { input: choices({ choices: ['x'] }), why: 'a choice is no object' },
    { input: choices({ choices: [{ title: '', value: 'x' }] }), why: 'an empty choice' },
    { input: choices({ choices: [{ title: 'X', value: 'x', hint: 'h' }] }), why: 'unknown property hint' },
    {
      input: choices({
        choices: [
          { title: 'X', value: 'x' },
          { title: 'Z', value: 'x' },
        ],
      }),
      why: 'two choices of one value',
    },
    {
      input: choices({ isMultiSelect: true, choices: [{ title: 'X', value: 'a,b' }] }),
      why: 'a comma in a choice',
    },
    { input: choices({ value: 'z' }), why: 'a value that is no choice' },
    { input: choices({ isMultiSelect: true, value: 'x,z' }), why: 'a value that is no choice' },
    { input: { type: 'Input.Number', id: 'n', label: 'N' }, why: 'unsupported element' },
  ])('is refused: $why', ({ input, why }) => {
    expect(faultOf(input, actions(submit()))).toBe(why);
  });

  it('is refused where two inputs share an id, or a button has data under one', () => {
    expect(faultOf(text(), choices({ id: 'text-a' }), actions(submit()))).toBe('two inputs of one id');
    expect(faultOf(text(), actions(submit({ data: { 'text-a': 1 } })))).toBe('data under the id of an input');
  });

  it('is refused in a colour or a version that Teams has not', () => {
    expect(faultOf(rich(run({ color: 'attention' })))).toBeNull();
    expect(faultOf(rich(run({ color: 'red' })))).toBe('bad color');
    const newer = { ...dialogOf(text()), version: '1.6' };
    expect(attachmentFault({ contentType: CARD_TYPE, content: newer }, 'dialog')).toBe('unsupported version');
  });
});

describe('a form in a dialog', () => {
  it('is read as people have it before them', async () => {
    const small = { size: 'small', isSubtle: true };
    await opened(
      dialogOf(
        rich(run({ text: 'Wrong.', color: 'attention' })),
        rich(run({ text: 'It forbids.' })),
        text({ value: 'was', maxLength: 20, isRequired: true, errorMessage: 'Needed.' }),
        rich(run({ text: 'A hint', ...small })),
        choices({ isMultiSelect: true, value: 'x,y', label: '**B** [c](https://evil.example)' }),
        date(),
        actions(submit()),
      ),
    );
    expect(readableForm(standing())).toEqual({
      title: 'Form',
      text: 'It forbids.',
      findings: ['Wrong.'],
      fields: [
        {
          kind: 'text',
          name: 'text-a',
          label: 'A',
          hint: 'A hint',
          required: true,
          value: 'was',
          most: 20,
          lines: false,
        },
        {
          kind: 'many',
          name: 'one-b',
          label: 'B c',
          hint: null,
          required: false,
          options: [
            { value: 'x', label: 'X' },
            { value: 'y', label: 'Y' },
          ],
          values: ['x', 'y'],
        },
        { kind: 'date', name: 'date-c', label: 'C', hint: null, required: false, value: null },
      ],
      submit: 'Send',
    });
  });

  it('is sent with what was filled in beside the data of the button, from the chat it was opened in', async () => {
    const id = await opened(
      dialogOf(
        text({ maxLength: 5 }),
        choices(),
        choices({ id: 'many-d', isMultiSelect: true }),
        date(),
        actions(submit()),
      ),
    );
    const filled = { 'text-a': 'one\ntwo three', 'many-d': 'x,y' };
    expect(await teams.submit({ user: EVAN, id, filled })).toBe(200);
    expect(reached.at(-1)).toMatchObject({
      type: 'invoke',
      name: 'task/submit',
      from: { aadObjectId: EVAN },
      conversation: { id: direct(), conversationType: 'personal' },
      value: { context: { theme: 'default' } },
    });
    expect(lastData()).toEqual({ sotto: { state: 's' }, 'text-a': 'one t', 'many-d': 'x,y' });
    await teams.submit({ user: EVAN, id, filled: {} });
    expect(lastData()).toEqual({ sotto: { state: 's' }, 'text-a': '' });
  });

  it('lets nobody send what no client lets them fill in, nor from a dialog that is not open', async () => {
    const id = await opened(dialogOf(text(), choices(), date(), actions(submit())));
    const calls = reached.length;
    for (const filled of [{ 'one-b': 'z' }, { 'date-c': 'tomorrow' }, { other: 'x' }])
      expect(await teams.submit({ user: EVAN, id, filled })).toBe('unknown');
    expect(await teams.submit({ user: EVAN, id: 'dialog-999', filled: {} })).toBe('unknown');
    teams.closeDialog(EVAN);
    expect(await teams.submit({ user: EVAN, id, filled: {} })).toBe('unknown');
    expect(reached).toHaveLength(calls);
    const nothing = await opened(dialogOf(rich(run()), actions(submit({ data: { a: 1 } }))));
    expect(await teams.submit({ user: EVAN, id: nothing, filled: {} })).toBe('unknown');
  });

  it('is sent without inputs too, where its button brings back a form', async () => {
    const id = await opened(dialogOf(rich(run()), actions(submit({ data: { sotto: { state: 's' } } }))));
    answers(200, { task: { type: 'message', value: 'Done.' } });
    expect(await teams.submit({ user: EVAN, id, filled: {} })).toBe(200);
    expect(lastData()).toEqual({ sotto: { state: 's' } });
    expect(standing().text).toBe('Done.');
  });

  it('keeps what was filled in while something is missing, and sends nothing', async () => {
    const needed = { isRequired: true, errorMessage: 'Needed.' };
    const id = await opened(dialogOf(text(needed), choices(needed), actions(submit())));
    const calls = reached.length;
    expect(await teams.submit({ user: EVAN, id, filled: { 'text-a': 'here' } })).toBe(0);
    expect(reached).toHaveLength(calls);
    expect(readableForm(standing())).toMatchObject({
      findings: ['B: Needed.'],
      fields: [{ name: 'text-a', value: 'here' }, { name: 'one-b' }],
    });
  });

  it('shows the next dialog in the place of the one that was sent', async () => {
    const id = await opened(dialogOf(text(), actions(submit())));
    answers(200, continues(dialogOf(text({ value: 'again' }), actions(submit())), { title: 'Again' }));
    await teams.submit({ user: EVAN, id, filled: {} });
    expect(standing()).toMatchObject({ id, title: 'Again' });
    answers(200, { task: { type: 'message', value: 'Done.' } });
    await teams.submit({ user: EVAN, id, filled: {} });
    expect(standing()).toMatchObject({ id, card: null, text: 'Done.' });
  });

  it.each([
    { what: 'an error', status: 503, body: '' },
    { what: 'no dialog', status: 200, body: {} },
    { what: 'no answer at all', status: 0, body: '' },
    { what: 'a card that Teams would not take', status: 200, body: continues(dialogOf(text({ label: '' }))) },
    {
      what: 'a card that is too large',
      status: 200,
      body: continues(dialogOf(rich(run({ text: 'x'.repeat(20_000) })))),
    },
    { what: 'a size that there is not', status: 200, body: continues(dialogOf(text()), { height: 'huge' }) },
  ])('stays as it was filled in where the answer is $what', async ({ status, body }) => {
    const id = await opened(dialogOf(text(), actions(submit())));
    answers(status, body);
    expect(await teams.submit({ user: EVAN, id, filled: { 'text-a': 'mine' } })).toBe(status);
    expect(standing()).toMatchObject({ id, title: 'Form', kept: { filled: { 'text-a': 'mine' } } });
    expect(readableForm(standing())).toMatchObject({
      findings: ['Unable to reach app. Please try again.'],
      fields: [{ value: 'mine' }],
    });
  });

  it('shows nothing where it was closed before the answer came', async () => {
    const id = await opened(dialogOf(text(), actions(submit())));
    const sent = teams.submit({ user: EVAN, id, filled: {} });
    teams.closeDialog(EVAN);
    await sent;
    expect(teams.dialogs()).toEqual([]);
  });
});
