import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attachmentFault } from '../../../playground/teams/cards.ts';
import { readableForm } from '../../../playground/teams/readable-form.ts';
import { createFormCard } from '../../../src/adapters/teams/form.ts';
import { joinChoices, splitChoices, toChoice } from '../../../src/adapters/teams/inputs.ts';
import { MOST_WHY } from '../../../src/core/restricting/create.ts';
import { MOST_TITLE, TEXTS, textsOf } from '../../../src/core/restricting/fields.ts';
import { restrictionForm } from '../../../src/core/restricting/form.ts';
import type { Field, Form } from '../../../src/core/types.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { groupsOf } from '../../../src/policies/schema.ts';

const formCard = createFormCard({ needed: 'Needed.' });
const asking = { label: 'Label', hint: null, required: false } as const;
const text = (over: Partial<Extract<Field, { kind: 'text' }>> = {}): Field => ({
  kind: 'text',
  name: 'title',
  value: '',
  most: 80,
  lines: false,
  ...asking,
  ...over,
});
const many = (options: readonly { readonly value: string; readonly label: string }[]): Field => ({
  kind: 'many',
  name: 'forbids',
  options,
  values: [],
  ...asking,
});
const form = (over: Partial<Form> = {}): Form => ({
  state: 'sealed',
  title: 'New',
  text: '',
  findings: [],
  fields: [text()],
  submit: 'Preview',
  ...over,
});
const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';

const shown = (asked: Form) => {
  const card = formCard(asked);
  if (card === null) throw new Error('it does not fit');
  const fault = attachmentFault({ contentType: CARD_TYPE, content: card }, 'dialog');
  expect(fault).toBeNull();
  const read = readableForm({ id: 'd', user: 'u', title: asked.title, card, text: '', kept: null });
  if (read === null) throw new Error('no form');
  return { card, read };
};

