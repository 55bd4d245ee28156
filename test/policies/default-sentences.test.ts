import { describe, expect, it } from '@jest/globals';
import { everyLanguage, LANGUAGES } from '../../src/core/languages.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';

const { intents, topics, background } = loadCatalogue({ folders: packFolders(null) });
const salary = [...intents.values()].filter(({ topic }) => topic === 'salary');
const guard = topics.get('salary')?.guard ?? { en: [], de: [] };

const normal = (sentence: string): string =>
  sentence
    .toLowerCase()
    .replace(/[\s?!.,]+/g, ' ')
    .trim();

describe('the sentences about pay of the pack that ships', () => {
  it('are at least 25 in English and 12 in each other language for each of eleven intents', () => {
    expect(salary.length).toBe(11);
    const short = salary.flatMap(({ id, examples }) =>
      LANGUAGES.filter((language) => (examples[language] ?? []).length < (language === 'en' ? 25 : 12)).map(
        (language) => [id, language],
      ),
    );
    expect(short).toEqual([]);
  });

  it('are 450 in English and 110 in each other language beyond those, so that the guard knows how else pay is asked for', () => {
    const own = new Set(salary.flatMap(({ examples }) => everyLanguage(examples).map(normal)));
    const counts = LANGUAGES.map((language) => {
      const distinct = new Set((guard[language] ?? []).map(normal).filter((sentence) => !own.has(sentence)));
      return [language, distinct.size >= (language === 'en' ? 450 : 110)];
    });
    expect(counts).toEqual(LANGUAGES.map((language) => [language, true]));
  });

  it('stand beside at least 1,200 about other things, 800 of them in English and 150 in each other language', () => {
    const counts = LANGUAGES.map((language) => new Set((background[language] ?? []).map(normal)).size);
    expect(counts.map((count, at) => count >= (at === 0 ? 800 : 150))).toEqual(LANGUAGES.map(() => true));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(1200);
  });

  it('share their words with at least a third of those about other things, in every language', () => {
    const wordsOf = (sentence: string): readonly string[] => [...new Set(normal(sentence).match(/\p{L}{3,}/gu) ?? [])];
    /** Of how many of the sentences a word is, as a share. */
    const shares = (sentences: readonly string[]): ReadonlyMap<string, number> => {
      const counts = new Map<string, number>();
      for (const word of sentences.flatMap(wordsOf)) counts.set(word, (counts.get(word) ?? 0) + 1 / sentences.length);
      return counts;
    };
    const traps = LANGUAGES.map((language) => {
      const said = (of: readonly (typeof salary)[number][]): readonly string[] =>
        of.flatMap(({ examples }) => examples[language] ?? []);
      const pay = [...said(salary), ...(guard[language] ?? [])];
      const inPay = shares(pay);
      const elsewhere = shares(said([...intents.values()].filter(({ topic }) => topic !== 'salary')));
      const ofPay = (word: string): boolean =>
        (inPay.get(word) ?? 0) >= 2 / pay.length && (inPay.get(word) ?? 0) > 2.5 * (elsewhere.get(word) ?? 0);
      const others = background[language] ?? [];
      return [language, others.filter((sentence) => wordsOf(sentence).some(ofPay)).length >= others.length / 3];
    });
    expect(traps).toEqual(LANGUAGES.map((language) => [language, true]));
  });

  it('are never said to be about other things too', () => {
    const others = new Set(everyLanguage(background).map(normal));
    const pay = [...salary.flatMap(({ examples }) => everyLanguage(examples)), ...everyLanguage(guard)];
    expect(pay.filter((sentence) => others.has(normal(sentence)))).toEqual([]);
  });
});

describe('the sentences of every topic of the pack that ships', () => {
  it('are at least 25 in English and 10 in each other language for each of more than sixty intents in six topics and help', () => {
    expect(intents.size).toBeGreaterThanOrEqual(60);
    expect([...topics.keys()].sort()).toEqual(['benefits', 'expenses', 'help', 'it', 'leave', 'people', 'salary']);
    const short = [...intents.values()].flatMap(({ id, examples }) =>
      LANGUAGES.filter(
        (language) => new Set((examples[language] ?? []).map(normal)).size < (language === 'en' ? 25 : 10),
      ).map((language) => [id, language]),
    );
    expect(short).toEqual([]);
  });
});
