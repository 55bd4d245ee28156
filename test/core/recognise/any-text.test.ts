/** Whatever anybody writes is answered, soon, the same each time, and with nothing but what the pack has. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OwnRecogniser } from '../../../src/core/recognise/recogniser.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { quickestMs } from '../../support/quickest.ts';
import { sharedRecogniser } from '../../support/shared-model.ts';

const catalogue = loadCatalogue({ folders: packFolders(null) });
const LONGEST = 65_536;

/** Names that objects have of themselves, and what leads letters astray. */
const PIECES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'prototype',
  'null',
  'salary',
  's4l4ry',
  's a l a r y',
  's.a.l.a.r.y',
  's*l*ry',
  'yralas',
  'sаlаrу',
  'ｓａｌａｒｙ',
  'ʎɹɐlɐs',
  '🇸🇦🇱',
  'what',
  'does',
  'Mona',
  'earn',
  '?',
  'Gehälter',
  'combien',
  '¿cuánto',
  '12',
  '4',
  '\u200B',
  '\u202E',
  '\uD800',
  '\uDC00',
  '\0',
  '\n',
  '   ',
  '🎉',
  'a\u0336',
  'ﷺ',
  '|\\/|',
  '$',
  '!!!',
  "'",
  "l'",
  '-_-',
  '.',
  'aaaaaaaa',
  '𝐬',
];
const piece = fc.constantFrom(...PIECES);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 }).map((it) => it.join(' ')),
  fc.array(piece, { maxLength: 60 }).map((it) => it.join('')),
  // Long ones: a piece time and again, and what makes each a little different.
  fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.constantFrom('', ' ', '.', '\n'))
    .map(([pieces, between]) => pieces.join(between).concat(between))
    .map((unit) => unit.repeat(Math.ceil(LONGEST / Math.max(1, unit.length))).slice(0, LONGEST)),
);

let recogniser: OwnRecogniser;
let untouched: OwnRecogniser;
const recognise = (it: string) => recogniser.recognise({ text: it, locale: 'en' });

beforeAll(async () => {
  recogniser = await sharedRecogniser(catalogue);
  untouched = await sharedRecogniser(catalogue);
});

describe('any text', () => {
  it('is answered by what the pack has, and by nothing else', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(text, (it) => {
        const { intent, best, confidence, topics, ranking } = recognise(it);
        expect(intent === null || intent === best).toBe(true);
        expect(best === null || catalogue.intents.has(best)).toBe(true);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(topics.filter((topic) => !catalogue.topics.has(topic))).toEqual([]);
        expect(new Set(topics).size).toBe(topics.length);
        expect(ranking.filter((id) => !catalogue.intents.has(id))).toEqual([]);
        expect(new Set(ranking).size).toBe(ranking.length);
        expect(ranking.length).toBeLessThanOrEqual(5);
        expect(typeof recogniser.knows(it)).toBe('boolean');
      }),
      { numRuns: 300 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(Object.keys({}).length).toBe(0);
  });

  it('is answered the same each time, whatever was answered in between, and by whoever learnt the same', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 6 }), (texts) => {
        const first = texts.map(recognise);
        expect(texts.toReversed().map(recognise)).toEqual(first.toReversed());
        const [one = ''] = texts;
        expect(untouched.recognise({ text: one, locale: 'de' })).toEqual(first[0]);
      }),
      { numRuns: 100 },
    );
  });

  it('is answered in bounded time', () => {
    fc.assert(
      fc.property(text, (it) => {
        // Far more than it takes: the bench measures.
        expect(quickestMs(400, () => recognise(it))).toBeLessThan(800);
      }),
      { numRuns: 200 },
    );
  });
});
