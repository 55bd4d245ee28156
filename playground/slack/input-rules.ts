import { isFields } from '../../src/adapters/bounded/fields.ts';
import { LONGEST, MOST_OPTIONS } from './rules.ts';
import { only, textFault } from './text-rules.ts';
import type { Json } from './types.ts';

const KEYS = ['type', 'block_id', 'label', 'hint', 'optional', 'element'];

/** What is wrong with an input block, of the kinds that Sotto sends; every other element is refused. */
export const inputFault = (block: Json): string | null => {
  const { label, hint, optional, element } = block;
  if (optional !== undefined && typeof optional !== 'boolean') return 'bad optional';
  return (
    only(block, KEYS) ??
    textFault(label, LONGEST.inputLabel, ['plain_text']) ??
    (hint === undefined ? null : textFault(hint, LONGEST.inputLabel, ['plain_text'])) ??
    (isFields(element) ? elementFault(element) : 'missing required field: element')
  );
};

const elementFault = (element: Json): string | null => {
  const { action_id: id } = element;
  if (typeof id !== 'string' || id.length === 0 || id.length > LONGEST.actionId) return 'bad action_id';
  switch (element['type']) {
    case 'plain_text_input':
      return (
        only(element, ['type', 'action_id', 'multiline', 'max_length', 'min_length', 'initial_value']) ??
        textInputFault(element)
      );
    case 'static_select':
      return only(element, ['type', 'action_id', 'options', 'initial_option']) ?? menuFault(element);
    case 'multi_static_select':
      return (
        only(element, ['type', 'action_id', 'options', 'initial_options', 'max_selected_items']) ?? menuFault(element)
      );
    case 'datepicker':
      return only(element, ['type', 'action_id', 'initial_date']) ?? dateFault(element['initial_date']);
    default:
      return 'unsupported element';
  }
};

const textInputFault = ({
  multiline,
  max_length: most,
  min_length: least,
  initial_value: value,
}: Json): string | null => {
  if (multiline !== undefined && typeof multiline !== 'boolean') return 'bad multiline';
  if (most !== undefined && !isWhole(most, 1)) return 'bad max_length';
  if (least !== undefined && !isWhole(least, 0)) return 'bad min_length';
  const longest = typeof most === 'number' ? most : LONGEST.input;
  if (typeof least === 'number' && least > longest) return 'min_length is more than max_length';
  if (value === undefined) return null;
  if (typeof value !== 'string' || value.length === 0) return 'bad initial_value';
  return value.length > longest ? 'initial_value is longer than max_length' : null;
};

const isWhole = (value: unknown, least: number): boolean =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= LONGEST.input;

const menuFault = (menu: Json): string | null => {
  const { options, initial_option: one, initial_options: many, max_selected_items: most } = menu;
  if (!Array.isArray(options) || options.length === 0 || options.length > MOST_OPTIONS) return 'bad number of options';
  const why = options.map(optionFault).find((fault) => fault !== null) ?? null;
  if (why !== null) return why;
  if (new Set(options.map(({ value }: Json) => value)).size !== options.length) return 'an option is there twice';
  if (most !== undefined && (!Number.isInteger(most) || Number(most) < 1)) return 'bad max_selected_items';
  const known = new Set(options.map(keyOf));
  if (one !== undefined && !known.has(keyOf(one))) return 'initial_option is none of the options';
  if (many === undefined) return null;
  if (!Array.isArray(many) || many.length === 0) return 'bad initial_options';
  return many.every((option) => known.has(keyOf(option))) ? null : 'initial_options has none of the options';
};

const optionFault = (option: unknown): string | null => {
  if (!isFields(option)) return 'bad option';
  const { value } = option;
  if (typeof value !== 'string' || value.length === 0 || value.length > LONGEST.optionValue) return 'bad value';
  return only(option, ['text', 'value']) ?? textFault(option['text'], LONGEST.label, ['plain_text']);
};

/** Slack wants what is chosen to be exactly one of what there is to choose from, its text too. */
const keyOf = (option: unknown): string => {
  if (!isFields(option)) return '';
  const { text, value } = option;
  return JSON.stringify([value, isFields(text) ? text['text'] : null]);
};

const dateFault = (date: unknown): string | null => {
  if (date === undefined) return null;
  return typeof date === 'string' && isDay(date) ? null : 'bad initial_date';
};

/** A day that there is, as in `2026-12-31`. */
export const isDay = (date: string): boolean => {
  const time = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date) ? Date.parse(date) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
};
