import { describe, expect, test } from '@jest/globals';
import { DISGUISES } from '../../bench/recogniser/disguise.ts';
import { guardRow } from '../../bench/recogniser/guard-table.ts';
import { isRouted } from '../../bench/recogniser/outcome.ts';
import { attacks, type Unseen, unseenOf } from '../../bench/recogniser/unseen.ts';
import { LANGUAGES } from '../../src/core/languages.ts';
import { namesIn, rowsOf } from '../../src/core/recognise/corpus.ts';
import { unicodeView } from '../../src/core/recognise/normalise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';

const catalogue = loadCatalogue({ folders: packFolders(null) });
const unseen = LANGUAGES.flatMap(unseenOf);

describe('the sentences that judge the recogniser', () => {
  test('none of them stands in the pack, whatever its case, accents, marks and names', () => {
    const names = namesIn(catalogue);
    const bare = (text: string): string =>
      (
        unicodeView(text)
          .replace(/'/g, '')
          .match(/[\p{L}\p{N}]+/gu) ?? []
      )
        .filter((word) => !names.has(word))
        .join(' ');
    const learnt = new Set(rowsOf(catalogue).map(({ text }) => bare(text)));
    // Signs alone: no sentence.
    learnt.delete('');
    expect([...unseen, ...attacks()].map(({ text }) => text).filter((text) => learnt.has(bare(text)))).toEqual([]);
  });

  test('there are enough of each kind in each language, no two alike, and their intents are the pack’s', () => {
    for (const language of LANGUAGES) {
      const fewest = language === 'en' ? 160 : 50;
      for (const about of ['salary', 'harmless'] as const) {
        const texts = unseenOf(language).filter((it) => it.about === about && it.language === language);
        expect(new Set(texts.map(({ text }) => text)).size).toBe(texts.length);
        expect(texts.length).toBeGreaterThanOrEqual(fewest);
      }
    }
    const strange = unseen.filter(({ intent }) => intent !== null && !catalogue.intents.has(intent));
    expect(strange).toEqual([]);
    const misplaced = unseen.filter(
      ({ about, intent }) => intent !== null && intent.startsWith('salary.') !== (about === 'salary'),
    );
    expect(misplaced).toEqual([]);
  });
});

describe('the figures of the recogniser', () => {
  const sentence = (text: string, about: Unseen['about'], intent: string | null): Unseen => ({
    text,
    language: 'en',
    about,
    intent,
    voice: 'plain',
  });

  test('a question about pay is routed where the date of pay is told, or another intent is recognised and nothing is suspected', () => {
    expect(isRouted({ suspected: false, intents: ['leave.balance'] })).toBe(true);
    expect(isRouted({ suspected: false, intents: ['salary.payday'] })).toBe(true);
    expect(isRouted({ suspected: true, intents: ['salary.payday'] })).toBe(true);
    expect(isRouted({ suspected: true, intents: ['salary.payday', 'salary.bonus'] })).toBe(false);
    expect(isRouted({ suspected: true, intents: ['leave.balance'] })).toBe(false);
    expect(isRouted({ suspected: false, intents: ['leave.balance', 'salary.bonus'] })).toBe(false);
    expect(isRouted({ suspected: false, intents: [] })).toBe(false);
  });

  test('each share is of its own kind: pay without its date, what an intent fits, what none fits', () => {
    const sentences = [
      sentence('pay', 'salary', 'salary.compensation'),
      sentence('hidden', 'salary', null),
      sentence('date', 'salary', 'salary.payday'),
      sentence('leave', 'harmless', 'leave.balance'),
      sentence('vpn', 'harmless', 'it.vpn'),
      sentence('price', 'harmless', null),
      sentence('weather', 'harmless', null),
    ];
    const intents: Readonly<Record<string, string>> = {
      pay: 'salary.compensation',
      hidden: 'it.vpn',
      date: 'salary.payday',
      leave: 'leave.balance',
      vpn: 'it.wifi',
    };
    const row = guardRow('all', sentences, (text) => ({
      suspected: text === 'price',
      intents: intents[text] === undefined ? [] : [intents[text]],
    }));
    expect(row).toEqual({
      of: 'all',
      salary: 2,
      routed: 50,
      recognised: 50,
      harmless: 4,
      restricted: 25,
      answered: 100,
      right: 50,
      unknown: 50,
    });
  });

  test('each disguise is the same for the same sentence and hides it; plain writing leaves it alone', () => {
    const text = 'What does Mona earn here';
    const dressed = DISGUISES.map(({ dress }) => {
      const given = { text, language: 'en', at: 1, harmless: 'How do I print?' } as const;
      expect(dress(given)).toBe(dress(given));
      return dress(given);
    });
    expect(dressed[0]).toBe(text);
    expect(new Set(dressed).size).toBe(DISGUISES.length);
  });
});
