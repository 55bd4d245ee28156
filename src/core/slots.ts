/**
 * Slots: what a text says of the things that an intent wants to know, in the form of their type. A value is a date, a number or an
 * id of the pack; whatever a person wrote ends here. Nothing is decided by a slot but which record is read.
 */

import { type Day, isoDay, type Span, unitAt } from './recognise/calendar.ts';
import { type TimeToken, timeTokens } from './recognise/time-tokens.ts';
import { NUMBERS } from './recognise/time-words.ts';
import { type Stretch, type When, whenIn } from './recognise/when.ts';
import { isTime } from './slot-types.ts';
import type { Choice, Intent, Slot, SlotType, SlotValues } from './types.ts';

const isDate = (value: string): boolean =>
  /^(?:19|20)\d\d-\d\d-\d\d$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value;

/** Whether this is how a value of the slot is written. */
export const isSlotValue = (slot: Slot, value: string): boolean => {
  switch (slot.type) {
    case 'month':
      return /^(?:19|20)\d\d-(?:0[1-9]|1[0-2])$/.test(value);
    case 'year':
      return /^(?:19|20)\d\d$/.test(value);
    case 'date':
      return isDate(value);
    case 'period': {
      const [from = '', to = '', ...more] = value.split('/');
      return more.length === 0 && isDate(from) && isDate(to) && from <= to;
    }
    case 'choice':
      return slot.choices.some(({ id }) => id === value);
    case 'number':
      return /^(?:0|[1-9]\d{0,8})$/.test(value) && Number(value) >= slot.min && Number(value) <= slot.max;
  }
};

const slotsOf = (intent: Pick<Intent, 'slots'> | null): readonly Slot[] => intent?.slots ?? [];

/** Of values that came back in a button or out of the memory: those that the intent still has a slot for. */
export const stillMeant = (intent: Pick<Intent, 'slots'> | null, values: SlotValues): SlotValues =>
  Object.fromEntries(
    slotsOf(intent).flatMap((slot) => {
      const value = Object.hasOwn(values, slot.name) ? values[slot.name] : undefined;
      return value !== undefined && isSlotValue(slot, value) ? [[slot.name, value] as const] : [];
    }),
  );

/** Where and when somebody writes. */
export interface Writing {
  readonly text: string;
  readonly today: Day;
  readonly monthFirst: boolean;
}

export interface Filled {
  readonly values: SlotValues;
  /** Names of slots of which the text says something that fits none of their values, or several. */
  readonly unclear: readonly string[];
}

const month = ({ from }: Span): string => isoDay(from).slice(0, 7);
const year = ({ from }: Span): string => isoDay(from).slice(0, 4);

/** In the slot's form; null: the time is longer than one of them. */
export const slotValue = (type: SlotType, stretch: Span): string | null => {
  const { from, to } = stretch;
  const [first, last] = [isoDay(from), isoDay(to)];
  switch (type) {
    case 'month':
      return first.slice(0, 7) === last.slice(0, 7) ? month(stretch) : null;
    case 'year':
      return first.slice(0, 4) === last.slice(0, 4) ? year(stretch) : null;
    case 'date':
      return from === to ? first : null;
    default:
      return `${first}/${last}`;
  }
};

const GRAIN: { readonly [T in SlotType]?: Stretch['grain'] } = { month: 'month', year: 'year', date: 'day' };

/** Null: nothing is said. `unclear`: it fits none of the slot's values, or several. */
type Said = { readonly value: string } | 'unclear' | null;

/** A time of the very kind counts before others ("on Monday I need October's payslip"). */
const timeFor = (slot: Slot, { stretches }: When): Said => {
  if (stretches.length === 0) return null;
  const exact = stretches.filter(({ grain }) => grain === GRAIN[slot.type]);
  const counted = exact.length > 0 ? exact : stretches;
  const values = new Set(counted.map((stretch) => slotValue(slot.type, stretch)));
  const [only] = values;
  return values.size === 1 && only !== null && only !== undefined ? { value: only } : 'unclear';
};

const sameAt = (tokens: readonly TimeToken[], at: number, words: readonly string[]): boolean =>
  words.every((word, next) => tokens[at + next]?.word === word);

/** A choice's name as it is compared with a text: without case and marks. */
const phraseWords = (phrase: string): readonly string[] => timeTokens(phrase).map(({ word }) => word);

const phrasesOf = (choice: Choice): readonly (readonly string[])[] =>
  [choice.title.en, choice.title.de, ...Object.values(choice.called).flat()].map(phraseWords);

