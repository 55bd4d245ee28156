/** What a change of what is restricted means, in one English sentence. */
import { lastDay } from '../restricting/fields.ts';
import type { Meaning, Touched } from '../restricting/meaning.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const day = (at: Date, now: number, weekday: boolean): string => {
  const year = at.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${at.getUTCFullYear()}`;
  return `${weekday ? `${WEEKDAYS[at.getUTCDay()]} ` : ''}${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}${year}`;
};

export const isMidnight = (iso: string): boolean => iso.endsWith('T00:00:00.000Z');
const clock = (at: Date): string => `${at.toISOString().slice(11, 16)} UTC`;
export const moment = (at: number | string, now: number): string => {
  const date = new Date(at);
  return `${day(date, now, false)}, ${clock(date)}`;
};

export const begins = (iso: string, now: number): string =>
  isMidnight(iso) ? day(new Date(iso), now, true) : `${day(new Date(iso), now, true)}, ${clock(new Date(iso))},`;
export const ends = (iso: string, now: number): string =>
  isMidnight(iso) ? day(new Date(lastDay(iso)), now, false) : moment(iso, now);

export const PLACES = {
  direct: 'private chats',
  group: 'group chats',
  channel: 'channels',
  shared: 'channels shared with other companies',
} as const;

export const and = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const MOST_NAMED = 4;
const about = ({ topics, intents }: Touched): string => {
  const named = [...topics.map((title) => title.toLowerCase()), ...intents.map((title) => `“${title}”`)];
  const rest = named.length - MOST_NAMED;
  return and(rest > 1 ? [...named.slice(0, MOST_NAMED), `${rest} more`] : named);
};

const where = ({ places }: Touched): string =>
  places.length === 0 ? '' : ` in ${and(places.map((place) => PLACES[place]))}`;

export const counted = (people: number): string =>
  `${people.toLocaleString('en-GB')} ${people === 1 ? 'person' : 'people'}`;

/** Who cannot, or can again. Without a count it says whom the rule names. */
const who = ({ people, appliesTo, except, countries }: Touched, may: boolean): string => {
  if (people === 'few') return 'fewer than five people';
  if (people !== null) return counted(people);
  const of = appliesTo.length === 0 ? '' : ` of ${and(appliesTo)}`;
  const but = except.length === 0 ? '' : ` except ${and(except)}`;
  const at = countries.length === 0 ? '' : ` in ${countries.join(', ')}`;
  return `${may ? 'everybody' : 'nobody'}${of}${at}${but}`;
};

const cannotAsk = (touched: Touched): string =>
  `${who(touched, false)} ${touched.people === null ? 'can' : 'cannot'} ask about ${about(touched)}${where(touched)}`;

const when = ({ from, until }: Touched, now: number): string => {
  const start = from === null || Date.parse(from) <= now ? 'From now' : `From ${begins(from, now)}`;
  return until === null ? `${start} on` : `${start} until ${ends(until, now)}`;
};

export const means = ({ meaning, now }: { readonly meaning: Meaning; readonly now: number }): string => {
  switch (meaning.kind) {
    case 'put':
      if (meaning.touched.until !== null && Date.parse(meaning.touched.until) <= now)
        return `It ended with ${ends(meaning.touched.until, now)} and forbids nothing any more.`;
      return `${when(meaning.touched, now)} ${cannotAsk(meaning.touched)}.`;
    case 'resume':
      return `From now on the restriction “${meaning.title}” holds again: ${cannotAsk(meaning.touched)}.`;
    case 'lift':
      return `From now on ${who(meaning.touched, true)} can ask about ${about(meaning.touched)}${where(meaning.touched)} again, as far as the other rules permit it.`;
    case 'suspend':
      return `Until ${moment(meaning.until, now)}, the restriction “${meaning.title}” forbids nothing: ${who(meaning.touched, true)} can ask about ${about(meaning.touched)}${where(meaning.touched)}, as far as the other rules permit it; then it holds again by itself.`;
    case 'roll-back':
      return `What is restricted becomes again what it was at version ${meaning.version}: ${meaning.put} put back or changed, ${meaning.removed} lifted.`;
    case 'pack':
      return 'The rules of the pack as they are now are approved, and Sotto answers by them.';
  }
};
