import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRecogniser, lessonsOf, trainRecogniser } from '../../../src/core/recognise/lessons.ts';
import { recogniserOf } from '../../../src/core/recognise/recogniser.ts';
import { quickestMs } from '../../support/quickest.ts';
import { SMALL_PACK } from './fixtures/small-pack.ts';

const lessons = (() => {
  const learning = lessonsOf({ catalogue: SMALL_PACK });
  for (;;) {
    const step = learning.next();
    if (step.done === true) return step.value;
  }
})();
const recogniser = recogniserOf(lessons);
const recognise = (text: string) => recogniser.recognise({ text, locale: 'en' });
const NOTHING = { intent: null, best: null, confidence: 0, topics: [], ranking: [], also: [] };

describe('the recogniser of a pack', () => {
  it.each([
    ['what is my salary?', 'pay.own'],
    ['when is payday', 'pay.day'],
    ['how many days of leave have I left', 'leave.left'],
    ['wie viel Urlaub bleibt mir noch', 'leave.left'],
  ])('names the intent of "%s"', (text, intent) => {
    const answer = recognise(text);
    expect(answer).toMatchObject({ intent, best: intent });
    expect(answer.confidence).toBeGreaterThan(0.5);
    expect(answer.ranking[0]).toBe(intent);
  });

  it('suspects a topic in words that name none of its intents', () => {
    expect(recognise('does Quentin earn a lot of money').topics).toContain('pay');
  });

  it('suspects both topics of a message with two questions', () => {
    expect(recognise('how many days of leave have I left, and what does Rosa earn').topics).toEqual(['pay', 'leave']);
  });

  it('names what else is asked, each once and at most three', () => {
    const two = recognise('how many days of leave have I left, and what is my salary?');
    expect(new Set([two.intent, ...two.also])).toEqual(new Set(['leave.left', 'pay.own']));
    const three = recognise('what is my salary? how many days of leave have I left? when is payday?');
    expect(new Set([three.intent, ...three.also])).toEqual(new Set(['leave.left', 'pay.day', 'pay.own']));
    expect(recognise('what is my salary. what is my salary please').also).toEqual([]);
    expect(recognise('what is my salary and mine').also).toEqual([]);
  });

  it('names nothing where the text goes on after what is read', () => {
    expect(recognise(`what is my salary ${' '.repeat(9000)}`).intent).toBe('pay.own');
    expect(recognise(`what is my salary ${' '.repeat(9000)} please`)).toMatchObject({ intent: null, also: [] });
  });

  it('does not answer as something else what is too like a topic that is kept, unless it is surely that', () => {
    const suspects = Float64Array.of(9, 9);
    const doubts = Float64Array.of(-9, Number.POSITIVE_INFINITY);
    const doubtful = recogniserOf({ ...lessons, topicThresholds: { suspects, doubts } });
    const sure = 'how many days of leave have I left';
    const unsure = 'my days in Oslo';
    expect(doubtful.recognise({ text: sure, locale: 'en' }).intent).toBe('leave.left');
    expect(recogniser.recognise({ text: unsure, locale: 'en' }).intent).toBe('leave.left');
    expect(doubtful.recognise({ text: unsure, locale: 'en' })).toMatchObject({
      intent: null,
      best: 'leave.left',
      topics: [],
    });
    // Of its own topic a guard says nothing new.
    expect(doubtful.recognise({ text: 'what does Rosa get', locale: 'en' }).intent).toBe('pay.own');
  });

  it('suspects a topic inside a long wrapper of small talk', () => {
    const wrapped = `good morning everyone, the weather in Oslo is fine and the coffee is on, ${'la '.repeat(20)} what is my salary and when is payday, ${'la '.repeat(20)} see you in the big meeting room`;
    expect(recognise(wrapped).topics).toContain('pay');
  });

  it('has no intent for what is about none of them', () => {
    expect(recognise('what is the weather like in Oslo').intent).toBeNull();
  });

  it.each(['', '   ', '\n', '?!', '...', '12 34', '🎉🎉🎉', '\uD800', 'привет', 'お金はいくら'])(
    'knows nothing about "%s"',
    (text) => {
      expect(recognise(text)).toEqual(NOTHING);
    },
  );

  it.each([
    ['zero width', 'what does Rosa e\u200Barn'],
    ['soft hyphen', 'what does Rosa ea\u00ADrn'],
    ['combining strokes', 'what does Rosa e\u0336a\u0336r\u0336n\u0336'],
    ['look-alikes', 'whаt dоеs Rosa еаrn'],
    ['full width', 'ｗｈａｔ ｄｏｅｓ Ｒｏｓａ ｅａｒｎ'],
    ['mathematical bold', '𝐰𝐡𝐚𝐭 𝐝𝐨𝐞𝐬 𝐑𝐨𝐬𝐚 𝐞𝐚𝐫𝐧'],
    ['leetspeak', 'wh4t d03s Rosa 34rn'],
    ['spaced letters', 'w h a t d o e s R o s a e a r n'],
    ['dotted letters', 'what does Rosa e.a.r.n'],
  ])('decides on %s as on the plain text', (_, disguised) => {
    const plain = recognise('what does Rosa earn');
    expect(plain.topics).toEqual(['pay']);
    expect(recognise(disguised)).toMatchObject({ best: plain.best, topics: plain.topics });
  });

  it('is the same for the same pack and seed, and says how far it is', () => {
    const shares: number[] = [];
    const again = createRecogniser({ catalogue: SMALL_PACK, onProgress: (share) => shares.push(share) });
    for (const text of ['what does Tom earn', 'leave', 'hello there']) {
      expect(again.recognise({ text, locale: 'en' })).toEqual(recognise(text));
    }
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  it('answers any string, the same each time, and changes nothing that others share', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const pieces = fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'pay',
      'w0rd',
      's a l',
      '\u200B',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.array(pieces).map((it) => it.join(' ')),
    );
    fc.assert(
      fc.property(text, (it) => {
        const answer = recognise(it);
        expect(recognise(it)).toEqual(answer);
        expect(answer.confidence).toBeGreaterThanOrEqual(0);
        expect(answer.confidence).toBeLessThanOrEqual(1);
        expect(answer.ranking.length).toBeLessThanOrEqual(5);
        expect(typeof recogniser.knows(it)).toBe('boolean');
      }),
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });

  it.each([
    ['one word', 'pay '.repeat(16_384)],
    ['one long word', 'a'.repeat(65_536)],
    ['single letters', 'p a y '.repeat(10_923)],
    ['signs', '$4|!'.repeat(16_384)],
    ['marks', 'a\u0336'.repeat(32_768)],
    ['unfolding signs', 'ﷺ'.repeat(32_768)],
    ['different words', Array.from({ length: 9000 }, (_, at) => `w${at}x`).join(' ')],
  ])('answers 64 KiB of %s in bounded time', (_, text) => {
    recognise(text);
    expect(quickestMs(250, () => recognise(text))).toBeLessThan(500);
  });

  it('knows the words of questions about oneself or nobody, and no name', () => {
    expect(recogniser.knows('my salary please')).toBe(true);
    expect(recogniser.knows('Wann kommt das Gehalt?')).toBe(true);
    expect(recogniser.knows("Priya's salary please")).toBe(false);
    expect(recogniser.knows('salary of Zbigniew')).toBe(false);
    expect(recogniser.knows('what does the designer earn')).toBe(false);
  });
});

describe('a recogniser of labelled sentences', () => {
  const rows = ['what is the weather in A', 'will it rain in B', 'how warm is it in C', 'is it sunny in D']
    .map((text) => ({ text, intent: 'weather' as string | null }))
    .concat(
      ['play some music', 'put on a song', 'play the next track', 'music please'].map((text) => ({
        text,
        intent: 'music',
      })),
      ['who wrote this book', 'tell me a story', 'good night'].map((text) => ({ text, intent: null })),
    );
  const validation = [
    { text: 'will it be warm in E', intent: 'weather' },
    { text: 'play a song please', intent: 'music' },
    { text: 'who are you', intent: null },
  ];

  it('names their intents and has neither topics nor guards', () => {
    const trained = trainRecogniser({ rows, validation });
    expect(trained.recognise({ text: 'is it sunny in F', locale: 'en' })).toMatchObject({
      intent: 'weather',
      topics: [],
    });
    expect(trained.recognise({ text: 'put on some music', locale: 'en' })).toMatchObject({
      intent: 'music',
      topics: [],
    });
  });

  it('rejects five in a hundred of what is in scope in validation', () => {
    const many = Array.from({ length: 100 }, (_, at) => ({
      text: `${['play', 'rain', 'song', 'warm', 'sunny music'][at % 5]} ${'in the book '.repeat(at % 7)}${at % 3 === 0 ? 'please' : ''}`,
      intent: 'music',
    }));
    const trained = trainRecogniser({ rows, validation: many });
    const rejected = many.filter(({ text }) => trained.recognise({ text, locale: 'en' }).intent === null);
    expect(rejected.length).toBeLessThanOrEqual(5);
    expect(rejected.length).toBeGreaterThan(0);
  });

  it('knows nothing where it was taught no intent', () => {
    const trained = trainRecogniser({ rows: [{ text: 'hello', intent: null }], validation: [] });
    expect(trained.recognise({ text: 'hello', locale: 'en' })).toEqual(NOTHING);
  });
});
