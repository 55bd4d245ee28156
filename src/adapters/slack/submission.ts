import { createHash } from 'node:crypto';
import type { Account, Submit } from '../../core/types.ts';
import { FIELD_NAME, FORM_CALLBACK, LONGEST_INPUT, LONGEST_STATE, MOST_FIELDS, MOST_OPTIONS } from './form.ts';
import { externalOf, type Whereabouts } from './parse.ts';
import { type Fields, fieldsAt, idAt, isFields, stringAt } from './read.ts';

/** A form that was sent, and the view that it was sent from. */
export interface Submission {
  readonly submit: Submit;
  /** Slack's id of the view; it stays open and may show something else. */
  readonly view: string;
  /** All of it, as Slack sent it. */
  readonly sent: Fields;
}

/**
 * A form of ours that somebody sent; null for every other view, and for what no form of ours could have brought. The id is
 * the same wherever the same submission is delivered again, and another one each time somebody presses the button. A modal
 * stands in no chat: its place is the person's private one, by whom it belongs to.
 */
export const parseSubmission = (
  body: Fields,
  { tenant, allowed, now }: Omit<Whereabouts, 'bot'> & { readonly now: number },
): Submission | null => {
  if (body['type'] !== 'view_submission') return null;
  const view = fieldsAt(body, 'view');
  const sender = fieldsAt(body, 'user');
  const user = idAt(sender, 'id');
  const id = idAt(view, 'id');
  if (view['type'] !== 'modal' || view['callback_id'] !== FORM_CALLBACK || user === null || id === null) return null;
  const state = stringAt(view, 'private_metadata') ?? '';
  const values = valuesIn(fieldsAt(fieldsAt(view, 'state'), 'values'));
  if (values === null || state.length > LONGEST_STATE) return null;
  const account: Account = { platform: 'slack', tenant, user, external: externalOf(sender, { tenant, allowed }) };
  const once = createHash('sha256')
    .update(JSON.stringify([view['hash'], body['trigger_id']]))
    .digest('base64url');
  return {
    view: id,
    sent: view,
    submit: {
      kind: 'submit',
      // Of the trigger only a hash: it may open a view, and ids are logged.
      id: `slack:${tenant}:${id}:${once.slice(0, 22)}`,
      account,
      place: { kind: 'direct', channel: user, thread: null },
      conversation: `slack:${tenant}:${user}`,
      at: now,
      state,
      values,
    },
  };
};

/** By the field's name. Null: more, longer or other than what a form of ours asks for. */
const valuesIn = (blocks: Fields): Submit['values'] | null => {
  const inputs = Object.values(blocks);
  if (inputs.length > MOST_FIELDS) return null;
  const values = new Map<string, readonly string[]>();
  for (const input of inputs) {
    const [entry, ...others] = isFields(input) ? Object.entries(input) : [];
    if (entry === undefined || others.length > 0) return null;
    const [name, element] = entry;
    const entered = isFields(element) ? enteredIn(element) : null;
    if (entered === null || !FIELD_NAME.test(name) || values.has(name)) return null;
    if (entered.length > MOST_OPTIONS || entered.some(({ length }) => length > LONGEST_INPUT)) return null;
    values.set(
      name,
      entered.map((value) => value.toWellFormed()),
    );
  }
  return Object.fromEntries(values);
};

/** What stands in one input; none where it was left empty. */
const enteredIn = (element: Fields): readonly string[] | null => {
  switch (element['type']) {
    case 'plain_text_input':
      return oneOf(element['value']);
    case 'datepicker':
      return oneOf(element['selected_date']);
    case 'static_select': {
      const chosen = element['selected_option'];
      return chosen === null || chosen === undefined ? [] : isFields(chosen) ? oneOf(chosen['value']) : null;
    }
    case 'multi_static_select': {
      const chosen = element['selected_options'] ?? [];
      if (!Array.isArray(chosen)) return null;
      const values = chosen.map((option: unknown) => (isFields(option) ? stringAt(option, 'value') : null));
      return values.every((value) => value !== null) ? values : null;
    }
    default:
      return null;
  }
};

const oneOf = (value: unknown): readonly string[] | null => {
  if (value === null || value === undefined || value === '') return [];
  return typeof value === 'string' ? [value] : null;
};
