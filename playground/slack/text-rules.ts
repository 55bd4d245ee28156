import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { Json } from './types.ts';

/** The first key that does not belong there. */
export const only = (from: Json, keys: readonly string[]): string | null => {
  const extra = Object.keys(from).find((key) => !keys.includes(key));
  return extra === undefined ? null : `invalid additional property: ${extra}`;
};

/** What is wrong with a text object. */
export const textFault = (
  text: unknown,
  most: number,
  types: readonly string[] = ['plain_text', 'mrkdwn'],
): string | null => {
  if (!isFields(text)) return 'missing required field: text';
  const { type, text: words, emoji, verbatim } = text;
  if (typeof type !== 'string' || !types.includes(type)) return 'unsupported text type';
  if (typeof words !== 'string' || words.length === 0) return 'must be more than 0 characters';
  if (words.length > most) return `must be less than ${most + 1} characters`;
  if (emoji !== undefined && (typeof emoji !== 'boolean' || type !== 'plain_text')) return 'bad emoji';
  if (verbatim !== undefined && (typeof verbatim !== 'boolean' || type !== 'mrkdwn')) return 'bad verbatim';
  return only(text, ['type', 'text', 'emoji', 'verbatim']);
};
