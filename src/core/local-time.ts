/** Times as people read them: where they are, in their language. */
import { asTimeZone } from './time-zones.ts';
import type { Locale } from './types.ts';

/** There are some six hundred zones, and two languages; making one costs many times what using it does. */
const MOST_KNOWN = 1_000;
const known = new Map<string, Intl.DateTimeFormat>();

const TAGS: Readonly<Record<Locale, string>> = { en: 'en-GB', de: 'de-DE' };

const formatOf = (locale: Locale, zone: string, how: 'time' | 'day'): Intl.DateTimeFormat => {
  const key = `${locale} ${zone} ${how}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = new Intl.DateTimeFormat(TAGS[locale], {
    timeZone: asTimeZone(zone) ?? 'UTC',
    ...(how === 'time'
      ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      : { day: 'numeric', month: 'long', year: 'numeric' }),
  });
  if (known.size < MOST_KNOWN) known.set(key, made);
  return made;
};

/** Where and in which language something is told. */
export interface Local {
  readonly locale: Locale;
  /** Of the IANA database; what is none is told as UTC. */
  readonly zone: string;
  /** ms since the epoch: what is of this day has no date. */
  readonly now: number;
}

/** `14:07`; of another day `4 March 2026, 14:07`. `at`: ms since the epoch. */
export const localTime = ({ locale, zone, now }: Local, at: number): string => {
  const time = formatOf(locale, zone, 'time').format(at);
  const day = formatOf(locale, zone, 'day');
  return day.format(at) === day.format(now) ? time : `${day.format(at)}, ${time}`;
};

/** `4 March 2026, 14:07`, whatever day it is. */
export const localMoment = ({ locale, zone }: Pick<Local, 'locale' | 'zone'>, at: number): string =>
  `${formatOf(locale, zone, 'day').format(at)}, ${formatOf(locale, zone, 'time').format(at)}`;
