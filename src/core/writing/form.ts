/** The form of a write: a field for each slot of the intent and for each text that the operation asks for, filled with what is known. */
import type { AskedWords } from '../ports.ts';
import { type Day, unitAt } from '../recognise/calendar.ts';
import { repliesIn } from '../replies/replies.ts';
import { labelOf } from '../slot-labels.ts';
import { isSlotValue, slotValue } from '../slots.ts';
import type { Field, Form, Intent, Locale, Option, Slot, SlotValues } from '../types.ts';

/** Months and years to choose from. */
const MOST_MONTHS = 24;
const MOST_YEARS = 10;

/** What platforms take in one choice. */
const MOST_OPTIONS = 100;

/** By the field's name, as a form sends it. */
type Values = Readonly<Record<string, readonly string[]>>;

/** What a form is filled with: as it is known, or as it was sent. */
interface Filling {
  readonly slots: SlotValues;
  readonly words: Readonly<Record<string, string>>;
}

export interface WriteFormOf {
  readonly intent: Intent;
  readonly words: readonly AskedWords[];
  readonly locale: Locale;
  /** Where they are who fill it in. */
  readonly today: Day;
}

const slotField = (name: string): string => `slot-${name}`;
const firstField = (name: string): string => `slot-${name}-first`;
const lastField = (name: string): string => `slot-${name}-last`;
/** Descriptions name texts in more ways than forms do. */
const wordsField = (at: number): string => `words-${at + 1}`;

const option = (slot: Slot, locale: Locale, value: string): Option => ({ value, label: labelOf(slot, value, locale) });

/** Times to choose from, and the one that was meant where it is not among them. */
const near = (
  slot: Slot,
  unit: 'month' | 'year',
  most: number,
  today: Day,
  meant: string | null,
): readonly string[] => {
  const sign = slot.looks === 'back' ? -1 : 1;
  const values = Array.from({ length: most }, (_, at) => {
    const span = unitAt(unit, today, sign * at);
    return span === null ? null : slotValue(slot.type, span);
  }).filter((value) => value !== null);
  return meant === null || values.includes(meant) ? values : [meant, ...values];
};

const fieldsOf = (slot: Slot, meant: string | null, o: WriteFormOf): readonly Field[] => {
  const { locale, today } = o;
  const texts = repliesIn(locale).writing;
  const asking = { name: slotField(slot.name), label: slot.ask[locale], hint: null, required: slot.required };
  const one = (values: readonly string[]): readonly Field[] => [
    {
      ...asking,
      kind: 'one',
      options: values.slice(0, MOST_OPTIONS).map((value) => option(slot, locale, value)),
      value: meant,
    },
  ];
  switch (slot.type) {
    case 'month':
      return one(near(slot, 'month', MOST_MONTHS, today, meant));
    case 'year':
      return one(near(slot, 'year', MOST_YEARS, today, meant));
    case 'choice':
      return one(slot.choices.map(({ id }) => id));
    case 'date':
      return [{ ...asking, kind: 'date', value: meant }];
    case 'period': {
      const [first = null, last = null] = meant?.split('/') ?? [];
      const day = { ...asking, kind: 'date' } as const;
      return [
        // What both are for is said once.
        { ...day, name: firstField(slot.name), label: texts.firstDay, hint: slot.ask[locale], value: first },
        { ...day, name: lastField(slot.name), label: texts.lastDay, value: last },
      ];
    }
    case 'number':
      return [{ ...asking, kind: 'text', hint: texts.between(slot), most: 9, lines: false, value: meant ?? '' }];
  }
};

const wordsOf = (asked: AskedWords, at: number, text: string, locale: Locale): Field => ({
  kind: 'text',
  name: wordsField(at),
  label: asked.label[locale],
  hint: asked.hint?.[locale] ?? null,
  required: asked.required,
  lines: asked.lines,
  most: asked.most,
  value: text.slice(0, asked.most).toWellFormed(),
});

/**
 * What a form asks for and where that leads, as text. Fields go by their place: what was filled in before a description or the pack changed
 * must not be read by the one that stands now.
 */
export const shapeOf = ({ intent, words }: Pick<WriteFormOf, 'intent' | 'words'>): string =>
  JSON.stringify([
    intent.operation,
    intent.title,
    intent.form ?? null,
    (intent.slots ?? []).map(({ name, type, ask, choices }) => [name, type, ask, choices.map(({ id }) => id)]),
    words.map(({ name, label, hint }) => [name, label, hint]),
  ]);

