/** From a slot's value to the one before or behind it: "and the month before?". */
import { dayOf, type Span, type Unit, unitAt } from './recognise/calendar.ts';
import type { Anchored } from './recognise/time-anchored.ts';
import { isSlotValue, slotValue } from './slots.ts';
import type { Slot } from './types.ts';

const dayWritten = (value: string): number | null => {
  const [year = 0, month = 1, day = 1] = value.split('-').map(Number);
  return dayOf({ year, month, day });
};

/** The days that a value stands for. */
const spanOf = ({ type }: Slot, value: string): Span | null => {
  const [first = '', last = first] = value.split('/');
  const [from, to] = [dayWritten(first), dayWritten(last)];
  if (from === null || to === null) return null;
  return type === 'month' || type === 'year' ? unitAt(type, from, 0) : { from, to };
};

const WHOLE: readonly Unit[] = ['day', 'week', 'month', 'quarter', 'half', 'year'];

/** What a value is one of. */
const unitOf = ({ from, to }: Span): Unit | null =>
  WHOLE.find((unit) => {
    const whole = unitAt(unit, from, 0);
    return whole?.from === from && whole.to === to;
  }) ?? null;

/** Null: the slot has no such value, as of "the year before" where it is a month. */
export const steppedFrom = (
  slot: Slot,
  value: string,
  { unit, offset }: Pick<Anchored, 'unit' | 'offset'>,
): string | null => {
  const span = spanOf(slot, value);
  const by = span === null ? null : (unit ?? unitOf(span));
  const next = span === null || by === null ? null : unitAt(by, offset < 0 ? span.from : span.to, offset);
  const stepped = next === null ? null : slotValue(slot.type, next);
  return stepped !== null && isSlotValue(slot, stepped) ? stepped : null;
};
