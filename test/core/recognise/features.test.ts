import { describe, expect, it } from '@jest/globals';
import { createEncoder, tokensOf } from '../../../src/core/recognise/features.ts';

const texts = ['what does mona earn', 'what does hugo earn', 'how much does mona earn', 'my leave'].map(tokensOf);
const encoder = createEncoder({ texts, strangers: new Set() });

const featuresOf = (view: string, from = encoder): ReadonlyMap<number, number> => {
  const vector = from.vector(from.pieces(tokensOf(view)));
  return new Map(Array.from({ length: vector.length }, (_, at) => [vector.ids[at] ?? -1, vector.values[at] ?? 0]));
};

describe('features', () => {
  it('cuts a view into words, clitics, numbers and a few signs', () => {
    expect(tokensOf("what's mona's pay, 10%? i don't know 'quoted'")).toEqual(
      "what 's mona 's pay 10 % ? i don 't know quoted".split(' '),
    );
  });

  it('gives a vector of length one', () => {
    const squares = [...featuresOf('what does mona earn').values()].reduce((sum, value) => sum + value * value, 0);
    expect(squares).toBeCloseTo(1, 10);
  });

  it('gives a rarer word more weight than a common one', () => {
    const does = createEncoder({ texts, strangers: new Set() });
    const vector = does.vector(does.pieces(['does', 'mona']));
    const [first = 0, ...rest] = Array.from(vector.values.subarray(0, vector.length));
    expect(vector.length).toBeGreaterThan(2);
    expect(Math.max(...rest)).toBeGreaterThan(first);
  });

  it('is the same for the same text, whatever was encoded in between', () => {
    const before = featuresOf('what does mona earn');
    featuresOf('how much leave');
    expect(featuresOf('what does mona earn')).toEqual(before);
  });

  it('treats a stranger like any other, however it is written', () => {
    const blind = createEncoder({ texts, strangers: new Set(['mona']) });
    expect(featuresOf('does mona earn', blind)).toEqual(featuresOf('does zyx earn', blind));
    expect(featuresOf('does mona earn')).not.toEqual(featuresOf('does zyx earn'));
  });

  it('shares parts of words with words that were never seen', () => {
    const learned = featuresOf('earn');
    const shared = [...featuresOf('earning').keys()].filter((id) => learned.has(id));
    expect(shared.length).toBeGreaterThan(3);
  });

  it.each(['', '?', '42', 'привет', 'qzx'])('knows nothing about "%s"', (view) => {
    expect(encoder.vector(encoder.pieces(tokensOf(view))).known).toBe(0);
  });

  it('leaves out what was seen once where there are thousands of texts', () => {
    const texts = Array.from({ length: 4000 }, (_, at) => ['common', at === 0 ? 'xyzzy' : 'words']);
    const large = createEncoder({ texts, strangers: new Set() });
    const small = createEncoder({ texts: texts.slice(0, 100), strangers: new Set() });
    expect(large.vector(large.pieces(['xyzzy'])).known).toBe(0);
    expect(small.vector(small.pieces(['xyzzy'])).known).toBe(1);
  });

  it('names the features of a text as a person reads them, the ones of its vector', () => {
    const tokens = tokensOf('what does mona zyx 12');
    const names = encoder.names(tokens);
    expect([...names.values()]).toEqual(
      expect.arrayContaining([
        { kind: 'word', text: 'mona' },
        { kind: 'word', text: '(a stranger)' },
        { kind: 'word', text: '(a number)' },
        { kind: 'part', text: '<doe' },
        { kind: 'pair', text: '^ what' },
        { kind: 'pair', text: 'what does' },
        { kind: 'pair', text: 'what … mona' },
      ]),
    );
    const vector = encoder.vector(encoder.pieces(tokens));
    expect([...names.keys()].toSorted((a, b) => a - b)).toEqual(
      Array.from(vector.ids.subarray(0, vector.length)).toSorted((a, b) => a - b),
    );
  });

  it('encodes any stretch of the pieces as if it were the whole text', () => {
    const pieces = encoder.pieces(tokensOf('my leave what does mona earn'));
    const part = encoder.vector(pieces, 2);
    const copy = Array.from({ length: part.length }, (_, at) => [part.ids[at] ?? -1, part.values[at] ?? 0] as const);
    expect(new Map(copy)).toEqual(featuresOf('what does mona earn'));
  });
});
