/**
 * The one-time code of an order: two groups of four characters, without vowels and without what looks alike. 25^8 codes; with at
 * most sixteen that count at once, for ten minutes, and five wrong ones a minute, nobody guesses one.
 */
import { hash } from 'node:crypto';
import type { Random } from '../ports.ts';

const ALPHABET = '23456789CDFGHJKLMNPQRTVWX';
const LENGTH = 8;

/** The largest multiple of the alphabet's size within a byte: bytes from here on would make some characters likelier. */
const FAIR = 250;

/** `XXXX-XXXX`. */
export const newCode = (random: Pick<Random, 'id'>): string => {
  let code = '';
  while (code.length < LENGTH) {
    for (const byte of Buffer.from(random.id(), 'base64url')) {
      if (byte < FAIR && code.length < LENGTH) code += ALPHABET[byte % ALPHABET.length] ?? '';
    }
  }
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
};

/** Dashes that keyboards make of one, and marks that chats take for formatting. */
const SHAPE = /^[`*_]?([2-9CDFGHJ-NPQRTVWX]{4})[-\u2010-\u2015]([2-9CDFGHJ-NPQRTVWX]{4})[`*_]?$/i;

const MOST_CHARACTERS = 32;

/** The code that a text is, as it was printed; null: it is none. */
export const codeIn = (text: string): string | null => {
  if (text.length > MOST_CHARACTERS) return null;
  const [, first, second] = SHAPE.exec(text.trim()) ?? [];
  return first === undefined || second === undefined ? null : `${first}-${second}`.toUpperCase();
};

const ANYWHERE = /(?<![A-Z0-9])[2-9CDFGHJ-NPQRTVWX]{4}[-\u2010-\u2015][2-9CDFGHJ-NPQRTVWX]{4}(?![A-Z0-9])/gi;

/** More than that nobody quotes. */
const MOST_QUOTED = 8;

/** The codes that a text quotes, wherever they stand in it. */
export const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(ANYWHERE)].slice(0, MOST_QUOTED).flatMap(([quoted]) => codeIn(quoted) ?? []);

/** A hash that only whoever knows the order's own key can make or compare. Hex, 64 characters. */
export const keyedHash = (o: {
  readonly key: string;
  readonly of: 'code' | 'person' | 'proof';
  readonly value: string;
}): string => hash('sha256', `${o.key}:${o.of}:${o.value}`);

/** Takes as long wherever the two differ. */
export const sameHash = (a: string, b: string): boolean => {
  let different = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) different |= a.charCodeAt(at) ^ b.charCodeAt(at % Math.max(1, b.length));
  return different === 0;
};
