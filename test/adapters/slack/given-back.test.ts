import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { enter, heldIn } from '../../../playground/slack/entered.ts';
import { viewObject } from '../../../playground/slack/view-object.ts';
import { checkModal } from '../../../playground/slack/view-rules.ts';
import { renderForm } from '../../../src/adapters/slack/form.ts';
import { givenBack } from '../../../src/adapters/slack/given-back.ts';
import type { Field, Form } from '../../../src/core/types.ts';

const options = ['v1', 'v2', 'v3'].map((value) => ({ value, label: `Option ${value}` }));
const asks = { label: 'Label', hint: null, required: false };
const FIELDS: readonly Field[] = [
  { ...asks, kind: 'text', name: 'words', value: 'as given', most: 500, lines: true },
  { ...asks, kind: 'one', name: 'one', options, value: 'v1' },
  { ...asks, kind: 'many', name: 'many', options, values: ['v1'] },
  { ...asks, kind: 'date', name: 'until', value: '2026-12-31' },
];
const form = (findings: readonly string[]): Form => ({
  state: 'sealed',
  title: 'Restrict',
  text: 'Words & <more>',
  findings,
  fields: FIELDS,
  submit: 'Go on',
});

const entered = fc.record(
  {
    words: fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => [text]),
    one: fc.constantFrom([], ['v2'], ['v3']),
    many: fc.subarray(['v1', 'v2', 'v3']),
    until: fc.constantFrom([], ['2027-02-28']),
  },
  { requiredKeys: [] },
);

describe('a form that is given back', () => {
  it('is taken by Slack, asks the same, and holds what was entered, whatever that was', () => {
    fc.assert(
      fc.property(entered, fc.array(fc.constantFrom('Name an end.', 'No.'), { maxLength: 2 }), (values, findings) => {
        const rendered = renderForm({ form: form(findings), title: 'Sotto', close: 'Close' });
        if (!rendered.ok) throw new Error(rendered.code);
        let ids = 0;
        const id = () => `ID${++ids}`;
        const shown = checkModal(JSON.stringify(rendered.view), id);
        if (!shown.ok) throw new Error(shown.why);
        const { content } = shown;
        const held = enter(content.blocks, values, heldIn(content.blocks, {}));
        const sent = viewObject({
          id: 'V1',
          hash: 'h',
          content,
          entered: held,
          appId: 'A1',
          teamId: 'T1',
          botId: 'B1',
        });
        const again = checkModal(JSON.stringify(givenBack(sent, 'Please try again.')), id);
        if (!again.ok) throw new Error(again.why);
        expect(heldIn(again.content.blocks, {})).toEqual(held);
        expect(again.content).toMatchObject({ privateMetadata: 'sealed', callbackId: 'sotto.form' });
        const text = JSON.stringify(again.content.blocks);
        expect(text.split('Please try again.')).toHaveLength(2);
        for (const finding of findings) expect(text).not.toContain(finding);
      }),
      { numRuns: 200 },
    );
  });

  it('is not there where nothing was asked', () => {
    for (const view of [{}, { blocks: 'x' }, { blocks: [{ type: 'section' }, null] }])
      expect(givenBack(view, 'Please try again.')).toBeNull();
  });
});
