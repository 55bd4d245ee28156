/** What an intent may want to know besides whom it is about: a month, a year, one of a few things. */
import type { Language } from './languages.ts';
import type { PerLocale } from './types.ts';

/**
 * `month` is written YYYY-MM, `year` YYYY, `date` YYYY-MM-DD, `period` YYYY-MM-DD/YYYY-MM-DD (first and last day), `choice` by its id,
 * `number` in figures without a sign.
 */
export type SlotType = 'month' | 'year' | 'date' | 'period' | 'choice' | 'number';

/** One thing that may be chosen. */
export interface Choice {
  readonly id: string;
  /** As a button says it. */
  readonly title: PerLocale<string>;
  /** How people call it, besides its titles. */
  readonly called: { readonly [L in Language]?: readonly string[] };
}

export interface Slot {
  readonly name: string;
  readonly type: SlotType;
  /** Which October is meant: pay looks back, leave looks ahead. */
  readonly looks: 'back' | 'ahead';
  /** Asked for where it was not said. Otherwise only where what was said fits none, or several. */
  readonly required: boolean;
  readonly ask: PerLocale<string>;
  /** Of a `choice`, at least two; of others none. */
  readonly choices: readonly Choice[];
  /** Of a `number`, both of them possible. */
  readonly min: number;
  readonly max: number;
}

const TIMES: ReadonlySet<SlotType> = new Set(['month', 'year', 'date', 'period']);

/** Whether a slot is filled by a time that a text names. A text that names one cannot fill two of them. */
export const isTime = ({ type }: Pick<Slot, 'type'>): boolean => TIMES.has(type);

/** By the slot's name, in the form of its type: what a person wrote never stands here. */
export type SlotValues = Readonly<Record<string, string>>;

export const NO_SLOTS: SlotValues = {};
