/** HR's form, there and back: a restriction as values of fields, and the values that were sent as what the policies read. */
import type { Choices } from '../restricting-ports.ts';
import type { Locale, PlaceKind, Restriction } from '../types.ts';

/** By the field's name, as a form sends it. */
export type Values = Readonly<Record<string, readonly string[]>>;

export const PLACES: readonly PlaceKind[] = ['direct', 'group', 'channel', 'shared'];
const LOCALES: readonly Locale[] = ['en', 'de'];

/** Texts that a restriction has in every language, and the most characters of each. */
export const TEXTS = { words: 500, contact: 200, rights: 500 } as const;
export type TextName = keyof typeof TEXTS;

const DAY_MS = 24 * 60 * 60_000;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

export const textsOf = (): readonly { readonly name: TextName; readonly locale: Locale; readonly field: string }[] =>
  (Object.keys(TEXTS) as TextName[]).flatMap((name) =>
    LOCALES.map((locale) => ({ name, locale, field: `${name}-${locale}` })),
  );

/** The first day of it, UTC. */
const firstDay = (iso: string): string => iso.slice(0, 10);

/** The last day of it, UTC: what ends at midnight ends with the day before. */
export const lastDay = (iso: string): string => new Date(Date.parse(iso) - 1).toISOString().slice(0, 10);

/** Null where it is no day of the calendar. */
const dayStart = (day: string): number | null => {
  const at = DAY.test(day) ? Date.parse(`${day}T00:00:00.000Z`) : Number.NaN;
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : at;
};

const iso = (at: number): string => new Date(at).toISOString();

/** Of a restriction as it stands, or of a template. */
export const valuesOf = (restriction: Restriction, choices: Choices): Values => {
  const topics = new Set(choices.topics.map(({ id }) => id));
  return {
    title: [restriction.title],
    topics: restriction.forbids.filter((id) => topics.has(id)),
    intents: restriction.forbids.filter((id) => !topics.has(id)),
    applies: restriction.appliesTo,
    except: restriction.exceptGroups,
    places: restriction.places,
    countries: restriction.countries.length === 0 ? [] : [restriction.countries.join(', ')],
    from: restriction.from === null ? [] : [firstDay(restriction.from)],
    until: restriction.until === null ? [] : [lastDay(restriction.until)],
    ...Object.fromEntries(
      textsOf().map(({ name, locale, field }) => {
        const text = restriction[name][locale];
        return [field, text === undefined ? [] : [text]];
      }),
    ),
  };
};

/** A text field that stands for many choices, or a list of codes. */
const codes = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.split(/[\s,;]+/)).filter((value) => value !== '');

export const oneOf = (values: Values, name: string): string => (values[name] ?? [])[0]?.trim() ?? '';
export const manyOf = (values: Values, name: string): readonly string[] => codes(values[name] ?? []);

/** Lines of a field become one: a refusal is one. */
const line = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

export type DayField = 'from' | 'until';

/** ISO time; null: none; undefined: it is no day of the calendar. A day that was left as it was keeps its time of day. */
const moment = (field: DayField, values: Values, stands: Restriction | null): string | null | undefined => {
  const day = oneOf(values, field);
  if (day === '') return null;
  const at = dayStart(day);
  if (at === null) return undefined;
  const was = stands?.[field] ?? null;
  const wasDay = was === null ? null : field === 'from' ? firstDay(was) : lastDay(was);
  if (was !== null && wasDay === day) return was;
  return iso(field === 'from' ? at : at + DAY_MS);
};

/** What is not as it should be, by field; each has a sentence of its own. */
export type WrongField =
  | 'title'
  | 'forbids'
  | 'appliesTo'
  | 'exceptGroups'
  | 'places'
  | 'countries'
  | DayField
  | 'over'
  | 'order'
  | TextName
  | 'why';

export const MOST_TITLE = 80;

/** The form as the policies read it, or what is wrong with it. `stands`: what it changes; null: it is new. */
export const inputOf = (o: {
  readonly values: Values;
  readonly id: string | null;
  readonly stands: Restriction | null;
  readonly now: number;
}):
  | { readonly ok: true; readonly input: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly wrong: readonly WrongField[] } => {
  const { values, stands } = o;
  const wrong: WrongField[] = [];
  const title = line(oneOf(values, 'title'));
  if (title === '' || title.length > MOST_TITLE) wrong.push('title');
  const forbids = [...manyOf(values, 'topics'), ...manyOf(values, 'intents')];
  if (forbids.length === 0) wrong.push('forbids');
  const countries = manyOf(values, 'countries').map((code) => code.toUpperCase());
  if (countries.some((code) => !/^[A-Z]{2}$/.test(code))) wrong.push('countries');
  const [from, until] = [moment('from', values, stands), moment('until', values, stands)];
  if (from === undefined) wrong.push('from');
  if (until === undefined) wrong.push('until');
  if (until !== null && until !== undefined) {
    if (Date.parse(until) <= o.now) wrong.push('over');
    else if (from !== null && from !== undefined && from >= until) wrong.push('order');
  }
  const texts: Record<string, Record<string, string>> = { words: {}, contact: {}, rights: {} };
  for (const { name, locale, field } of textsOf()) {
    const text = line(oneOf(values, field));
    if (text.length > TEXTS[name]) wrong.push(name);
    const of = texts[name];
    if (text !== '' && of !== undefined) of[locale] = text;
  }
  if (oneOf(values, 'why') === '') wrong.push('why');
  if (wrong.length > 0) return { ok: false, wrong: [...new Set(wrong)] };
  return {
    ok: true,
    input: {
      ...(o.id === null ? {} : { id: o.id }),
      title,
      forbids,
      appliesTo: manyOf(values, 'applies'),
      exceptGroups: manyOf(values, 'except'),
      places: manyOf(values, 'places'),
      countries,
      from,
      until,
      ...texts,
    },
  };
};
