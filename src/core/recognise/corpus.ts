/** The sentences of a pack as training rows, and which of their words are names of people. */
import { everyLanguage, LANGUAGES } from '../languages.ts';
import type { Catalogue, Language } from '../types.ts';
import { datedOf } from './dated.ts';
import { tokensOf } from './features.ts';
import { isOwn } from './mentioning.ts';
import { unicodeView } from './normalise.ts';

export interface Row {
  readonly text: string;
  readonly tokens: readonly string[];
  /** Null: about none of the intents, or a further sentence of a topic. */
  readonly intent: string | null;
  /** The topic it is about; null: background. */
  readonly topic: string | null;
}

export const rowOf = (text: string, intent: string | null, topic: string | null): Row => ({
  text,
  tokens: tokensOf(datedOf(unicodeView(text)).named),
  intent,
  topic,
});

/** What each row is to a column: 1, -1 or 0. A loop, since a pack has many rows and many columns, and `from` makes a list of each first. */
export const signsOf = (rows: readonly Row[], sign: (row: Row) => number): Int8Array => {
  const signs = new Int8Array(rows.length);
  rows.forEach((row, at) => {
    signs[at] = sign(row);
  });
  return signs;
};

/** In order of the pack, so that one pack and one seed give one model. A sentence that stands twice for one thing counts once. */
export const rowsOf = (catalogue: Catalogue): readonly Row[] => {
  const rows: Row[] = [];
  const add = (texts: readonly string[], intent: string | null, topic: string | null): void => {
    for (const text of new Set(texts)) rows.push(rowOf(text, intent, topic));
  };
  for (const language of LANGUAGES) {
    for (const intent of catalogue.intents.values()) add(intent.examples[language] ?? [], intent.id, intent.topic);
    for (const topic of catalogue.topics.values()) add(topic.guard[language] ?? [], null, topic.id);
    add(catalogue.background[language] ?? [], null, null);
  }
  return rows;
};

const CAPITALISED = /(?<=[\p{L}\p{N},;:)'-]\s)\p{Lu}\p{Ll}+(?![\p{L}\p{N}])/gu;
const SMALL = /(?<![\p{L}\p{N}])\p{Ll}+(?![\p{L}\p{N}])/gu;
const tally = (texts: Iterable<string>, pattern: RegExp): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const match of text.matchAll(pattern)) {
      const word = unicodeView(match[0]);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
};

/** Those that write no common noun with a capital. */
const BARE_NOUNS = LANGUAGES.filter((language) => language !== 'de');

/**
 * Words that stand with a capital inside a sentence more often than without one: "Mona", "Berlin". German sentences do not tell.
 * Which names the pack happens to use must not count: they are treated like the names that it does not use.
 */
export const namesIn = (catalogue: Catalogue): ReadonlySet<string> => {
  const all = [
    ...[...catalogue.intents.values()].map(({ examples }) => examples),
    ...[...catalogue.topics.values()].map(({ guard }) => guard),
    catalogue.background,
  ];
  const texts = BARE_NOUNS.flatMap((language: Language) => all.flatMap((sentences) => sentences[language] ?? []));
  const small = tally(texts, SMALL);
  return new Set(
    [...tally(texts, CAPITALISED)].flatMap(([word, count]) => (count > (small.get(word) ?? 0) ? [word] : [])),
  );
};

/**
 * Words that cannot be a person whom nobody knows: those of examples about the asker alone or about nobody, names left out.
 * Other sentences do not count: a word in them may be whom they are about.
 */
export const familiarWords = (catalogue: Catalogue, names: ReadonlySet<string>): ReadonlySet<string> => {
  const texts = [...catalogue.intents.values()].flatMap(({ about, examples }) =>
    everyLanguage(examples).filter((text) => about === 'nobody' || isOwn(text)),
  );
  const words = texts.flatMap((text) => tokensOf(unicodeView(text)));
  return new Set(words.filter((word) => !names.has(word)));
};
