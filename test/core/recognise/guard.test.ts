import { describe, expect, it } from '@jest/globals';
import { likeliest, talkColumns, withoutTalk } from '../../../src/core/recognise/classifier.ts';
import { rowOf } from '../../../src/core/recognise/corpus.ts';
import { createEncoder, tokensOf } from '../../../src/core/recognise/features.ts';
import { clausesOf, eachStretch, guardThresholds } from '../../../src/core/recognise/guard.ts';

const many = <T>(count: number, of: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => of(at));

describe('the thresholds of a guard', () => {
  const rows = [
    ...many(200, (at) => rowOf(`else ${at}`, null, null)),
    ...many(10, (at) => rowOf(`pay ${at}`, 'pay.own', 'pay')),
    ...many(10, (at) => rowOf(`of pay ${at}`, null, 'pay')),
    ...many(10, (at) => rowOf(`leave ${at}`, 'leave.left', 'leave')),
    ...many(2, (at) => rowOf(`of leave ${at}`, null, 'leave')),
  ];
  const topics = ['pay', 'leave'];
  // Each row's own number, but in the column of its topic, where it lies above all.
  const margins = Float64Array.from(
    rows.flatMap((row, at) => topics.map((topic) => (row.topic === topic ? 1000 : at))),
  );
  const { suspects, doubts } = guardThresholds({ rows, topics, margins });

  it('leave the topic alone, and let few others be suspected and a few more be doubted', () => {
    const above = (threshold: number): number => rows.filter((row, at) => row.topic !== 'pay' && at > threshold).length;
    const [suspect = 0] = suspects;
    const [doubt = 0] = doubts;
    expect(doubt).toBeLessThan(suspect);
    expect(suspect).toBeLessThan(1000);
    expect(above(doubt)).toBeLessThan(30);
  });

  it('doubt nothing for a topic that is there to be answered', () => {
    expect(doubts[1]).toBe(Number.POSITIVE_INFINITY);
    expect(suspects[1]).toBeLessThanOrEqual(1000);
  });
});

describe('an open intent of a topic', () => {
  const labels = [
    { id: 'pay.own', topic: 'pay', apartFromTopic: false },
    { id: 'pay.day', topic: 'pay', apartFromTopic: true },
    { id: 'leave.left', topic: 'leave', apartFromTopic: false },
  ];
  const talk = talkColumns(labels);

  it('has a column beside it of all else that is said of the topic, and no other intent has', () => {
    expect([...talk]).toEqual([-1, 4, -1]);
  });

  it('is not meant where that is clearly likelier', () => {
    const best = (ofTalk: number): number => {
      const margins = Float64Array.of(-0.5, 0.5, -0.8, -1, ofTalk);
      withoutTalk(margins, talk);
      return likeliest(margins, 3).best;
    };
    expect(best(0.9)).toBe(0);
    expect(best(0.6)).toBe(1);
    expect(best(-1)).toBe(1);
  });

  it('is judged so in each row of many', () => {
    const margins = Float64Array.of(-0.5, 0.5, -0.8, -1, 0.9, -0.5, 0.5, -0.8, -1, 0.9);
    withoutTalk(margins, talk, 5);
    expect(likeliest(margins, 3).best).toBe(1);
    expect(likeliest(margins, 3, 5).best).toBe(0);
  });
});

describe('the parts of a text', () => {
  const encoder = createEncoder({ texts: [['pay']], strangers: new Set() });
  const stretches = (view: string) => {
    const all: { kind: string; text: string; less: number }[] = [];
    eachStretch({ encoder, view }, ({ kind, tokens, from, to, less }) =>
      all.push({ kind, text: tokens.slice(from, to).join(' '), less }),
    );
    return all;
  };

  it('are the whole alone where it is short', () => {
    expect(stretches('what does mona earn')).toEqual([{ kind: 'whole', text: 'what does mona earn', less: 0 }]);
  });

  it.each([
    ['who is away and what is my pay', ['who is away', 'what is my pay']],
    ['wer ist weg und was verdiene ich', ['wer ist weg', 'was verdiene ich']],
    ['qui est absent et combien je gagne', ['qui est absent', 'combien je gagne']],
    ['quien falta y cuanto cobro yo', ['quien falta', 'cuanto cobro yo']],
    ['quien falta, pero cuanto cobro yo', ['quien falta', 'cuanto cobro yo']],
    ['combien de jours il y a encore', ['combien de jours il y a encore']],
  ])('are parted in every language: "%s"', (text, parts) => {
    expect(clausesOf(text)).toEqual(parts);
  });

  it('are its clauses too, which must be surer', () => {
    const [whole, ...clauses] = stretches('who is away and what is my pay');
    expect(whole?.less).toBe(0);
    expect(clauses.map(({ kind, text }) => [kind, text])).toEqual([
      ['clause', 'who is away'],
      ['clause', 'what is my pay'],
    ]);
    expect(clauses.every(({ less }) => less > 0)).toBe(true);
  });

  it('hold every word of a long text in a window, which must be surer still', () => {
    const words = many(40, (at) => `w${at}`);
    const windows = stretches(words.join(' ')).filter(({ kind }) => kind === 'window');
    expect(new Set(windows.flatMap(({ text }) => tokensOf(text)))).toEqual(new Set(words));
    expect(Math.min(...windows.map(({ less }) => less))).toBeGreaterThan(
      stretches('a b c, and d e f').at(-1)?.less ?? 9,
    );
  });
});
