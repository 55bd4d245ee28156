import { createHash } from 'node:crypto';
import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { Field, Form, Option } from '../../core/types.ts';
import { bodyBlocks, shortened } from './card.ts';
import { LONGEST_VIEW_LABEL, MORE, MOST_VIEW_BYTES, sizeOf } from './modal.ts';
import { cut } from './text.ts';

// Slack's limits. Characters, and pieces a view or a menu.
export const LONGEST_STATE = 3_000;
export const LONGEST_INPUT = 3_000;
export const MOST_OPTIONS = 100;
const LONGEST_FIELD_LABEL = 2_000;
const LONGEST_OPTION_LABEL = 75;
const LONGEST_OPTION_VALUE = 150;
export const MOST_BLOCKS = 100;

/** What is wrong with what was sent stands in blocks of these names. */
export const WRONG = 'wrong.';

/** Of fields, ours. What is sent is read up to so many. */
export const MOST_FIELDS = 60;

/** By which a sent form is known as ours; says nothing of what it asks. */
export const FORM_CALLBACK = 'sotto.form';

/** A field's name: what Slack keeps an input by, and nothing that could be a word. */
export const FIELD_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** Why a form cannot be shown as it is. What is too long to be cut without changing what comes back is not shown at all. */
type FormFault =
  | 'form-state'
  | 'form-too-many-fields'
  | 'form-field-name'
  | 'form-options'
  | 'form-option-value'
  | 'form-too-large';

export type RenderedForm =
  | { readonly ok: true; readonly view: ModalView }
  | { readonly ok: false; readonly code: FormFault };

/**
 * A form as a modal: what is wrong with what was sent, the words, the fields. Labels and hints are plain text. Slack keeps what
 * people entered wherever an input has the names it had before, and passes over what it is given; so the names of the blocks
 * follow from what the form says, and another form's values are always the ones that are seen.
 */
export const renderForm = (o: {
  readonly form: Form;
  /** Of the window, where the form has none. */
  readonly title: string;
  readonly close: string;
}): RenderedForm => {
  const { form } = o;
  const code = faultIn(form);
  if (code !== null) return { ok: false, code };
  const round = createHash('sha256').update(JSON.stringify(form)).digest('hex').slice(0, 10);
  const fields = form.fields.map((field) => inputOf(field, round));
  const room = MOST_VIEW_BYTES - sizeOf(fields);
  const wrong = bodyBlocks(wordsOf(form.findings.join('\n'))).map((block, at) => ({
    ...block,
    block_id: `${WRONG}${at}`,
  }));
  const head = fitting([...wrong, ...bodyBlocks(wordsOf(form.text))], {
    most: MOST_BLOCKS - fields.length,
    room,
  });
  if (room < 0) return { ok: false, code: 'form-too-large' };
  return {
    ok: true,
    view: {
      type: 'modal',
      callback_id: FORM_CALLBACK,
      private_metadata: form.state,
      title: plain(form.title.trim() === '' ? o.title : form.title, LONGEST_VIEW_LABEL),
      submit: plain(form.submit, LONGEST_VIEW_LABEL),
      close: plain(o.close, LONGEST_VIEW_LABEL),
      blocks: head.length + fields.length === 0 ? [MORE] : [...head, ...fields],
    },
  };
};

const wordsOf = (text: string) => ({ text, note: null });

/** Slack takes no empty text. */
const plain = (text: string, most: number) =>
  ({ type: 'plain_text', text: text.trim() === '' ? '…' : shortened(text, most), emoji: false }) as const;

const faultIn = ({ state, fields }: Form): FormFault | null => {
  if (state.length > LONGEST_STATE) return 'form-state';
  if (fields.length > MOST_FIELDS) return 'form-too-many-fields';
  const names = new Set(fields.map(({ name }) => name));
  if (names.size !== fields.length || ![...names].every((name) => FIELD_NAME.test(name))) return 'form-field-name';
  for (const field of fields) {
    if (!('options' in field)) continue;
    const { options } = field;
    const values = new Set(options.map(({ value }) => value));
    if (options.length === 0 || options.length > MOST_OPTIONS || values.size !== options.length) return 'form-options';
    if (options.some(({ value }) => value === '' || value.length > LONGEST_OPTION_VALUE)) return 'form-option-value';
  }
  return null;
};

const inputOf = (field: Field, round: string): InputBlock => ({
  type: 'input',
  block_id: `${round}.${field.name}`,
  label: plain(field.label, LONGEST_FIELD_LABEL),
  ...(field.hint === null || field.hint.trim() === '' ? {} : { hint: plain(field.hint, LONGEST_FIELD_LABEL) }),
  optional: !field.required,
  element: elementOf(field),
});

const elementOf = (field: Field): InputBlock['element'] => {
  const { name: action_id } = field;
  switch (field.kind) {
    case 'text': {
      const most = Math.min(LONGEST_INPUT, Math.max(1, Math.floor(field.most)));
      const value = cut(field.value, most);
      return {
        type: 'plain_text_input',
        action_id,
        multiline: field.lines,
        max_length: most,
        ...(value === '' ? {} : { initial_value: value }),
      };
    }
    case 'one': {
      const options = field.options.map(optionOf);
      const chosen = options.find(({ value }) => value === field.value);
      return {
        type: 'static_select',
        action_id,
        options,
        ...(chosen === undefined ? {} : { initial_option: chosen }),
      };
    }
    case 'many': {
      const options = field.options.map(optionOf);
      const chosen = options.filter(({ value }) => field.values.includes(value));
      return {
        type: 'multi_static_select',
        action_id,
        options,
        ...(chosen.length === 0 ? {} : { initial_options: chosen }),
      };
    }
    case 'date': {
      return { type: 'datepicker', action_id, ...(isDay(field.value) ? { initial_date: field.value } : {}) };
    }
  }
};

/** A day that there is: Slack refuses the 30th of February, and with it the whole. */
const isDay = (value: string | null): value is string => {
  if (value === null || !DATE.test(value)) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
};

const optionOf = ({ value, label }: Option) => ({ text: plain(label, LONGEST_OPTION_LABEL), value });

/** The first of the blocks, as many as there is room for, and a sign where some were left out. */
const fitting = (
  blocks: readonly KnownBlock[],
  o: { readonly most: number; readonly room: number },
): readonly KnownBlock[] => {
  let left = o.room;
  const kept = blocks.slice(0, Math.max(0, o.most)).filter((block) => {
    left = left < 0 ? left : left - sizeOf(block);
    return left >= 0;
  });
  if (kept.length === blocks.length) return kept;
  return o.most > 0 ? [...kept.slice(0, o.most - 1), MORE] : [];
};
