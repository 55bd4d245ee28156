/** What people enter into a view's fields, as Slack keeps and sends it. */
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { isDay } from './input-rules.ts';
import { LONGEST } from './rules.ts';
import type { Json } from './types.ts';

/** By block and action, as in `state.values` of what is sent. */
export type Entered = Readonly<Record<string, Readonly<Record<string, Json>>>>;

interface Input {
  readonly blockId: string;
  readonly actionId: string;
  readonly required: boolean;
  readonly element: Json;
}

const inputsIn = (blocks: readonly Json[]): readonly Input[] =>
  blocks.flatMap((block) => {
    const { type, element } = block;
    if (type !== 'input' || !isFields(element)) return [];
    const required = block['optional'] !== true;
    return [{ blockId: String(block['block_id']), actionId: String(element['action_id']), required, element }];
  });

/**
 * What the fields hold when somebody leaves them so: what was entered before where field and block have the names they had
 * (Slack preserves it, and passes over what the field would begin with), else what the field begins with.
 */
export const heldIn = (blocks: readonly Json[], before: Entered): Entered => {
  const held = new Map<string, Readonly<Record<string, Json>>>();
  for (const { blockId, actionId, element } of inputsIn(blocks)) {
    const kept = before[blockId]?.[actionId];
    const same = kept !== undefined && kept['type'] === element['type'] ? kept : initialOf(element);
    held.set(blockId, { [actionId]: same });
  }
  return Object.fromEntries(held);
};

const initialOf = (element: Json): Json => {
  switch (element['type']) {
    case 'static_select':
      return { type: 'static_select', selected_option: element['initial_option'] ?? null };
    case 'multi_static_select':
      return { type: 'multi_static_select', selected_options: element['initial_options'] ?? [] };
    case 'datepicker':
      return { type: 'datepicker', selected_date: element['initial_date'] ?? null };
    default:
      return { type: 'plain_text_input', value: element['initial_value'] ?? null };
  }
};

/** What stands in the fields once a person entered this, by a field's action. Throws for what Slack's client has no way to enter. */
export const enter = (
  blocks: readonly Json[],
  values: Readonly<Record<string, readonly string[]>>,
  before: Entered,
): Entered => {
  const inputs = inputsIn(blocks);
  const stranger = Object.keys(values).find((name) => !inputs.some(({ actionId }) => actionId === name));
  if (stranger !== undefined) throw new Error(`The view has no field "${stranger}".`);
  const held = heldIn(blocks, before);
  return Object.fromEntries(
    inputs.map(({ blockId, actionId, element }) => {
      const given = values[actionId];
      const value = given === undefined ? held[blockId]?.[actionId] : enteredIn(element, given);
      if (value === undefined) throw new Error(`"${actionId}" does not take what was entered.`);
      return [blockId, { [actionId]: value }];
    }),
  );
};

/** Slack's client keeps a view back in which something is missing, and says so below the field. By block. */
export const missingIn = (blocks: readonly Json[], entered: Entered): Readonly<Record<string, string>> =>
  Object.fromEntries(
    inputsIn(blocks)
      .filter(({ blockId, actionId, required }) => required && isEmpty(entered[blockId]?.[actionId] ?? {}))
      .map(({ blockId }) => [blockId, 'Please complete this required field.']),
  );

const enteredIn = (element: Json, given: readonly string[]): Json | undefined => {
  const { type, options, max_length: longest = LONGEST.input, max_selected_items: most } = element;
  const [first = ''] = given;
  if (type !== 'multi_static_select' && given.length > 1) return undefined;
  if (type === 'plain_text_input')
    return first.length > Number(longest) ? undefined : { type, value: first === '' ? null : first };
  if (type === 'datepicker')
    return first === '' ? { type, selected_date: null } : isDay(first) ? { type, selected_date: first } : undefined;
  const all: readonly Json[] = Array.isArray(options) ? options : [];
  const chosen = given.filter((value) => value !== '').map((value) => all.find((option) => option['value'] === value));
  if (chosen.some((option) => option === undefined)) return undefined;
  if (type === 'static_select') return { type, selected_option: chosen[0] ?? null };
  return typeof most === 'number' && chosen.length > most ? undefined : { type, selected_options: chosen };
};

const isEmpty = ({ value, selected_option: one, selected_options: many, selected_date: date }: Json): boolean =>
  Array.isArray(many) ? many.length === 0 : (value ?? one ?? date ?? null) === null;

/** The values of a field as a person reads them. */
export const valuesOf = (field: Json | undefined): readonly string[] => {
  const { value, selected_option: one, selected_options: many, selected_date: date } = field ?? {};
  const options = Array.isArray(many) ? many : isFields(one) ? [one] : [];
  if (options.length > 0) return options.map((option: Json) => String(option['value']));
  return [value, date].filter((each) => typeof each === 'string');
};
