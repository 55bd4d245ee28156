import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../playground/slack/types.ts';
import { checkModal } from '../../../playground/slack/view-rules.ts';
import { renderForm } from '../../../src/adapters/slack/form.ts';
import type { Field, Form } from '../../../src/core/types.ts';

const asking = { label: 'Label', hint: null, required: true };
const textField = (over: Partial<Extract<Field, { kind: 'text' }>> = {}): Field => ({
  ...asking,
  kind: 'text',
  name: 'words',
  value: '',
  most: 500,
  lines: true,
  ...over,
});
const options = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ value: `v${at}`, label: `Label ${at}` }));
const form = (over: Partial<Form> = {}): Form => ({
  state: 'sealed',
  title: 'New restriction',
  text: 'Whoever asks is refused.',
  findings: [],
  fields: [textField()],
  submit: 'Go on',
  ...over,
});
const render = (over: Partial<Form> = {}) => renderForm({ form: form(over), title: 'Sotto', close: 'Close' });
const viewOf = (over: Partial<Form> = {}): Json => {
  const rendered = render(over);
  if (!rendered.ok) throw new Error(rendered.code);
  return { ...rendered.view };
};
const blocksOf = (over: Partial<Form> = {}): readonly Json[] => viewOf(over)['blocks'] as readonly Json[];
const inputsOf = (over: Partial<Form> = {}): readonly Json[] => blocksOf(over).filter(({ type }) => type === 'input');

