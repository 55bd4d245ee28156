/**
 * What a text may be read as. The intent is read of one view, the full one. Guards read the others as well, so that nothing that makes one
 * view easy to read hides what stands in another: letters upside down beside upright ones, words from their end, words without blanks.
 */
import { datedOf } from './dated.ts';
import { tokensOf } from './features.ts';
import { unicodeViews } from './normalise.ts';
import { divided } from './spaced.ts';
import { backwards, fullView, type Words } from './unveil.ts';

export interface View {
  /** As it was written, or with something taken off. */
  readonly view: 'plain' | 'unveiled';
  /** As guards read it: without dates. */
  readonly text: string;
}

export interface Views {
  readonly full: View;
  /** What the intent is read of: the full view, with a word for each date. */
  readonly named: string;
  /** What guards read besides; none for most texts. */
  readonly others: readonly View[];
}

/** Words that stand from their end, from which on a text is also read from there; one alone may be by chance. */
const FEWEST_BACKWARDS = 2;
const SHORTEST_BACKWARDS = 3;

/**
 * Letters apart, and words full of signs, are no words: what stands in them by chance says nothing. Where a text has as many of those as
 * words, only its words are read; null: a word or none.
 */
const readable = (view: string, words: Words): string | null => {
  const tokens = tokensOf(view);
  const known = tokens.filter((token) => token.length > 1 && words.count(token) > 0);
  if (2 * known.length >= tokens.length) return view;
  return known.length < 2 ? null : known.join(' ');
};

const standsBackwards = (view: string, words: Words): boolean => {
  let found = 0;
  for (const token of tokensOf(view)) {
    if (token.length < SHORTEST_BACKWARDS || words.count(token) > 0 || words.count(backwards(token)) === 0) continue;
    found++;
    if (found === FEWEST_BACKWARDS) return true;
  }
  return false;
};

export const viewsOf = (text: string, words: Words): Views => {
  const { view, upright } = unicodeViews(text);
  const full = fullView(view, words);
  const others: View[] = [];
  const { named, bare } = datedOf(full);
  const add = (kind: View['view'], other: string): void => {
    const shown = other === full ? null : readable(other, words);
    const read = shown === null ? null : datedOf(shown).bare;
    if (read !== null && read !== bare && others.every((it) => it.text !== read))
      others.push({ view: kind, text: read });
  };
  if (full !== view) add('plain', view);
  if (upright !== view) add('plain', upright);
  if (standsBackwards(upright, words)) add('unveiled', backwards(upright));
  for (const each of new Set([full, view])) {
    const apart = divided(each, words);
    if (apart !== each) add('unveiled', apart);
  }
  return { full: { view: full === view ? 'plain' : 'unveiled', text: bare }, named, others };
};