export const writeForm = (
  o: WriteFormOf & {
    /** Sealed; see `carried.ts`. */
    readonly state: string;
    readonly filling: Filling;
    readonly findings: readonly string[];
    /** Name of whom it is about; null: who fills it in, or nobody. */
    readonly about: string | null;
    /** What was written into fields that it has no more; empty: nothing. */
    readonly left: string;
  },
): Form => {
  const { intent, locale, filling } = o;
  const texts = repliesIn(locale).writing;
  const title = intent.title[locale];
  const intro = intent.form?.intro[locale] ?? texts.intro({ title });
  const about = o.about === null ? '' : `\n${texts.about({ name: o.about })}`;
  const left = o.left === '' ? '' : `\n\n${texts.wrote}\n${o.left}`;
  return {
    state: o.state,
    title,
    text: `${intro}${about}${left}`,
    findings: o.findings,
    fields: [
      ...(intent.slots ?? []).flatMap((slot) => fieldsOf(slot, filling.slots[slot.name] ?? null, o)),
      ...o.words.map((asked, at) => wordsOf(asked, at, filling.words[asked.name] ?? '', locale)),
    ],
    submit: intent.form?.submit[locale] ?? texts.send,
  };
};

const sent = (values: Values, name: string): string => (values[name]?.[0] ?? '').trim();

/** As its type writes it; empty: nothing was said. */
const saidOf = (slot: Slot, values: Values): string => {
  if (slot.type !== 'period') return sent(values, slotField(slot.name));
  const [first, last] = [sent(values, firstField(slot.name)), sent(values, lastField(slot.name))];
  return first === '' && last === '' ? '' : `${first}/${last}`;
};

const LINES = /[^\P{Cc}\n]/gu;
const LINE = /\p{Cc}+/gu;

/** Without what no person writes. */
const cleaned = (text: string, lines: boolean): string =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(lines ? LINES : LINE, ' ')
    .trim();

/** Whatever was written into texts of the form but into these of its places. */
export const writtenBeside = (values: Values, places: readonly number[]): string =>
  Object.keys(values)
    .map((field) => Number(/^words-(\d{1,3})$/.exec(field)?.[1] ?? 0) - 1)
    .filter((at) => at >= 0 && !places.includes(at))
    .toSorted((a, b) => a - b)
    .map((at) => cleaned(values[wordsField(at)]?.[0] ?? '', true))
    .filter((text) => text !== '')
    .join('\n\n');

/**
 * What was sent, as the operation takes it, and what is wrong with it, a line each. Nothing is taken where something is. `asked`: the names of its texts
 * in their order when it was opened; `left`: what was written into others than there are now, or is too
 * long for its own.
 */
export const filledIn = (
  o: Pick<WriteFormOf, 'intent' | 'words' | 'locale'>,
  values: Values,
  asked: readonly string[] = o.words.map(({ name }) => name),
): Filling & { readonly findings: readonly string[]; readonly left: string } => {
  const { locale } = o;
  const { wrong } = repliesIn(locale).writing;
  const findings: string[] = [];
  // The field takes no more than its most: what is cut there stands beside it, whole.
  const long: string[] = [];
  const slots: Record<string, string> = {};
  const words: Record<string, string> = {};
  for (const slot of o.intent.slots ?? []) {
    const label = slot.ask[locale];
    const said = saidOf(slot, values);
    if (said === '') {
      if (slot.required) findings.push(wrong.missing({ label }));
    } else if (isSlotValue(slot, said)) slots[slot.name] = said;
    else findings.push(slot.type === 'period' && isTurned(said) ? wrong.period : wrong.value({ label }));
  }
  for (const { name, label: labels, lines, most, required } of o.words) {
    const label = labels[locale];
    const at = asked.indexOf(name);
    const text = at < 0 ? '' : cleaned(values[wordsField(at)]?.[0] ?? '', lines);
    if (text.length > most) {
      findings.push(wrong.long({ label, most }));
      long.push(text);
    }
    if (text === '' && required) findings.push(wrong.missing({ label }));
    if (text !== '') words[name] = text;
  }
  const places = o.words.map(({ name }) => asked.indexOf(name));
  const left = [writtenBeside(values, places), ...long].filter((text) => text !== '').join('\n\n');
  return { slots, words, findings, left };
};

/** Two days, the wrong way round. */
const isTurned = (said: string): boolean => {
  const [first = '', last = ''] = said.split('/');
  const isDay = (day: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day);
  return isDay(first) && isDay(last) && first > last;
};