describe('a form as a modal', () => {
  it('holds its sealed state, its labels, its words and its fields', () => {
    expect(viewOf()).toMatchObject({
      type: 'modal',
      callback_id: 'sotto.form',
      private_metadata: 'sealed',
      title: { type: 'plain_text', text: 'New restriction' },
      submit: { text: 'Go on' },
      close: { text: 'Close' },
      blocks: [
        { type: 'section', text: { type: 'plain_text', text: 'Whoever asks is refused.' } },
        { type: 'input', label: { type: 'plain_text', text: 'Label' }, optional: false },
      ],
    });
  });

  it('has an input of Slack’s for each kind of field, filled in where there is a value', () => {
    const choice = { ...asking, options: options(3) };
    const fields: readonly Field[] = [
      textField({ value: 'Ask payroll.', hint: 'In English', required: false }),
      { ...choice, kind: 'one', name: 'one', value: 'v1' },
      { ...choice, kind: 'one', name: 'none', value: null },
      { ...choice, kind: 'many', name: 'many', values: ['v2', 'v0', 'gone'] },
      { ...asking, kind: 'date', name: 'until', value: '2026-12-31' },
      { ...asking, kind: 'date', name: 'from', value: null },
    ];
    expect(inputsOf({ fields })).toMatchObject([
      {
        optional: true,
        hint: { type: 'plain_text', text: 'In English' },
        element: {
          type: 'plain_text_input',
          action_id: 'words',
          multiline: true,
          max_length: 500,
          initial_value: 'Ask payroll.',
        },
      },
      {
        element: {
          type: 'static_select',
          action_id: 'one',
          initial_option: { value: 'v1', text: { text: 'Label 1' } },
        },
      },
      { element: { type: 'static_select', action_id: 'none', options: { length: 3 } } },
      { element: { type: 'multi_static_select', initial_options: [{ value: 'v0' }, { value: 'v2' }] } },
      { element: { type: 'datepicker', action_id: 'until', initial_date: '2026-12-31' } },
      { element: { type: 'datepicker', action_id: 'from' } },
    ]);
    for (const [at, key] of [
      [2, 'initial_option'],
      [5, 'initial_date'],
    ] as const)
      expect(inputsOf({ fields })[at]?.['element']).not.toHaveProperty(key);
  });

  it('says what is wrong before everything else', () => {
    const shown = blocksOf({ findings: ['The end is before the beginning.', 'Name a topic.'] });
    expect(shown[0]).toMatchObject({ text: { text: 'The end is before the beginning.\nName a topic.' } });
    expect(shown[1]).toMatchObject({ text: { text: 'Whoever asks is refused.' } });
  });

  it('names its blocks anew whenever it says something else, so that Slack shows the values that it has now', () => {
    const idOf = (over: Partial<Form>) => String(inputsOf(over)[0]?.['block_id']);
    expect(idOf({})).toBe(idOf({}));
    expect(idOf({ fields: [textField({ value: 'mended' })] })).not.toBe(idOf({}));
    expect(idOf({ findings: ['x'] })).not.toBe(idOf({}));
  });

  it('cuts what people only read: title, button, labels, hints, options, and words of any length', () => {
    const long = 'x'.repeat(9_000);
    const field: Field = {
      ...asking,
      label: long,
      hint: long,
      kind: 'one',
      name: 'one',
      options: [{ value: 'v', label: long }],
      value: 'v',
    };
    const view = viewOf({
      title: long,
      submit: long,
      text: '漢'.repeat(200_000),
      findings: [long, long],
      fields: [field],
    });
    expect(checkModal(JSON.stringify(view), () => 'id')).toMatchObject({ ok: true });
    expect(JSON.stringify(view)).toContain('…');
  });

  it('shows a day that there is not, a text that is too long and empty labels as Slack takes them', () => {
    const fields: readonly Field[] = [
      { ...asking, kind: 'date', name: 'until', value: '2026-02-30' },
      textField({ value: 'x'.repeat(600), label: ' ', hint: '' }),
      textField({ name: 'other', value: '🙂'.repeat(2_000), most: 9_999 }),
      { ...asking, kind: 'one', name: 'one', options: [{ value: 'v', label: '' }], value: null },
    ];
    const view = viewOf({ title: '', submit: ' ', text: '', fields });
    expect(checkModal(JSON.stringify(view), () => 'id')).toMatchObject({ ok: true });
    expect(view).toMatchObject({ title: { text: 'Sotto' } });
  });

  it('may ask nothing but whether to go on', () => {
    const view = viewOf({ text: '', fields: [] });
    expect(checkModal(JSON.stringify(view), () => 'id')).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<Form>]>([
    ['form-state', { state: 'x'.repeat(3_001) }],
    ['form-too-many-fields', { fields: Array.from({ length: 61 }, (_, at) => textField({ name: `f${at}` })) }],
    ['form-field-name', { fields: [textField({ name: 'Not this' })] }],
    ['form-field-name', { fields: [textField(), textField()] }],
    ['form-options', { fields: [{ ...asking, kind: 'one', name: 'one', options: [], value: null }] }],
    ['form-options', { fields: [{ ...asking, kind: 'many', name: 'many', options: options(101), values: [] }] }],
    [
      'form-options',
      { fields: [{ ...asking, kind: 'one', name: 'one', options: [...options(1), ...options(1)], value: null }] },
    ],
    [
      'form-option-value',
      {
        fields: [
          { ...asking, kind: 'one', name: 'one', options: [{ value: 'x'.repeat(151), label: 'x' }], value: null },
        ],
      },
    ],
    [
      'form-option-value',
      { fields: [{ ...asking, kind: 'one', name: 'one', options: [{ value: '', label: 'x' }], value: null }] },
    ],
    [
      'form-too-large',
      {
        fields: Array.from({ length: 30 }, (_, at) => ({
          ...asking,
          kind: 'many' as const,
          name: `f${at}`,
          options: Array.from({ length: 100 }, (_, n) => ({ value: `v${n}`, label: '漢'.repeat(75) })),
          values: [],
        })),
      },
    ],
  ])('is refused with %s rather than changed in what comes back', (code, over) => {
    expect(render(over)).toEqual({ ok: false, code });
  });

  it('keeps every rule of Slack’s, whatever the words, or says that it cannot', () => {
    const words = fc.string({ unit: 'binary', maxLength: 3_500 });
    const label = fc.record({ label: words, hint: fc.option(words), required: fc.boolean() });
    const choices = fc.uniqueArray(fc.record({ value: fc.string({ maxLength: 160 }), label: words }), {
      maxLength: 5,
      selector: ({ value }) => value,
    });
    const field: fc.Arbitrary<Field> = fc
      .oneof(
        fc.record({
          kind: fc.constant('text' as const),
          value: words,
          most: fc.integer({ min: -1, max: 5_000 }),
          lines: fc.boolean(),
        }),
        fc.record({ kind: fc.constant('one' as const), options: choices, value: fc.option(fc.string()) }),
        fc.record({ kind: fc.constant('many' as const), options: choices, values: fc.array(fc.string()) }),
        fc.record({
          kind: fc.constant('date' as const),
          value: fc.option(fc.oneof(fc.string(), fc.constant('2026-12-31'))),
        }),
      )
      .chain((body) => label.map((around) => ({ ...around, ...body, name: 'field' })));
    const any = fc.record({
      state: fc.string({ maxLength: 3_100 }),
      title: words,
      text: words,
      findings: fc.array(words, { maxLength: 3 }),
      fields: fc.array(field, { maxLength: 8 }).map((all) => all.map((each, at) => ({ ...each, name: `field-${at}` }))),
      submit: words,
    });
    let shown = 0;
    fc.assert(
      fc.property(any, (over) => {
        const rendered = render(over);
        if (!rendered.ok) return;
        shown += 1;
        expect(checkModal(JSON.stringify(rendered.view), () => 'id')).toMatchObject({ ok: true });
      }),
    );
    expect(shown).toBeGreaterThan(10);
  });
});
