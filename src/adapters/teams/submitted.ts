import type { Field, Submit } from '../../core/types.ts';
import { inputOf, splitChoices } from './inputs.ts';
import { type Arrived, arrivedOf, idBy, type ParseOptions } from './parse.ts';
import { type Fields, fieldsAt, isFields, stringAt } from './read.ts';

/** Sealed by the core; see `Form.state`. Characters. */
const LONGEST_STATE = 2_000;

/** More than any form asks for. Fields of one submission, what is chosen in one field, and characters of each. */
const MOST_FIELDS = 64;
const MOST_CHOSEN = 100;
const LONGEST_TEXT = 4_000;
const LONGEST_CHOICES = 16_000;
const LONGEST_CHOICE = 512;

/**
 * A form that was sent from a dialog; null where it is none of ours or beyond any bound. What was filled in stands beside the
 * data of the button, by the ids of the inputs. An input that was left empty is missing on some clients and an empty text on
 * others: both are nothing.
 */
export const parseSubmit = (activity: Fields, o: ParseOptions): Submit | null => {
  const arrived = arrivedOf(activity, o);
  return arrived === null ? null : submitOf(activity, arrived);
};

/** The same, of somebody who is known already. */
export const submitOf = (activity: Fields, arrived: Arrived): Submit | null => {
  const { data } = fieldsAt(activity, 'value');
  if (!isFields(data)) return null;
  const state = stringAt(fieldsAt(data, 'sotto'), 'state');
  if (state === null || state === '' || state.length > LONGEST_STATE) return null;
  const values = valuesIn(data);
  if (values === null) return null;
  // A form is opened once: the same one with the same in it is the same, also where Teams sends it as a new activity.
  const filled = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { kind: 'submit', ...arrived, id: idBy(arrived, [arrived.account.user, state, filled]), state, values };
};

const valuesIn = (data: Fields): Submit['values'] | null => {
  const given = Object.entries(data);
  if (given.length > MOST_FIELDS) return null;
  const values: [string, readonly string[]][] = [];
  for (const [id, value] of given) {
    const input = inputOf(id);
    if (input === null) continue;
    const read = filledInto(input.kind, value);
    if (read === null) return null;
    values.push([input.name, read]);
  }
  return Object.fromEntries(values);
};

const filledInto = (kind: Field['kind'], value: unknown): readonly string[] | null => {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'string') return null;
  const text = value.toWellFormed();
  if (kind === 'text' || kind === 'date') return textOf(text);
  if (text.length > LONGEST_CHOICES) return null;
  const chosen = splitChoices(text);
  const most = kind === 'one' ? 1 : MOST_CHOSEN;
  return chosen.length > most || chosen.some((each) => each.length > LONGEST_CHOICE) ? null : chosen;
};

const textOf = (text: string): readonly string[] | null => {
  if (text.length > LONGEST_TEXT) return null;
  const plain = text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
  return plain === '' ? [] : [plain];
};
