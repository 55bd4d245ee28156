import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRecogniser } from '../../../src/core/recognise/lessons.ts';
import type { OwnRecogniser } from '../../../src/core/recognise/recogniser.ts';
import type { Why, WhyMargin } from '../../../src/core/why-types.ts';
import { SMALL_PACK } from './fixtures/small-pack.ts';

let recogniser: OwnRecogniser;
beforeAll(() => {
  recogniser = createRecogniser({ catalogue: SMALL_PACK });
});

const why = (text: string): Why => {
  const found = recogniser.why({ text });
  if (found === null) throw new Error(`nothing is known of ${text}`);
  return found;
};
const sumOf = ({ bias, features, rest, less }: WhyMargin): number =>
  bias + features.reduce((sum, { adds }) => sum + adds, 0) + rest - less;
const namesOf = ({ features }: WhyMargin): readonly string[] => features.map(({ kind, text }) => `${kind} ${text}`);

const TEXTS = [
  'what does Rosa earn',
  'wh4t d0es r0sa e4rn',
  'how many days of leave have I left, and what does Rosa earn',
  'hello my dear friend, I hope that you are well and had a nice weekend, just tell me what Rosa earns',
  'w h a t   d o e s   R o s a   e a r n',
  'please pay attention in the meeting',
  'was verdient der Chef',
  'mein Resturlaub bitte',
  'salary salary salary',
];

describe('why something is recognised', () => {
  it('names the likeliest intent and the one after it, as it is recognised', () => {
    for (const text of TEXTS) {
      const { best, confidence, ranking } = recogniser.recognise({ text, locale: 'en' });
      const { intents, confidence: told } = why(text);
      expect([text, intents.map(({ of }) => of)]).toEqual([text, ranking.slice(0, 2)]);
      expect([intents[0]?.of, told]).toEqual([best, confidence]);
    }
  });

  it('names the topics that are suspected, and no other', () => {
    for (const text of TEXTS)
      expect([text, why(text).topics.map(({ of }) => of)]).toEqual([
        text,
        recogniser.recognise({ text, locale: 'en' }).topics,
      ]);
  });

  it('names the topics that are in doubt and for which nothing was recognised', () => {
    for (const text of TEXTS) {
      const { intent, topics, doubted = [] } = recogniser.recognise({ text, locale: 'en' });
      const told = why(text).doubted.map(({ of }) => of);
      if (intent === null) expect([text, told]).toEqual([text, doubted.filter((of) => !topics.includes(of))]);
      expect(told.filter((of) => topics.includes(of))).toEqual([]);
    }
  });

  it('adds up: what features add, the rest and the bias are the margin', () => {
    for (const text of TEXTS) {
      const { intents, topics } = why(text);
      for (const margin of [...intents, ...topics]) expect(sumOf(margin)).toBeCloseTo(margin.margin, 3);
      for (const { margin, threshold } of topics) expect(margin).toBeGreaterThanOrEqual((threshold ?? 0) - 0.0001);
    }
  });

  it('adds up for any text, and names nothing that is not in it', () => {
    const word = fc.constantFrom('salary', 'rosa', 'leave', 'earn', 'what', 'xyzzy', '17', 'my', '?', 'Urlaub', 'and');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const text = words.join(' ');
        const told = recogniser.why({ text });
        if (told === null) return;
        for (const margin of [...told.intents, ...told.topics]) {
          expect(sumOf(margin)).toBeCloseTo(margin.margin, 2);
          for (const { kind, text: feature } of margin.features) {
            const bare = feature.replace(/[<>]/g, '');
            if (kind === 'part') expect(text.toLowerCase()).toContain(bare);
            else if (!feature.includes('('))
              for (const each of feature.split(' ')) {
                expect(['^', '$', '…', ...text.toLowerCase().split(' ')]).toContain(each);
              }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('names words, pairs and parts of words, the heaviest first', () => {
    const [pay] = why('what does Rosa earn').topics;
    if (pay === undefined) throw new Error('pay is not suspected');
    expect(pay.of).toBe('pay');
    expect(namesOf(pay).join('\n')).toMatch(/earn/);
    expect(new Set(pay.features.map(({ kind }) => kind)).size).toBeGreaterThan(1);
    const weights = pay.features.map(({ adds }) => Math.abs(adds));
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(pay).toMatchObject({ stretch: 'whole', view: 'plain', text: 'what does rosa earn', less: 0 });
  });

  it('names the stretch that raised the suspicion, and the view that it was read in', () => {
    const two = why('how many days of leave have I left? what does Rosa earn').topics.find(({ of }) => of === 'pay');
    expect(two).toMatchObject({ stretch: 'clause', text: 'what does rosa earn' });
    const veiled = why('w h a t   d o e s   R o s a   e a r n').topics.find(({ of }) => of === 'pay');
    expect(veiled).toMatchObject({ view: 'unveiled', text: expect.stringContaining('earn') });
  });

  it('says nothing where nothing of a text is known', () => {
    for (const text of ['', '    ', '12 34', 'Привет мир']) expect(recogniser.why({ text })).toBeNull();
  });

  it('changes nothing about what is recognised', () => {
    for (const text of TEXTS) {
      const before = recogniser.recognise({ text, locale: 'en' });
      recogniser.why({ text: 'my salary please' });
      expect(recogniser.recognise({ text, locale: 'en' })).toEqual(before);
    }
  });
});