interface Place {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** Where choices are named; a longer name hides those inside it ("private health" is no "health"). */
const choicesIn = (slot: Slot, tokens: readonly TimeToken[]): readonly Place[] => {
  const phrases = slot.choices
    .flatMap((choice) => phrasesOf(choice).map((words) => ({ id: choice.id, words })))
    .filter(({ words }) => words.length > 0)
    .toSorted((a, b) => b.words.length - a.words.length);
  const places: Place[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const found = phrases.find(({ words }) => sameAt(tokens, at, words));
    if (found === undefined) continue;
    places.push({ id: found.id, start: at, end: at + found.words.length });
    at += found.words.length - 1;
  }
  return places;
};

const isCovered = (stretches: readonly Stretch[], at: number): boolean =>
  stretches.some(({ start, end }) => start <= at && at < end);

/** Words that are a number and an article ("un", "a") count as neither. */
const ARTICLE: ReadonlySet<string> = new Set([
  'a',
  'an',
  'un',
  'une',
  'una',
  'uno',
  'ein',
  'eine',
  'einem',
  'einen',
  'einer',
  'one',
]);

const numbersIn = (slot: Slot, { tokens, stretches }: When): readonly Place[] =>
  tokens.flatMap(({ word, number }, at) => {
    const said = number ?? (ARTICLE.has(word) ? null : (NUMBERS.get(word) ?? null));
    const fits = said !== null && said >= slot.min && said <= slot.max && !isCovered(stretches, at);
    return fits ? [{ id: String(said), start: at, end: at + 1 }] : [];
  });

const onlyOf = (places: readonly Place[]): Said => {
  const ids = new Set(places.map(({ id }) => id));
  const [only] = ids;
  if (only === undefined) return null;
  return ids.size > 1 ? 'unclear' : { value: only };
};

/** What a text says of an intent's slots, and which of its words say it (indices of `timeTokens`). */
export const slotsIn = (
  intent: Pick<Intent, 'slots'> | null,
  writing: Writing,
): Filled & {
  readonly tokens: readonly TimeToken[];
  readonly covered: ReadonlySet<number>;
  /** It names a time that is not now. */
  readonly elsewhen: boolean;
} => {
  const slots = slotsOf(intent);
  const looks = slots.find(isTime)?.looks ?? 'back';
  const when = whenIn({ ...writing, looks });
  const values: Record<string, string> = {};
  const unclear: string[] = [];
  const covered = new Set<number>();
  const cover = (places: readonly { readonly start: number; readonly end: number }[]): void => {
    for (const { start, end } of places) for (let at = start; at < end; at++) covered.add(at);
  };
  cover(when.stretches);
  for (const slot of slots) {
    const places =
      slot.type === 'choice' ? choicesIn(slot, when.tokens) : slot.type === 'number' ? numbersIn(slot, when) : [];
    cover(places);
    const said = isTime(slot) ? timeFor(slot, when) : onlyOf(places);
    if (said === 'unclear') unclear.push(slot.name);
    else if (said !== null && isSlotValue(slot, said.value)) values[slot.name] = said.value;
  }
  const elsewhen = when.stretches.some(({ from, to }) => writing.today < from || writing.today > to);
  return { values, unclear, tokens: when.tokens, covered, elsewhen };
};

/** The slot to ask for before the intent can be answered; null: there is none. */
export const slotToAsk = (intent: Pick<Intent, 'slots'>, { values, unclear }: Filled): Slot | null =>
  slotsOf(intent).find(({ name, required }) => unclear.includes(name) || (required && !Object.hasOwn(values, name))) ??
  null;

const MOST_OFFERED = 5;

/** Values to choose from: the last three months, this year and the last, the choices. */
export const valuesToOffer = (slot: Slot, today: Day): readonly string[] => {
  const sign = slot.looks === 'back' ? -1 : 1;
  const near = (unit: 'day' | 'month' | 'year', offsets: readonly number[]): readonly Stretch[] =>
    offsets.flatMap((offset) => {
      const span = unitAt(unit, today, sign * offset);
      return span === null ? [] : [{ ...span, grain: unit, start: 0, end: 0 }];
    });
  const written = (stretches: readonly Stretch[]): readonly string[] =>
    stretches.flatMap((stretch) => slotValue(slot.type, stretch) ?? []);
  switch (slot.type) {
    case 'month':
      // The running month has no payslip yet; of what is to come it is the first.
      return written(near('month', slot.looks === 'back' ? [1, 2, 3] : [0, 1, 2]));
    case 'year':
      return written(near('year', [0, 1]));
    case 'date':
      return written(near('day', [0, 1]));
    case 'period':
      return written([...near('month', [0, 1]), ...near('year', [0])]);
    case 'choice':
      return slot.choices.slice(0, MOST_OFFERED).map(({ id }) => id);
    case 'number':
      return slot.max - slot.min < MOST_OFFERED
        ? Array.from({ length: slot.max - slot.min + 1 }, (_, more) => String(slot.min + more))
        : [];
  }
};
