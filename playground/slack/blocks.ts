import { parsedJson } from '../../src/adapters/bounded/body.ts';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { buttonFault } from './button-rules.ts';
import { inputFault } from './input-rules.ts';
import { LONGEST, MOST_ACTIONS, MOST_BLOCKS, MOST_CONTEXT, MOST_FIELDS } from './rules.ts';
import { only, textFault } from './text-rules.ts';
import type { Json } from './types.ts';

export type CheckedBlocks =
  | { readonly ok: true; readonly blocks: readonly Json[] }
  | { readonly ok: false; readonly error: 'invalid_blocks' | 'invalid_blocks_format'; readonly why: string };

/** Checks blocks as Slack does, for the kinds that Sotto sends; every other kind is refused. Adds the ids that are missing. */
export const checkBlocks = (
  argument: unknown,
  makeId: () => string,
  /** `inputs`: fields may be asked for, as modals do. */
  { most = MOST_BLOCKS, inputs = false }: { readonly most?: number; readonly inputs?: boolean } = {},
): CheckedBlocks => {
  if (argument === undefined || argument === '') return { ok: true, blocks: [] };
  const list = typeof argument === 'string' ? parsedJson(argument) : argument;
  if (!Array.isArray(list) || !list.every(isFields))
    return { ok: false, error: 'invalid_blocks_format', why: 'not a list of blocks' };
  if (list.length > most) return { ok: false, error: 'invalid_blocks', why: `more than ${most} blocks` };
  for (const [index, block] of list.entries()) {
    const why = faultIn(block, inputs);
    if (why !== null) return { ok: false, error: 'invalid_blocks', why: `${why} [json-pointer:/blocks/${index}]` };
  }
  const ids = list.map((block) => block['block_id']).filter((id) => id !== undefined);
  if (new Set(ids).size !== ids.length) return { ok: false, error: 'invalid_blocks', why: 'block_id is not unique' };
  return { ok: true, blocks: list.map((block) => ({ block_id: makeId(), ...defaultsOf(block), ...block })) };
};

/** What Slack adds to a field. */
const defaultsOf = (block: Json): Json =>
  block['type'] === 'input' ? { optional: false, dispatch_action: false } : {};

const faultIn = (block: Json, inputs: boolean): string | null => {
  const id = block['block_id'];
  if (id !== undefined && (typeof id !== 'string' || id.length > LONGEST.blockId)) return 'bad block_id';
  switch (block['type']) {
    case 'section':
      return only(block, ['type', 'block_id', 'text', 'fields', 'accessory', 'expand']) ?? sectionFault(block);
    case 'header':
      return only(block, ['type', 'block_id', 'text']) ?? textFault(block['text'], LONGEST.header, ['plain_text']);
    case 'context':
      return only(block, ['type', 'block_id', 'elements']) ?? contextFault(block['elements']);
    case 'actions':
      return only(block, ['type', 'block_id', 'elements']) ?? actionsFault(block['elements']);
    case 'divider':
      return only(block, ['type', 'block_id']);
    case 'input':
      return inputs ? inputFault(block) : 'unsupported type';
    default:
      return 'unsupported type';
  }
};

/** Either a text or fields, or both; beside them a button. */
const sectionFault = ({ text, fields, accessory, expand }: Json): string | null => {
  if (expand !== undefined && typeof expand !== 'boolean') return 'bad expand';
  if (text !== undefined || fields === undefined) {
    const why = textFault(text, LONGEST.section);
    if (why !== null) return why;
  }
  if (accessory !== undefined && buttonFault(accessory) !== null) return buttonFault(accessory);
  if (fields === undefined) return null;
  if (!Array.isArray(fields) || fields.length === 0 || fields.length > MOST_FIELDS) return 'bad number of fields';
  return fields.map((field) => textFault(field, LONGEST.field)).find((why) => why !== null) ?? null;
};

const contextFault = (elements: unknown): string | null => {
  if (!Array.isArray(elements) || elements.length === 0 || elements.length > MOST_CONTEXT)
    return 'bad number of elements';
  return elements.map((element) => textFault(element, LONGEST.context)).find((why) => why !== null) ?? null;
};

const actionsFault = (elements: unknown): string | null => {
  if (!Array.isArray(elements) || elements.length === 0 || elements.length > MOST_ACTIONS)
    return 'bad number of elements';
  const ids = elements.map((element: unknown) => (isFields(element) ? element['action_id'] : null));
  if (new Set(ids).size !== ids.length) return 'action_id already exists';
  return elements.map(buttonFault).find((why) => why !== null) ?? null;
};

/** Whom a text of Slack's markup notifies. Plain text objects notify nobody. */
export const pingsIn = (text: string, blocks: readonly Json[]): readonly string[] => {
  const marked = blocks.length === 0 ? [text] : blocks.flatMap(markedTexts);
  const found = [text, ...marked].flatMap((words) => [
    ...words.matchAll(/<(@[A-Z0-9]+|!(?:channel|here|everyone))[|>]/g),
  ]);
  return [...new Set(found.map(([, target = '']) => target.replace('@', '')))];
};

const markedTexts = (block: Json): readonly string[] => {
  const elements = block['elements'];
  const fields = block['fields'];
  const objects: readonly unknown[] = [
    block['text'],
    ...[elements, fields].flatMap((list) => (Array.isArray(list) ? list : [])),
  ];
  return objects
    .filter(isFields)
    .flatMap(({ type, text }) => (type === 'mrkdwn' && typeof text === 'string' ? [text] : []));
};
