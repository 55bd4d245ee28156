import { describe, expect, it } from '@jest/globals';
import { rowsOf } from '../../../src/core/recognise/corpus.ts';
import { viewsOf } from '../../../src/core/recognise/views.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { sharedRecogniser } from '../../support/shared-model.ts';

const recogniser = await sharedRecogniser(loadCatalogue({ folders: packFolders(null) }));
const suspects = (text: string): readonly string[] => recogniser.recognise({ text, locale: 'en' }).topics;

const HARMLESS = ['how many days of leave do I have left', 'how do I reset my password'];
const backwards = (text: string): string => [...text].reverse().join('');
const TURNED = new Map(
  Object.entries({
    a: 'ɐ',
    e: 'ǝ',
    h: 'ɥ',
    m: 'ɯ',
    r: 'ɹ',
    t: 'ʇ',
    v: 'ʌ',
    w: 'ʍ',
    y: 'ʎ',
    d: 'p',
    p: 'd',
    n: 'u',
    u: 'n',
  }),
);
const turned = (text: string): string => backwards([...text].map((letter) => TURNED.get(letter) ?? letter).join(''));

describe('what stands in one view hides nothing that stands in another', () => {
  it.each(
    HARMLESS.flatMap((text) =>
      ['Mona salary', 'what is the pay of Mona', 'how much does Mona earn'].map((pay) => [pay, text]),
    ),
  )('"%s" beside "%s" is suspected, whichever of them is turned, backwards or without blanks', (pay, text) => {
    const mixed = [
      `${pay}. ${text} ɐɐ`,
      `${pay} ${turned(text)}`,
      `${turned(text)} ${pay}`,
      `${pay} ${backwards(text)}`,
      `${backwards(text)} ${pay}`,
      `${text} ${backwards(pay)}`,
      `${turned(text)} ${backwards(pay)}`,
      `${pay.replaceAll(' ', '')} ${text}`,
      `${pay.replaceAll(' ', '\u200b')} ${text}`,
      `${pay.replaceAll(' ', '\u3164')} ${text}`,
      `${pay.replaceAll(' ', '0')} ${text}`,
      `${pay.replaceAll(' ', '_')} ${text}`,
    ];
    expect(mixed.filter((it) => !suspects(it).includes('salary'))).toEqual([]);
  });

  it.each(HARMLESS)('"%s" is suspected of no pay in any of those', (text) => {
    const disguised = [turned(text), backwards(text), text.replaceAll(' ', ''), text.replaceAll(' ', '_')];
    expect(disguised.filter((it) => suspects(it).includes('salary'))).toEqual([]);
  });

  it.each(['M_na s_l_ry', 'M•na s•l•ry', `${'wh47.15.M0n4.54l4ry.'.repeat(6)}`])('"%s" is unveiled', (text) => {
    expect(suspects(`${text} ${HARMLESS[0]}`)).toContain('salary');
  });
});

describe('views', () => {
  const KNOWN = new Map(Object.entries({ what: 30, does: 30, mona: 1, mon: 90, a: 200, earn: 9, leave: 40, days: 30 }));
  const words = { count: (word: string) => KNOWN.get(word) ?? 0, near: () => null, total: 900 };
  const others = (text: string) => viewsOf(text, words).others.map((it) => it.text);

  it('are one where a text hides nothing', () => {
    expect(viewsOf('What does Mona earn?', words)).toEqual({
      full: { view: 'plain', text: 'what does mona earn?' },
      named: 'what does mona earn?',
      others: [],
    });
  });

  it('divide words that run together, by the words of the pack', () => {
    expect(others('WhatDoesMonaEarn')).toEqual(['what does mona earn']);
    expect(others('kindergartens')).toEqual([]);
  });

  it('hold what is a word where most is none', () => {
    expect(others('ɐɐ what does syad evael ynam woh fo')).toContain('what does');
  });
});

describe('a slip of the pen', () => {
  // A word that the pack itself misspells so is taken for a word of its own, and is not mended any more.
  it.each(['slary', 'salry', 'salery', 'sallary', 'payslp', 'earnigns', 'payrol', 'bonuss', 'gehlat', 'suedlo'])(
    '"%s" is in no sentence of the pack',
    (slip) => {
      const catalogue = loadCatalogue({ folders: packFolders(null) });
      const having = rowsOf(catalogue).filter(({ tokens }) => tokens.includes(slip));
      expect(having.map(({ text }) => text)).toEqual([]);
    },
  );

  it.each(['whats pias salery', 'gross slary of hugo pls', 'wats the payslp of mona say'])(
    '"%s" is suspected all the same',
    (text) => {
      expect(suspects(text)).toContain('salary');
    },
  );
});
