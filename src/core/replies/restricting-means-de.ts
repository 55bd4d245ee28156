/** What a change of what is restricted means, in one German sentence. */
import { lastDay } from '../restricting/fields.ts';
import type { Meaning, Touched } from '../restricting/meaning.ts';

const WEEKDAYS = ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'];
const MONTHS = [
  'Januar',
  'Februar',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
];

const day = (at: Date, now: number, weekday: boolean): string => {
  const year = at.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${at.getUTCFullYear()}`;
  return `${weekday ? `${WEEKDAYS[at.getUTCDay()]}, ` : ''}${at.getUTCDate()}. ${MONTHS[at.getUTCMonth()]}${year}`;
};

export const isMidnight = (iso: string): boolean => iso.endsWith('T00:00:00.000Z');
const clock = (at: Date): string => `${at.toISOString().slice(11, 16)} Uhr UTC`;
export const moment = (at: number | string, now: number): string => {
  const date = new Date(at);
  return `${day(date, now, false)}, ${clock(date)}`;
};

export const begins = (iso: string, now: number): string =>
  isMidnight(iso) ? day(new Date(iso), now, true) : `${day(new Date(iso), now, true)}, ${clock(new Date(iso))}`;
export const ends = (iso: string, now: number): string =>
  isMidnight(iso) ? day(new Date(lastDay(iso)), now, false) : moment(iso, now);

export const PLACES = {
  direct: 'privaten Chats',
  group: 'Gruppenchats',
  channel: 'Kanälen',
  shared: 'Kanälen mit anderen Firmen',
} as const;

export const and = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} und ${parts.at(-1)}`;

const MOST_NAMED = 4;
const about = ({ topics, intents }: Touched): string => {
  const named = [...topics, ...intents.map((title) => `„${title}“`)];
  const rest = named.length - MOST_NAMED;
  return and(rest > 1 ? [...named.slice(0, MOST_NAMED), `${rest} weiteren`] : named);
};

const where = ({ places }: Touched): string =>
  places.length === 0 ? '' : ` in ${and(places.map((place) => PLACES[place]))}`;

export const counted = (people: number): string =>
  `${people.toLocaleString('de-DE')} ${people === 1 ? 'Person' : 'Personen'}`;

/** Wer nicht kann, oder wieder kann, samt dem Verb davor. */
const can = ({ people, appliesTo, except, countries }: Touched, may: boolean): string => {
  if (people === 'few') return 'können weniger als fünf Personen';
  if (people === 1) return 'kann 1 Person';
  if (people !== null) return `können ${counted(people)}`;
  const of = appliesTo.length === 0 ? '' : ` aus ${and(appliesTo)}`;
  const but = except.length === 0 ? '' : ` außer ${and(except)}`;
  const at = countries.length === 0 ? '' : ` in ${countries.join(', ')}`;
  return `${may ? 'können alle' : 'kann niemand'}${of}${at}${but}`;
};

const cannotAsk = (touched: Touched): string =>
  `${can(touched, false)}${where(touched)}${touched.people === null ? '' : ' nicht'} nach ${about(touched)} fragen`;

const when = ({ from, until }: Touched, now: number): string => {
  if (from === null || Date.parse(from) <= now)
    return until === null ? 'Ab sofort' : `Ab sofort bis ${ends(until, now)}`;
  return until === null ? `Ab ${begins(from, now)},` : `Von ${begins(from, now)}, bis ${ends(until, now)}`;
};

export const means = ({ meaning, now }: { readonly meaning: Meaning; readonly now: number }): string => {
  switch (meaning.kind) {
    case 'put':
      if (meaning.touched.until !== null && Date.parse(meaning.touched.until) <= now)
        return `Sie endete mit ${ends(meaning.touched.until, now)} und verbietet nichts mehr.`;
      return `${when(meaning.touched, now)} ${cannotAsk(meaning.touched)}.`;
    case 'resume':
      return `Ab sofort gilt die Einschränkung „${meaning.title}“ wieder: Damit ${cannotAsk(meaning.touched)}.`;
    case 'lift':
      return `Ab sofort ${can(meaning.touched, true)}${where(meaning.touched)} wieder nach ${about(meaning.touched)} fragen, soweit es die anderen Regeln erlauben.`;
    case 'suspend':
      return `Bis ${moment(meaning.until, now)}, verbietet die Einschränkung „${meaning.title}“ nichts: So lange ${can(meaning.touched, true)}${where(meaning.touched)} nach ${about(meaning.touched)} fragen, soweit es die anderen Regeln erlauben; dann gilt sie von selbst wieder.`;
    case 'roll-back':
      return `Eingeschränkt ist wieder, was es bei Version ${meaning.version} war: ${meaning.put} wieder da oder geändert, ${meaning.removed} aufgehoben.`;
    case 'pack':
      return 'Die Regeln des Pakets, wie sie jetzt sind, sind genehmigt, und Sotto antwortet danach.';
  }
};
