/**
 * Where the next page of a list is, by what the page before says of it. Whatever that says is a value of one parameter; the address that is
 * called is the description's own.
 */
import type { Described, DescribedPages } from '../described.ts';
import { type Take, takeOne } from '../describing/taking.ts';

/** Printable ASCII without blanks, as a cursor is. */
const CURSOR = /^[\x21-\x7e]{1,1024}$/;

/** Of an address out of which a cursor is taken, characters. */
const MOST_LINK = 4_096;

const WHOLE = /^[0-9]{1,15}$/;

/** Which page is asked for. `value`: of the parameter; null: it is left out. */
export interface Position {
  readonly value: string | null;
  /** Of an offset, how many records come before it, beginning as the system counts; of a number, that. */
  readonly at: number;
}

export const firstPosition = (pages: DescribedPages | null): Position =>
  pages === null || pages.by === 'cursor' ? { value: null, at: 0 } : { value: String(pages.first), at: pages.first };

/** The operation as it is asked for one page. */
export const pageOf = (described: Described, { value }: Position): Described =>
  described.pages === null || value === null
    ? described
    : {
        ...described,
        query: [...described.query, [described.pages.parameter, { parts: [value], number: false }] as const],
      };

/**
 * `stuck`: there is more, or may be, and nothing says how it could be had. `short`: that was the last page, and fewer came than the system
 * says there are: some are kept from us, or it gives fewer at once than the description says.
 */
export type Next =
  | { readonly how: 'end' }
  | { readonly how: 'short' }
  | { readonly how: 'stuck' }
  | { readonly how: 'on'; readonly position: Position };

const END: Next = { how: 'end' };
const SHORT: Next = { how: 'short' };
const STUCK: Next = { how: 'stuck' };

/** What systems write where there is none. */
const NOTHING: readonly unknown[] = [undefined, null, false, 0, '', '0', 'false', 'null'];

const isSomething = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : !NOTHING.includes(value);

/** Null: it does not say. */
const saysMore = ({ more }: Pick<Described, 'more'>, body: unknown): boolean | null => {
  if (more === null) return null;
  const found = more(body);
  return found.length > 1 || found.some(isSomething);
};

const totalOf = ({ total }: Pick<Described, 'total'>, body: unknown, noted: string | undefined): number | null => {
  const said = total === null ? undefined : typeof total === 'function' ? takeOne(total, body) : noted;
  const text = typeof said === 'number' ? String(said) : said;
  return typeof text === 'string' && WHOLE.test(text) ? Number(text) : null;
};

/** Undefined: there is none. Null: there is something, and it is no cursor. */
const cursorAt = (take: Take, body: unknown, ofLink: string | null): string | null | undefined => {
  const found = take(body).filter(isSomething);
  if (found.length === 0) return undefined;
  const [said] = found;
  const text = typeof said === 'number' && Number.isSafeInteger(said) ? String(said) : said;
  if (found.length > 1 || typeof text !== 'string') return null;
  const cursor = ofLink === null ? text : inLink(text, ofLink);
  return cursor !== null && CURSOR.test(cursor) ? cursor : null;
};

/** The one value of a parameter; nothing else of the address is looked at. Null: it has none, or several. */
const inLink = (text: string, parameter: string): string | null => {
  if (text.length > MOST_LINK) return null;
  const [, query = ''] = /^[^?#]*\?([^#]*)/.exec(text) ?? [];
  const values = new URLSearchParams(query).getAll(parameter);
  return values.length === 1 ? (values[0] ?? null) : null;
};

/** What came of a page. */
export interface PageRead {
  readonly body: unknown;
  /** What the header says that is noted; absent: none is. */
  readonly noted?: string | undefined;
  readonly position: Position;
  /** Records on it. */
  readonly count: number;
  /** Records on it and on all before it. */
  readonly sofar: number;
  /** Cursors that were followed already. */
  readonly followed: ReadonlySet<string>;
}

/** Where the next page is. Throws nothing that a response can cause. */
export const nextOf = (described: Pick<Described, 'pages' | 'more' | 'total'>, page: PageRead): Next => {
  const { pages } = described;
  const more = saysMore(described, page.body);
  const total = totalOf(described, page.body, page.noted);
  // It comes in one piece, of which it may say that it is not the whole.
  if (pages === null) return more === true || (more === null && total !== null && total > page.sofar) ? STUCK : END;
  return pages.by === 'cursor' ? byCursor(pages, page, more) : byCounting(pages, page, more, total);
};

const byCursor = (pages: DescribedPages, { body, followed }: PageRead, more: boolean | null): Next => {
  if (more === false || pages.next === null) return END;
  const cursor = cursorAt(pages.next, body, pages.isLink ? pages.parameter : null);
  if (cursor === undefined) return more === true ? STUCK : END;
  return cursor === null || followed.has(cursor) ? STUCK : { how: 'on', position: { value: cursor, at: 0 } };
};

const byCounting = (pages: DescribedPages, page: PageRead, more: boolean | null, total: number | null): Next => {
  const { by, size, first } = pages;
  const { count, sofar } = page;
  const at = page.position.at + (by === 'number' ? 1 : (size ?? count));
  // As the system counts: a page may hold fewer than it says, where some of it is kept from us.
  const passed = size === null ? sofar : by === 'number' ? (at - first) * size : at - first;
  const isOn = more ?? (total === null ? (size === null ? null : count >= size) : passed < total);
  if (isOn === false) return total !== null && sofar < total ? SHORT : END;
  // Nothing came of it, so that the next would be the same, or as empty.
  if (isOn === null || (count === 0 && size === null)) return STUCK;
  return { how: 'on', position: { value: String(at), at } };
};
