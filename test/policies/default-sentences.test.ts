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

  it('are never said to be about other things too', () => {
    const others = new Set(everyLanguage(background).map(normal));
    const pay = [...salary.flatMap(({ examples }) => everyLanguage(examples)), ...everyLanguage(guard)];
    expect(pay.filter((sentence) => others.has(normal(sentence)))).toEqual([]);
  });
});
