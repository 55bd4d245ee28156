import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/slack/types.ts';
import { parseSubmission } from '../../../src/adapters/slack/submission.ts';
import { EVAN, PARTNER, submitPayload, TEAM } from './support.ts';

const parse = (payload: Json) => parseSubmission(payload, { tenant: TEAM, allowed: new Set([TEAM]), now: 7 });
const view = (over: Json): Json => submitPayload({ view: { ...(submitPayload()['view'] as Json), ...over } });
const values = (state: Json) => parse(view({ state: { values: state } }));
const text = (value: unknown): Json => ({ type: 'plain_text_input', value });

describe('a form that was sent', () => {
  it('is read with its state and its values, and belongs to whoever sent it', () => {
    const found = parse(
      view({
        state: {
          values: {
            'b.words': { words: text('Ask payroll.') },
            'b.one': { one: { type: 'static_select', selected_option: { value: 'v1' } } },
            'b.many': { many: { type: 'multi_static_select', selected_options: [{ value: 'v1' }, { value: 'v2' }] } },
            'b.until': { until: { type: 'datepicker', selected_date: '2026-12-31' } },
          },
        },
      }),
    );
    expect(found).toMatchObject({
      view: 'V0FORM0000',
      submit: {
        kind: 'submit',
        id: expect.stringMatching(/^slack:T0SOTTO000:V0FORM0000:[A-Za-z0-9_-]{22}$/),
        account: { platform: 'slack', tenant: TEAM, user: EVAN, external: false },
        place: { kind: 'direct', channel: EVAN, thread: null },
        conversation: `slack:${TEAM}:${EVAN}`,
        at: 7,
        state: 'sealed',
        values: { words: ['Ask payroll.'], one: ['v1'], many: ['v1', 'v2'], until: ['2026-12-31'] },
      },
    });
  });

  it('holds nothing for what was left empty', () => {
    const empty = values({
      a: { words: text(null) },
      b: { one: { type: 'static_select', selected_option: null } },
      c: { many: { type: 'multi_static_select', selected_options: [] } },
      d: { until: { type: 'datepicker', selected_date: null } },
      e: { other: text('') },
    });
    expect(empty?.submit.values).toEqual({ words: [], one: [], many: [], until: [], other: [] });
  });

  it('has the same id when it comes again, and another when it is sent again', () => {
    const idOf = (payload: Json) => parse(payload)?.submit.id;
    expect(idOf(submitPayload())).toBe(idOf(submitPayload()));
    expect(idOf(submitPayload({ trigger_id: '1.2.def' }))).not.toBe(idOf(submitPayload()));
    expect(idOf(view({ hash: 'other' }))).not.toBe(idOf(submitPayload()));
    expect(idOf(submitPayload())).not.toContain('1.2.abc');
  });

  it('belongs to another company where its sender does', () => {
    expect(parse(submitPayload({ user: { id: EVAN, team_id: PARTNER } }))?.submit.account.external).toBe(true);
  });

  it('has no half of a pair in its words', () => {
    expect(values({ a: { words: text('a\ud800b') } })?.submit.values['words']).toEqual(['a\ufffdb']);
  });

  it.each<[string, Json]>([
    ['another payload', submitPayload({ type: 'view_closed' })],
    ['another view', view({ callback_id: 'other' })],
    ['a page', view({ type: 'home' })],
    ['nobody', submitPayload({ user: {} })],
    ['no view', submitPayload({ view: null })],
    ['a state that is too long', view({ private_metadata: 'x'.repeat(3_001) })],
  ])('is none: %s', (_, payload) => {
    expect(parse(payload)).toBeNull();
  });

  it.each<[string, Json]>([
    ['61 fields', Object.fromEntries(Array.from({ length: 61 }, (_, at) => [`b${at}`, { [`f${at}`]: text('x') }]))],
    ['a text of 3,001 characters', { b: { words: text('x'.repeat(3_001)) } }],
    [
      '101 choices',
      { b: { many: { type: 'multi_static_select', selected_options: Array(101).fill({ value: 'v' }) } } },
    ],
    ['two fields in a block', { b: { one: text('x'), two: text('x') } }],
    ['a field that is there twice', { b: { one: text('x') }, c: { one: text('y') } }],
    ['a name that is none of ours', { b: { 'Not ours': text('x') } }],
    ['a name that every object has', { b: { __proto__x: text('x') } }],
    ['a value that is no text', { b: { words: text({}) } }],
    ['a choice that is no text', { b: { one: { type: 'static_select', selected_option: { value: 7 } } } }],
    ['choices that are no list', { b: { many: { type: 'multi_static_select', selected_options: {} } } }],
    ['a kind of field that we do not ask', { b: { box: { type: 'checkboxes', selected_options: [] } } }],
    ['a block that is none', { b: 'x' }],
    ['a field that is none', { b: { words: 'x' } }],
  ])('is none where it holds %s', (_, state) => {
    expect(values(state)).toBeNull();
  });
});
