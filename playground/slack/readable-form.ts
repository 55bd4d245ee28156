/** A modal's form as a person has it before them. */
import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { Field } from '../../src/core/types.ts';
import type { ChatForm } from '../chat-page/api.ts';
import { readable } from '../readable.ts';
import { valuesOf } from './entered.ts';
import { LONGEST } from './rules.ts';
import type { Json, SeenView } from './types.ts';

/** Slack's own words below a form that it could not send on. */
const CONNECTING = 'We had some trouble connecting. Try again?';

/** Null: it asks nothing. What is wrong stands above all: the bot's words, and Slack's own. */
export const readableForm = (view: SeenView): ChatForm | null => {
  if (view.submit === null) return null;
  const above = view.blocks.filter(({ type }) => type !== 'input');
  const wordsOf = (wrong: boolean): string =>
    readable({ text: '', blocks: above.filter((block) => isWrong(block) === wrong) }).text;
  const wrong = wordsOf(true);
  return {
    title: textIn(view.title),
    text: wordsOf(false),
    findings: [
      ...(wrong === '' ? [] : wrong.split('\n')),
      ...Object.values(view.errors),
      ...(view.trouble === null ? [] : [CONNECTING]),
    ],
    fields: view.blocks.flatMap((block) => fieldOf(block, view) ?? []),
    submit: textIn(view.submit),
  };
};

/** The bot marks by the block's id what is wrong with what was sent. */
const isWrong = ({ block_id: id }: Json): boolean => typeof id === 'string' && id.startsWith('wrong.');

const textIn = (text: unknown): string => (isFields(text) && typeof text['text'] === 'string' ? text['text'] : '');

const fieldOf = (block: Json, { entered }: SeenView): Field | null => {
  const { type, element, block_id: id } = block;
  if (type !== 'input' || !isFields(element)) return null;
  const name = String(element['action_id']);
  const hint = textIn(block['hint']);
  const asking = {
    name,
    label: textIn(block['label']),
    hint: hint === '' ? null : hint,
    required: block['optional'] !== true,
  };
  const values = valuesOf(entered[String(id)]?.[name]);
  const [value = null] = values;
  const all: readonly Json[] = Array.isArray(element['options']) ? element['options'] : [];
  const options = all.map((option) => ({ value: String(option['value']), label: textIn(option['text']) }));
  switch (element['type']) {
    case 'static_select':
      return { ...asking, kind: 'one', options, value };
    case 'multi_static_select':
      return { ...asking, kind: 'many', options, values };
    case 'datepicker':
      return { ...asking, kind: 'date', value };
    default: {
      const most = Number(element['max_length'] ?? LONGEST.input);
      return { ...asking, kind: 'text', value: value ?? '', most, lines: element['multiline'] === true };
    }
  }
};
