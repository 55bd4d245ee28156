import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LONGEST_TEXT, unicodeView } from '../../../src/core/recognise/normalise.ts';

describe('the Unicode view', () => {
  it.each([
    ['zero width spaces', 'sal\u200Bary', 'salary'],
    ['soft hyphens', 'sal\u00ADary', 'salary'],
    ['combining strokes', 's\u0336a\u0336l\u0336a\u0336r\u0336y\u0336', 'salary'],
    ['Cyrillic look-alikes among Latin letters', 'sаlаrу', 'salary'],
    ['full width', 'ｓａｌａｒｙ', 'salary'],
    ['mathematical bold', '𝐬𝐚𝐥𝐚𝐫𝐲', 'salary'],
    ['circled letters', 'ⓢⓐⓛⓐⓡⓨ', 'salary'],
    ['strokes and accents', 'sålărý', 'salary'],
    ['direction marks', '\u202Esalary\u202C', 'salary'],
    ['curly apostrophes', 'Mona’s', "mona's"],
    ['letters on squares', '🅂🄰🄻🄰🅁🅈', 'salary'],
    ['letters on dark squares', '🆂🅰🅻🅰🆁🆈', 'salary'],
    ['letters of flags', '🇸\u200B🇦\u200B🇱\u200B🇦\u200B🇷\u200B🇾', 'salary'],
    ['small capitals', 'ꜱᴀʟᴀʀʏ', 'salary'],
    ['upside-down letters', 'ʎɹɐlɐs ǝɥʇ', 'the salary'],
    ['capital look-alikes of i', 'hІrе dаtе', 'hire date'],
    ['a dotless i', 'hıre', 'hire'],
    ['a blank of braille', 'my\u2800salary', 'my salary'],
    ['tags', 'sal\u{E0061}ary', 'salary'],
    ['isolates and overrides', '\u2067\u202Esalary\u202C\u2069', 'salary'],
    ['a keycap', '4\uFE0F\u20E3', '4'],
  ])('reads through %s', (_, disguised, plain) => {
    expect(unicodeView(disguised)).toBe(plain);
  });

  it('passes ASCII unchanged but for case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
        expect(unicodeView(text)).toBe(text.toLowerCase());
      }),
    );
  });

  it('leaves numbers and codes alone', () => {
    expect(unicodeView('modern m 10 w2 $4 401k 15')).toBe('modern m 10 w2 $4 401k 15');
  });

  it.each([
    ['Combien gagne-t-il à l’année ? C’est où, «ça» ?', "combien gagne-t-il a l'annee ? c'est ou, «ca» ?"],
    ['¿Cuánto gana el señor Núñez este año? ¡Dímelo!', '¿cuanto gana el senor nunez este ano? ¡dimelo!'],
    ['Œuvre d’été à Noël', "oeuvre d'ete a noel"],
    ['50 €, £20, 5 °C, 1 × 2', '50 €, £20, 5 °c, 1 × 2'],
    ['Team 🇩🇪 und 🇫🇷', 'team   und  '],
  ])('reads "%s" without its marks and leaves the rest', (text, plain) => {
    expect(unicodeView(text)).toBe(plain);
  });

  it.each(['привет сколько времени осталось', 'καλημερα σε ολους', 'お金', 'שלום'])(
    'leaves %s in its own script',
    (text) => {
      expect(unicodeView(text)).toBe(text);
    },
  );

  it('reads German umlauts the same whether composed or not', () => {
    const composed = 'Wie hoch ist das Gehälter-Budget für größere Teams';
    expect(unicodeView(composed.normalize('NFD'))).toBe(unicodeView(composed.normalize('NFC')));
    expect(unicodeView('Gehälter größer')).toBe('gehalter grosser');
  });

  it('cuts what nobody would read to its end, also where signs unfold', () => {
    expect(unicodeView('a'.repeat(3 * LONGEST_TEXT)).length).toBe(LONGEST_TEXT);
    expect(unicodeView('ﷺ'.repeat(LONGEST_TEXT)).length).toBeLessThanOrEqual(2 * LONGEST_TEXT);
  });

  it('takes any string, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(typeof unicodeView(text)).toBe('string');
      }),
    );
    expect(unicodeView('\uD800')).toBe('\uD800');
  });
});
