/**
 * Words that exist nowhere else, sent in where people's words and secrets come in, and the search for them where they must not
 * come out: as they are, and in every way of writing that programs on the way have.
 */
import { randomBytes } from 'node:crypto';

export interface Canary {
  /** What it stood in for: `the text of a question`. */
  readonly name: string;
  readonly words: string;
}

export interface Canaries {
  /** The one of that name, made when it is first asked for: 16 letters and digits, in no known word. */
  word(name: string): string;
  /** Of letters alone, for places that take nothing else. */
  letters(name: string): string;
  /** Something that exists already: a secret, a figure. */
  add(name: string, words: string): string;
  all(): readonly Canary[];
}

const letter = (byte: number): string => String.fromCharCode(97 + (byte % 26));

export const createCanaries = (): Canaries => {
  const known = new Map<string, string>();
  const once = (name: string, make: () => string): string => {
    const words = known.get(name) ?? make();
    known.set(name, words);
    return words;
  };
  return {
    word: (name) => once(name, () => `zq${randomBytes(6).toString('hex')}7k`),
    letters: (name) => once(name, () => `Zq${[...randomBytes(12)].map(letter).join('')}`),
    add: (name, words) => once(name, () => words),
    all: () => [...known].map(([name, words]) => ({ name, words })),
  };
};

/** Base64 of it wherever it begins within three bytes: only what hangs on nothing beside it. */
const base64Of = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((whole.length * 8) / 6);
    return whole.toString('base64').slice(from, to);
  });

const escapedBy = (words: string, write: (code: number) => string): string =>
  Array.from({ length: words.length }, (_, n) => write(words.charCodeAt(n))).join('');

const utf16be = (words: string): Buffer => Buffer.from(words, 'utf16le').swap16();

/** Every figure also as people read it. */
const readings = (words: string): readonly string[] => {
  if (!/^\d{5,}$/.test(words)) return [words];
  const grouped = words.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return [words, grouped, grouped.replaceAll(',', '.')];
};

/** By how it is written. `exact`: in capitals or not makes another text of it. */
const WRITINGS: Readonly<
  Record<string, { readonly exact?: true; readonly of: (words: string) => readonly (string | Buffer)[] }>
> = {
  plain: { of: (words) => [Buffer.from(words, 'utf8')] },
  base64: { exact: true, of: (words) => base64Of(Buffer.from(words, 'utf8')) },
  base64url: {
    exact: true,
    of: (words) => base64Of(Buffer.from(words, 'utf8')).map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  },
  'base64 of UTF-16': { exact: true, of: (words) => base64Of(Buffer.from(words, 'utf16le')) },
  hex: { of: (words) => [Buffer.from(words, 'utf8').toString('hex')] },
  'url-encoded': { of: (words) => [escapedBy(words, (code) => `%${code.toString(16).padStart(2, '0')}`)] },
  'UTF-16LE': { of: (words) => [Buffer.from(words, 'utf16le')] },
  'UTF-16BE': { of: (words) => [utf16be(words)] },
  'escaped in JSON': { of: (words) => [escapedBy(words, (code) => `\\u${code.toString(16).padStart(4, '0')}`)] },
  'escaped in HTML': { of: (words) => [escapedBy(words, (code) => `&#${code};`)] },
  'a list of bytes': { of: (words) => [[...Buffer.from(words, 'utf8')].join(',')] },
};

/** Bytes in ASCII in capitals are not; everything else stays. */
const small = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  for (let n = 0; n < copy.length; n++) {
    const byte = copy[n] ?? 0;
    if (byte >= 65 && byte <= 90) copy[n] = byte + 32;
  }
  return copy;
};

export const WAYS: readonly string[] = Object.keys(WRITINGS);

/** As it is written in this way; one for each place it may begin at. */
export const writtenAs = (way: string, words: string): readonly Buffer[] =>
  WRITINGS[way]?.of(words).map((written) => Buffer.from(written)) ?? [];

/** Every canary that stands there, each with the way it is written: `the text of a question, as base64`. Empty: none does. */
export const found = (where: string | Buffer, canaries: readonly Canary[]): readonly string[] => {
  const exact = Buffer.isBuffer(where) ? where : Buffer.from(where, 'utf8');
  const lower = small(exact);
  const all = canaries.flatMap(({ name, words }) =>
    readings(words).flatMap((reading) =>
      Object.entries(WRITINGS).flatMap(([way, { exact: precise = false }]) =>
        writtenAs(way, reading).some((written) =>
          (precise ? exact : lower).includes(precise ? written : small(written)),
        )
          ? [`${name}, as ${way}`]
          : [],
      ),
    ),
  );
  return [...new Set(all)];
};

/**
 * The same text as whoever puts lines of JSON together would read it: all fields of every line in one row, so that words which
 * were cut and spread over fields are whole again.
 */
export const joined = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => {
      try {
        const { time: _, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
        return Object.values(fields).join('');
      } catch {
        return line;
      }
    })
    .join('');
