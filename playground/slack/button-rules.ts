import { isFields } from '../../src/adapters/bounded/fields.ts';
import { LONGEST } from './rules.ts';
import { only, textFault } from './text-rules.ts';
import type { Json } from './types.ts';

const KEYS = ['type', 'action_id', 'text', 'value', 'style', 'url', 'confirm', 'accessibility_label'];

/** What is wrong with a button, in a message, on a page or in a view. */
export const buttonFault = (button: unknown): string | null => {
  if (!isFields(button) || button['type'] !== 'button') return 'unsupported element';
  const { action_id: id, value, style, url, accessibility_label: label, confirm } = button;
  if (typeof id !== 'string' || id.length === 0 || id.length > LONGEST.actionId) return 'bad action_id';
  if (value !== undefined && (typeof value !== 'string' || value.length > LONGEST.value)) return 'bad value';
  if (style !== undefined && style !== 'primary' && style !== 'danger') return 'bad style';
  if (url !== undefined && !(isText(url, LONGEST.url) && URL.canParse(url))) return 'bad url';
  if (label !== undefined && !isText(label, LONGEST.accessibility)) return 'bad accessibility_label';
  return (
    only(button, KEYS) ??
    textFault(button['text'], LONGEST.label, ['plain_text']) ??
    (confirm === undefined ? null : confirmFault(confirm))
  );
};

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most;

/** A dialog that asks again before the press is sent. */
const confirmFault = (confirm: unknown): string | null => {
  if (!isFields(confirm)) return 'bad confirm';
  const { title, text, confirm: yes, deny, style }: Json = confirm;
  if (style !== undefined && style !== 'primary' && style !== 'danger') return 'bad style';
  return (
    only(confirm, ['title', 'text', 'confirm', 'deny', 'style']) ??
    textFault(title, LONGEST.confirm.title, ['plain_text']) ??
    textFault(text, LONGEST.confirm.text, ['plain_text']) ??
    textFault(yes, LONGEST.confirm.button, ['plain_text']) ??
    textFault(deny, LONGEST.confirm.button, ['plain_text'])
  );
};
