/** What a dialog's card asks: what Teams would take, what its clients show of it, and what they send. */
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { markdown, only, textAt } from './card-parts.ts';
import { INPUT_TYPES, MOST_CHOICES } from './rules.ts';
import type { Json } from './types.ts';

/** Id of an input, unless it is none. */
const idOf = (element: Json): string | null => {
  const { type, id } = element;
  return typeof type === 'string' && INPUT_TYPES.has(type) && typeof id === 'string' ? id : null;
};

export const isInput = (element: Json): boolean =>
  typeof element['type'] === 'string' && INPUT_TYPES.has(element['type']);

const SHARED = ['type', 'id', 'label', 'isRequired', 'errorMessage', 'spacing', 'value'];
const OWN: Readonly<Record<string, readonly string[]>> = {
  'Input.Text': ['isMultiline', 'maxLength', 'placeholder'],
  'Input.ChoiceSet': ['choices', 'isMultiSelect', 'style', 'wrap', 'placeholder'],
  'Input.Date': [],
};

const isMissingOr = (value: unknown, type: 'string' | 'boolean'): boolean =>
  value === undefined || typeof value === type;

/** Why Teams would not take the input, or nobody could use it; null: fine. */
export const inputFault = (input: Json): string | null => {
  const type = textAt(input, 'type');
  if (textAt(input, 'id') === '') return 'an input without id';
  // Without a label nobody who hears the form knows what it asks.
  if (textAt(input, 'label') === '') return 'an input without label';
  if (!isMissingOr(input['isRequired'], 'boolean') || !isMissingOr(input['value'], 'string')) return 'bad input';
  if (input['isRequired'] === true && textAt(input, 'errorMessage') === '') return 'a required input without message';
  const extra = only(input, [...SHARED, ...(OWN[type] ?? [])]);
  if (extra !== null) return extra;
  if (type === 'Input.Text') return textFault(input);
  return type === 'Input.Date' ? dateFault(input) : choicesFault(input);
};

const textFault = (input: Json): string | null => {
  const { maxLength: most, isMultiline } = input;
  if (!isMissingOr(isMultiline, 'boolean')) return 'bad isMultiline';
  if (most !== undefined && (typeof most !== 'number' || !Number.isInteger(most) || most < 1)) return 'bad maxLength';
  return typeof most === 'number' && textAt(input, 'value').length > most ? 'a value beyond maxLength' : null;
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;

const isDate = (text: string): boolean =>
  DATE.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

const dateFault = (input: Json): string | null => {
  const value = textAt(input, 'value');
  return value === '' || isDate(value) ? null : 'bad date';
};

const choicesFault = (input: Json): string | null => {
  const { choices, isMultiSelect: many, style, wrap } = input;
  if (!isMissingOr(many, 'boolean') || !isMissingOr(wrap, 'boolean')) return 'bad choice set';
  if (style !== undefined && style !== 'compact' && style !== 'expanded' && style !== 'filtered') return 'bad style';
  if (!Array.isArray(choices) || choices.length === 0 || choices.length > MOST_CHOICES) return 'bad number of choices';
  const values: string[] = [];
  for (const choice of choices) {
    if (!isFields(choice)) return 'a choice is no object';
    const extra = only(choice, ['title', 'value']);
    if (extra !== null) return extra;
    if (textAt(choice, 'title') === '' || textAt(choice, 'value') === '') return 'an empty choice';
    values.push(textAt(choice, 'value'));
  }
  if (new Set(values).size !== values.length) return 'two choices of one value';
  if (many === true && values.some((value) => value.includes(','))) return 'a comma in a choice';
  return chosenOf(input).every((value) => values.includes(value)) ? null : 'a value that is no choice';
};

const chosenOf = (input: Json): readonly string[] => {
  const value = textAt(input, 'value');
  if (value === '') return [];
  return input['isMultiSelect'] === true ? value.split(',') : [value];
};

/** What is wrong with the inputs of a card together, their buttons included. */
export const formFault = (elements: readonly Json[], datas: readonly Json[]): string | null => {
  const ids = elements.flatMap((element) => idOf(element) ?? []);
  if (new Set(ids).size !== ids.length) return 'two inputs of one id';
  return datas.some((data) => ids.some((id) => id in data)) ? 'data under the id of an input' : null;
};

/** An input, as a client shows it. */
export interface ShownInput {
  readonly id: string;
  readonly kind: 'text' | 'one' | 'many' | 'date';
  readonly label: string;
  readonly required: boolean;
  readonly errorMessage: string;
  readonly value: string;
  readonly lines: boolean;
  readonly most: number | null;
  readonly choices: readonly { readonly title: string; readonly value: string }[];
}

/** Some clients read markdown in labels and choices, so that is what people see here. */
export const shownInput = (input: Json): ShownInput => {
  const type = textAt(input, 'type');
  const choices = Array.isArray(input['choices']) ? input['choices'].filter(isFields) : [];
  const many = input['isMultiSelect'] === true ? 'many' : 'one';
  return {
    id: textAt(input, 'id'),
    kind: type === 'Input.Text' ? 'text' : type === 'Input.Date' ? 'date' : many,
    label: markdown(textAt(input, 'label')).text,
    required: input['isRequired'] === true,
    errorMessage: textAt(input, 'errorMessage'),
    value: textAt(input, 'value'),
    lines: input['isMultiline'] === true,
    most: typeof input['maxLength'] === 'number' ? input['maxLength'] : null,
    choices: choices.map((choice) => ({
      title: markdown(textAt(choice, 'title')).text,
      value: textAt(choice, 'value'),
    })),
  };
};

export type Filled = Readonly<Record<string, string>>;

/**
 * What a client sends of what was filled in. `impossible`: no client lets anybody fill that in. `wrong`: it stays where it is,
 * with these lines.
 */
export const sentOf = (
  inputs: readonly ShownInput[],
  filled: Filled,
): { readonly data: Json } | { readonly wrong: readonly string[] } | 'impossible' => {
  if (Object.keys(filled).some((id) => !inputs.some((input) => input.id === id))) return 'impossible';
  const data: Record<string, string> = {};
  const wrong: string[] = [];
  for (const input of inputs) {
    const value = typedInto(input, filled[input.id] ?? '');
    if (value === null) return 'impossible';
    if (value === '' && input.required) wrong.push(`${input.label}: ${input.errorMessage}`);
    // As the web does it: an empty text is sent, and what was not chosen is not.
    if (value !== '' || input.kind === 'text') data[input.id] = value;
  }
  return wrong.length > 0 ? { wrong } : { data };
};

const typedInto = ({ kind, most, lines, choices }: ShownInput, value: string): string | null => {
  switch (kind) {
    case 'text': {
      const typed = lines ? value : value.replace(/\s*\n\s*/g, ' ');
      return most === null ? typed : typed.slice(0, most);
    }
    case 'date':
      return value === '' || isDate(value) ? value : null;
    case 'one':
      return value === '' || choices.some((choice) => choice.value === value) ? value : null;
    case 'many': {
      const known = value === '' || value.split(',').every((each) => choices.some((choice) => choice.value === each));
      return known ? value : null;
    }
  }
};