describe('a form as a card', () => {
  it('has findings, text, inputs with their hints, and the button with the sealed state, in this order', () => {
    const { card } = shown(
      form({
        findings: ['The end is in the past.'],
        text: 'It forbids.',
        fields: [text({ hint: 'Short.', required: true })],
      }),
    );
    expect(card).toEqual({
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version: '1.5',
      body: [
        {
          type: 'RichTextBlock',
          inlines: [{ type: 'TextRun', text: 'The end is in the past.', color: 'attention', weight: 'bolder' }],
        },
        { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'It forbids.' }] },
        {
          type: 'Input.Text',
          id: 'text-title',
          label: 'Label',
          spacing: 'medium',
          isRequired: true,
          errorMessage: 'Needed.',
          isMultiline: false,
          maxLength: 80,
        },
        {
          type: 'RichTextBlock',
          spacing: 'none',
          inlines: [{ type: 'TextRun', text: 'Short.', size: 'small', isSubtle: true }],
        },
        {
          type: 'ActionSet',
          spacing: 'large',
          actions: [
            { type: 'Action.Submit', title: 'Preview', style: 'positive', data: { sotto: { state: 'sealed' } } },
          ],
        },
      ],
    });
  });

  it('says nothing of a field that need not be filled in, and gives what was given', () => {
    const fields: Field[] = [
      { kind: 'one', name: 'place', options: [{ value: 'a', label: 'A' }], value: 'a', ...asking },
      { kind: 'one', name: 'gone', options: [{ value: 'a', label: 'A' }], value: 'no longer there', ...asking },
      { kind: 'date', name: 'until', value: '2026-12-31', ...asking },
      { ...text({ name: 'words', lines: true, value: 'One\r\ntwo \u0000*x*' }) },
    ];
    const { read } = shown(form({ fields }));
    expect(read.fields).toMatchObject([
      { kind: 'one', value: 'a', required: false },
      { kind: 'one', value: null },
      { kind: 'date', value: '2026-12-31' },
      { kind: 'text', lines: true, value: 'One\ntwo *x*' },
    ]);
  });

  it('lets no field take the place of what is ours', () => {
    const { card } = shown(form({ fields: [text({ name: 'sotto' }), { ...text({ name: 'msteams' }) }] }));
    expect(JSON.stringify(card)).toContain('"id":"text-sotto"');
  });

  it('R21 makes no markdown, link, mention or date of labels and choices', () => {
    const nasty = '**x** [press](https://evil.example) <at>all</at> _y_ snake_case {{DATE(2026-01-01,SHORT)}}';
    const { card, read } = shown(
      form({
        text: nasty,
        findings: [nasty],
        fields: [{ ...many([{ value: 'a', label: nasty }]), label: nasty, hint: nasty }],
      }),
    );
    const [field] = read.fields;
    const labels = [field?.label ?? '', ...(field?.kind === 'many' ? field.options.map(({ label }) => label) : [])];
    for (const label of labels) {
      for (const part of ['x', '[press', 'evil.example', 'ˍyˍ', 'snake_case', '‹at›all‹/at›'])
        expect(label).toContain(part);
    }
    expect(read.findings[0]).toContain('**x** [press](https://evil.example)');
    expect(JSON.stringify(card)).not.toContain('{{DATE');
  });

  it('cuts the text above to what there is room for, with a sign, and never what is chosen from or was filled in', () => {
    const options = Array.from({ length: 100 }, (_, at) => ({
      value: `topic.${at}`,
      label: `Question ${at} ${'x'.repeat(40)}`,
    }));
    const value = 'w'.repeat(500);
    const { card, read } = shown(
      form({ text: 'long '.repeat(4_000), fields: [many(options), text({ value, most: 500, lines: true })] }),
    );
    expect(Buffer.byteLength(JSON.stringify(card), 'utf16le')).toBeLessThanOrEqual(28 * 1_024);
    expect(read.text.endsWith('…')).toBe(true);
    const [chosen, written] = read.fields;
    expect(chosen?.kind === 'many' && chosen.options).toHaveLength(100);
    expect(written).toMatchObject({ value });
  });

  it('is none where what is chosen from, or what was filled in, is too much for a card', () => {
    const options = Array.from({ length: 100 }, (_, at) => ({
      value: `topic.${at}`,
      label: `${at} ${'x'.repeat(120)}`,
    }));
    expect(formCard(form({ fields: [many(options)] }))).toBeNull();
    const fields = ['a', 'b', 'c', 'd'].map((name) => text({ name, value: 'w'.repeat(4_000), most: 4_000 }));
    expect(formCard(form({ fields }))).toBeNull();
  });

  describe.each(['en', 'de'] as const)('of what HR restrict by, in %s', (locale) => {
    const catalogue = loadCatalogue({ folders: packFolders(null) });
    const choices = {
      topics: [...catalogue.topics.values()],
      intents: [...catalogue.intents.values()],
      groups: groupsOf(catalogue),
    };
    /** Every text so long, and every intent chosen. */
    const asking = (most: (full: number) => number, brief: boolean) => {
      const long = (full: number): readonly string[] => ['w'.repeat(most(full))];
      const values = {
        title: long(MOST_TITLE),
        intents: choices.intents.map(({ id }) => id),
        why: long(MOST_WHY),
        ...Object.fromEntries(textsOf().map(({ name, field }) => [field, long(TEXTS[name])])),
      };
      const findings = ['f'.repeat(100)];
      return restrictionForm({ locale, state: 's'.repeat(600), values, findings, choices, isNew: true, brief });
    };

    it('has room for every choice beside texts of a few words', () => {
      const asked = asking((full) => Math.min(full, 30), false);
      expect(shown(asked).read.fields).toHaveLength(asked.fields.length);
    });

    it('has room for every text at its longest where the intents are written by their ids', () => {
      const asked = asking((full) => full, true);
      expect(shown(asked).read.fields).toHaveLength(asked.fields.length);
    });
  });

  it('fits whatever the words are, or is none', () => {
    const words = fc.string({ unit: 'binary', maxLength: 400 });
    const option = fc.record({ value: fc.string({ minLength: 1, maxLength: 60 }), label: words });
    const field: fc.Arbitrary<Field> = fc.record({
      kind: fc.constant('many' as const),
      name: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
      label: words,
      hint: fc.option(words),
      required: fc.boolean(),
      options: fc.uniqueArray(option, { minLength: 1, maxLength: 60, selector: ({ value }) => value }),
      values: fc.constant([]),
    });
    fc.assert(
      fc.property(
        words,
        fc.array(words, { maxLength: 5 }),
        fc.uniqueArray(field, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
        (said, findings, fields) => {
          const card = formCard(form({ text: said, findings, fields }));
          if (card === null) return;
          expect(Buffer.byteLength(JSON.stringify(card), 'utf16le')).toBeLessThanOrEqual(28 * 1_024);
          expect(attachmentFault({ contentType: CARD_TYPE, content: card }, 'dialog')).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what is chosen', () => {
  it('comes back as it was, whatever it holds', () => {
    const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((each) => each.trim() === each);
    fc.assert(
      fc.property(fc.uniqueArray(value, { maxLength: 10 }), (values) => {
        expect(splitChoices(joinChoices(values))).toEqual(values);
        for (const each of values) expect(toChoice(each)).not.toContain(',');
      }),
    );
  });

  it('counts once where a client says it twice, and blanks around it do not count', () => {
    expect(splitChoices('a, b,a,,')).toEqual(['a', 'b']);
  });
});
