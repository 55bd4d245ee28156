/** Fills the places of a description, each encoded by where it stands. Null wherever something does not fit: then nothing is sent. */
import type { Calling } from '../../../core/ports.ts';
import type { Described } from '../described.ts';
import type { Json } from '../describing/operation.ts';
import { type Place, readTemplate, type Template } from '../describing/template.ts';

const MOST_ID = 200;
const MOST_KEY = 64;

/** Figures, letters and what joins them in a date: no value of a slot is written otherwise, and no other is passed on. */
const VALUE = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/** Beside other text, nothing that a grammar of the system's own (SCIM's filters, a table's queries) could read as part of itself. */
const BESIDE = /^[A-Za-z0-9._@-]{1,200}$/;

/** What was taken out of a response of the system's own. */
const RESULT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

const KEY = /^[\x21-\x7e]{1,64}$/;

/** With what a call is filled. */
export interface Filling extends Pick<Calling, 'subject' | 'asker' | 'called' | 'of' | 'slots'> {
  readonly key?: string;
  readonly words?: Readonly<Record<string, string>>;
  readonly result?: Readonly<Record<string, string>>;
}

const own = (all: Readonly<Record<string, string>> | undefined, name: string): string =>
  all !== undefined && Object.hasOwn(all, name) ? (all[name] ?? '') : '';

const fitting = (text: string, shape: RegExp): string | null => (text === '' || shape.test(text) ? text : null);

/** Left out of a query, everything would be found in its place. */
const needed = (text: string, shape: RegExp): string | null => (shape.test(text) ? text : null);

/** Control characters but the end of a line: nobody means them. */
const UNSAFE = /[\p{Cc}]/gu;
const tame = (text: string): string => text.toWellFormed().replace(UNSAFE, (one) => (one === '\n' ? '\n' : ' '));

/** Empty: there is nothing to put there. */
const valueAt = (place: Place, with_: Filling): string | null => {
  switch (place.of) {
    case 'subject':
    case 'asker': {
      const id = (with_.called ?? with_)[place.of];
      // Left out, everybody would be asked about in their place.
      return id !== '' && id.length <= MOST_ID && id.isWellFormed() ? id : null;
    }
    case 'country':
    case 'locale':
      return fitting(with_.of?.[place.of] ?? '', VALUE);
    case 'key':
      return needed((with_.key ?? '').length <= MOST_KEY ? (with_.key ?? '') : '', KEY);
    case 'result':
      return needed(own(with_.result, place.name), RESULT);
    case 'words':
      return tame(own(with_.words, place.name));
    case 'slot':
      return partOf(own(with_.slots, place.name), place.part);
  }
};

const partOf = (value: string, part: 'from' | 'to' | null): string | null => {
  if (value === '') return '';
  const ends = value.split('/');
  if (ends.length > 2 || !ends.every((end) => VALUE.test(end))) return null;
  if (part === null) return value;
  return ends.length === 2 ? ((part === 'from' ? ends[0] : ends[1]) ?? null) : null;
};

/** Empty where a place in it is. */
const filled = ({ parts }: Template, with_: Filling, encode: (value: string) => string): string | null => {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += encode(part);
      continue;
    }
    const value = valueAt(part, with_);
    if (value === null || (parts.length > 1 && part.of !== 'words' && value !== '' && !BESIDE.test(value))) return null;
    if (value === '' && part.of !== 'words') return '';
    text += encode(value);
  }
  return text;
};

/** A segment at a time: `.` and `..` are read as "one up" even where they are escaped. */
const pathOf = ({ parts }: Template, with_: Filling): string | null => {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = valueAt(part, with_);
    if (value === null || value === '' || value === '.' || value === '..') return null;
    text += encodeURIComponent(value);
  }
  return text;
};

/** What an empty slot would fill in the query is left out. */
const queryOf = (query: Described['query'], with_: Filling): readonly string[] | null => {
  const all: string[] = [];
  for (const [name, template] of query) {
    const value = filled(template, with_, encodeURIComponent);
    if (value === null) return null;
    if (value !== '') all.push(`${encodeURIComponent(name)}=${value}`);
  }
  return all;
};

/** The address of a call. */
export const addressOf = (
  { backend, path, query }: Pick<Described, 'path' | 'query'> & { readonly backend: { readonly baseUrl: string } },
  with_: Filling,
): string | null => {
  const filledPath = pathOf(path, with_);
  const asked = queryOf(query, with_);
  if (filledPath === null || asked === null) return null;
  return `${backend.baseUrl}${filledPath}${asked.length === 0 ? '' : `?${asked.join('&')}`}`;
};

const NUMBER = /^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,6})?$/;

const unfit = Symbol('unfit');

const within = (value: Json, with_: Filling): Json | typeof unfit => {
  if (typeof value === 'string') {
    const template = readTemplate(value) ?? { parts: [value], number: false };
    const text = filled(template, with_, (part) => part);
    // Nothing is written without what it needs.
    if (
      text === null ||
      (text === '' && template.parts.some((part) => typeof part !== 'string' && part.of !== 'words'))
    )
      return unfit;
    if (!template.number) return text;
    return NUMBER.test(text) && Number.isSafeInteger(Math.trunc(Number(text))) ? Number(text) : unfit;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const all = value.map((each: Json) => within(each, with_));
    return all.includes(unfit) ? unfit : (all as readonly Json[]);
  }
  const entries = Object.entries(value).map(([name, each]) => [name, within(each, with_)] as const);
  return entries.some(([, each]) => each === unfit) ? unfit : (Object.fromEntries(entries) as Json);
};

/** The body of a call as JSON; undefined: it has none. */
export const bodyOf = ({ body }: Pick<Described, 'body'>, with_: Filling): string | null | undefined => {
  if (body === null) return undefined;
  const value = within(body, with_);
  return value === unfit ? null : JSON.stringify(value);
};
