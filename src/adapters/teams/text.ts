/** What people write in Teams, in plain words. */
import { cut } from './lines.ts';
import { type Fields, fieldsAt, listAt, stringAt } from './read.ts';

/** More than anybody types in one go; the rest is cut. Characters. */
const LONGEST_TEXT = 8_000;

/** Of what is read before markup is taken out: a message in Teams has 28 KB at most. Characters. */
const LONGEST_MARKUP = 64_000;

/** Teams allows twenty mentions. */
const MOST_ENTITIES = 100;

/** A name in a mention; more is not taken for one. Each attempt is bounded, so that the whole is linear. */
const MENTION = /<at(?: [^<>]{0,200})?>([^<>]{0,400})<\/at>/g;

/** Who is mentioned, in the order of the text. */
export interface Mention {
  /** As it stands in the text, tags and all. */
  readonly text: string;
  /** The account's id on the wire. */
  readonly id: string;
}

export const mentionsOf = (activity: Fields): readonly Mention[] =>
  listAt(activity, 'entities', MOST_ENTITIES)
    .filter((entity) => entity['type'] === 'mention')
    .flatMap((entity) => {
      const id = stringAt(fieldsAt(entity, 'mentioned'), 'id');
      const text = stringAt(entity, 'text');
      return id === null || text === null ? [] : [{ id, text }];
    });

/**
 * The words without the mention of the bot; other mentions become `@Name`, entities are decoded. Somebody who goes by the
 * bot's name stays: mentions that read alike are told apart by their order (Teams requirement 21).
 */
export const toPlainWords = (o: {
  readonly text: string;
  readonly mentions: readonly Mention[];
  readonly bot: string;
}): string => {
  const alike = new Map<string, Mention[]>();
  for (const mention of o.mentions) alike.set(mention.text, [...(alike.get(mention.text) ?? []), mention]);
  const words = cut(o.text, LONGEST_MARKUP).replace(MENTION, (tag: string, name: string) =>
    alike.get(tag)?.shift()?.id === o.bot ? '' : withSign(name),
  );
  return cut(decode(words).trim(), LONGEST_TEXT).toWellFormed();
};

/** Ends of what stands on lines of its own. */
const LINE_ENDS = /<(?:br|\/p|\/div|\/li)(?: [^<>]{0,200})?\/?>/gi;

/** A mention in HTML, with its number. */
const NUMBERED = /<at id="([0-9]{1,4})">([^<>]{0,400})<\/at>/g;

/** A tag; a longer one is not taken for one. Each attempt is bounded and ends where the next tag begins, so that the whole is linear. */
const TAG = /<[^<>]{0,2000}>/g;

/** Where a quotation begins or ends: what Teams puts above a reply, and what somebody pasted as one. */
const QUOTE_END = /<(\/?)blockquote(?:\s[^<>]{0,2000})?>/gi;

/** Quotations are other people's words; one that never ends goes to the end. One within another ends with itself. */
const withoutQuotes = (html: string): string => {
  const kept: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: tag, 1: closes, index } of html.matchAll(QUOTE_END)) {
    if (depth === 0) kept.push(html.slice(from, index));
    depth = closes === '/' ? Math.max(0, depth - 1) : depth + 1;
    from = index + tag.length;
  }
  if (depth === 0) kept.push(html.slice(from));
  return kept.join('\n');
};

/**
 * The own words of a message that is handed over as HTML, without what it quotes. `bots`: the numbers of the mentions that name apps, which
 * are left out.
 */
export const htmlToWords = (html: string, bots: ReadonlySet<string>): string => {
  const words = withoutQuotes(cut(html, LONGEST_MARKUP))
    .replace(NUMBERED, (_, number: string, name: string) => (bots.has(number) ? '' : withSign(name)))
    .replace(LINE_ENDS, '\n')
    .replace(TAG, '');
  return cut(
    decode(words)
      .replace(/[^\P{Cc}\n]/gu, '')
      .trim(),
    LONGEST_TEXT,
  ).toWellFormed();
};

const withSign = (name: string): string => (name === '' || name.startsWith('@') ? name : `@${name}`);

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Once and no more, so that what somebody typed about entities stays what they typed. A blank is a blank. */
const decode = (text: string): string =>
  text
    .replace(
      /&(?:(amp|lt|gt|quot|apos|nbsp)|#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g,
      (entity, name, decimal, hex) => {
        if (typeof name === 'string') return NAMED[name] ?? entity;
        const point = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
        return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : entity;
      },
    )
    .replaceAll('\u00a0', ' ');
