/** Moments that stand for all: of every stretch between the moments that rules name, one of each hour and weekday that they tell apart. */
import { type CheckedRequest, cedarRequest } from '../request.ts';
import type { Cut } from './cuts.ts';

type How = 'not' | 'compared' | 'whole';

interface Read {
  readonly how: How;
  readonly bounds: ReadonlySet<number>;
}

/** From when on, in ms since the epoch. `one`: only up to the next moment that rules name. */
export interface TimeSpan {
  readonly from: number;
  readonly one: boolean;
}

/** Whenever. */
export const EVER: TimeSpan = { from: 0, one: false };

const HOUR = 3_600_000;
/** All hours of all weekdays come by within it, from whatever minute. */
const WEEK = 7 * 24 * HOUR + HOUR;
const LAST_MOMENT = 253_402_300_799_999;

const ANYBODY: CheckedRequest = {
  person: { id: 'somebody', kind: 'employee', groups: [], country: 'US', fresh: true },
  groups: ['employee'],
  hints: [],
  action: 'any',
  about: 'self',
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: null,
  denials: 0,
  asked: [],
  refused: [],
  now: 0,
};

/** What rules read of a moment beside the moment itself: the very numbers that they are given. */
const partOf = (now: number, name: 'hour' | 'weekday'): number => {
  const { context } = cedarRequest({ ...ANYBODY, now });
  const part = context[name];
  return typeof part === 'number' ? part : 0;
};

/** The number of the stretch that a value is in. */
const stretch = ({ how, bounds }: Read, value: number): number =>
  how === 'not' ? 0 : how === 'whole' ? value : [...bounds].filter((at) => at <= value).length;

export const timeCut = (o: {
  readonly now: Read;
  readonly hour: Read;
  readonly weekday: Read;
  readonly span: TimeSpan;
}): Cut<number> => {
  const { now, hour, weekday, span } = o;
  if (now.how === 'whole') return { values: null, stand: (value) => value };
  const later = [...now.bounds].filter((at) => at > span.from && at <= LAST_MOMENT).sort((left, right) => left - right);
  const starts = [span.from, ...(span.one ? [] : later)];
  const readsParts = hour.how !== 'not' || weekday.how !== 'not';
  const keyOf = (at: number): string =>
    `${starts.findLastIndex((start) => start <= at)}/${readsParts ? `${stretch(hour, partOf(at, 'hour'))}/${stretch(weekday, partOf(at, 'weekday'))}` : ''}`;

  const found = new Map<string, number>();
  for (const start of starts) {
    const end = Math.min(later.find((at) => at > start) ?? LAST_MOMENT + 1, start + WEEK);
    const step = readsParts ? HOUR : WEEK + HOUR;
    for (let at = start; at < end; at = at - (at % HOUR) + step) if (!found.has(keyOf(at))) found.set(keyOf(at), at);
  }
  return {
    values: [...found.values()],
    stand: (value) => (value < span.from || !Number.isFinite(value) ? value : (found.get(keyOf(value)) ?? value)),
  };
};
