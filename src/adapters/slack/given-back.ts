import type { ModalView } from '@slack/types';
import { bodyBlocks, plainCard } from './card.ts';
import { MOST_BLOCKS, WRONG } from './form.ts';
import { type Fields, fieldsAt, isFields, stringAt } from './read.ts';

/**
 * A form as it was sent, with all that was entered, under a sentence that says that nothing came of it. For where Slack was told to
 * show something else meanwhile, and with that forgot the fields. Null: there is nothing in it to give back.
 */
export const givenBack = (view: Fields, words: string): ModalView | null => {
  const blocks = Array.isArray(view['blocks']) ? view['blocks'].filter(isFields) : [];
  const entered = fieldsAt(fieldsAt(view, 'state'), 'values');
  if (!blocks.some(({ type }) => type === 'input')) return null;
  const rest = blocks.filter((block) => !(stringAt(block, 'block_id') ?? '').startsWith(WRONG));
  const said = bodyBlocks(plainCard(words)).map((block, at) => ({ ...block, block_id: `${WRONG}${at}` }));
  const kept = [...said, ...rest.map((block) => filled(block, entered))];
  const again: unknown = {
    ...only(view, ['callback_id', 'private_metadata', 'title', 'submit', 'close']),
    type: 'modal',
    blocks: kept.length > MOST_BLOCKS ? kept.slice(said.length) : kept,
  };
  // It is what we made, as Slack keeps it.
  return again as ModalView;
};

const only = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.flatMap((name) => (fields[name] == null ? [] : [[name, fields[name]]])));

/** What each kind of input is sent with, and begins with. */
const BEGINS: Readonly<Record<string, readonly [sent: string, begins: string]>> = {
  plain_text_input: ['value', 'initial_value'],
  datepicker: ['selected_date', 'initial_date'],
  static_select: ['selected_option', 'initial_option'],
  multi_static_select: ['selected_options', 'initial_options'],
};

const filled = (block: Fields, entered: Fields): Fields => {
  const element = fieldsAt(block, 'element');
  const [sent = '', begins = ''] = BEGINS[stringAt(element, 'type') ?? ''] ?? [];
  if (block['type'] !== 'input' || begins === '') return block;
  const { [begins]: _, ...plain } = element;
  const name = stringAt(element, 'action_id') ?? '';
  const value = fieldsAt(fieldsAt(entered, stringAt(block, 'block_id') ?? ''), name)[sent];
  const empty = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  // Slack adds what it does not take back.
  return { ...only(block, INPUT), element: empty ? plain : { ...plain, [begins]: value } };
};

const INPUT = ['type', 'block_id', 'label', 'hint', 'optional'] as const;
