import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTally, eachGram, indexOf, nearOf, pairOf } from '../../../src/core/recognise/hashing.ts';

const gramsOf = (word: string): ReadonlyMap<string, number> => {
  const padded = `<${word.slice(0, 40)}>`;
  const grams = new Map<string, number>();
  eachGram(word, (hash, from, to) => {
    const gram = padded.slice(from, to);
    // One gram, one hash, wherever it stands.
    expect(grams.get(gram) ?? hash).toBe(hash);
    grams.set(gram, hash);
  });
  return grams;
};

describe('hashes of features', () => {
  it('are of every stretch of two to five characters, edges included', () => {
    expect([...gramsOf('pay').keys()]).toEqual(['<p', '<pa', '<pay', '<pay>', 'pa', 'pay', 'pay>', 'ay', 'ay>', 'y>']);
    expect([...gramsOf('').keys()]).toEqual(['<>']);
  });

  it('are the same for the same stretch in any word, and hardly ever for another', () => {
    const all = new Map<string, number>();
    const word = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(
      fc.property(word, (it) => {
        for (const [gram, hash] of gramsOf(it)) {
          expect(all.get(gram) ?? hash).toBe(hash);
          all.set(gram, hash);
        }
      }),
      { numRuns: 500 },
    );
    expect(all.size).toBeGreaterThan(1_000);
    expect(new Set(all.values()).size).toBeGreaterThan(all.size - 3);
    expect([...all.values()].includes(0)).toBe(false);
  });

  it('of pairs tell who stands before whom, and of words near each other do not', () => {
    expect(pairOf(3, 4)).toBe(pairOf(3, 4));
    expect(pairOf(3, 4)).not.toBe(pairOf(4, 3));
    expect(nearOf(3, 4)).toBe(nearOf(4, 3));
    expect(new Set([nearOf(3, 4), nearOf(3, 5), pairOf(3, 4), pairOf(4, 3)]).size).toBe(4);
    const all = Array.from({ length: 300 }, (_, at) => [
      pairOf(at, at + 1),
      pairOf(at + 1, at),
      pairOf(at, 7_000),
    ]).flat();
    expect(new Set(all).size).toBe(all.length);
  });

  it('are found in an index at their place, and others are not', () => {
    const hash = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).filter((it) => it !== 0);
    fc.assert(
      fc.property(fc.uniqueArray(hash, { maxLength: 400 }), fc.array(hash, { maxLength: 50 }), (hashes, others) => {
        const index = indexOf(Int32Array.from(hashes));
        expect(hashes.map(index.find)).toEqual(hashes.map((_, place) => place));
        expect(others.map(index.find)).toEqual(others.map((it) => hashes.indexOf(it)));
      }),
    );
  });

  it('are counted once for each text, and kept in the order in which they were met', () => {
    const texts = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }), { maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 4 }), (all, fewest) => {
        const tally = createTally();
        all.forEach((hashes, text) => {
          for (const hash of hashes) tally.add(hash, text);
        });
        const counts = new Map<number, number>();
        for (const hashes of all) for (const hash of new Set(hashes)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
        const kept = [...counts].filter(([, count]) => count >= fewest);
        expect([...tally.kept(fewest).hashes]).toEqual(kept.map(([hash]) => hash));
        expect([...tally.kept(fewest).counts]).toEqual(kept.map(([, count]) => count));
      }),
    );
  });

  it('are counted however many there are', () => {
    const tally = createTally();
    for (let text = 0; text < 2; text++) for (let hash = 1; hash <= 100_000; hash++) tally.add(hash, text);
    expect(tally.kept(2).hashes.length).toBe(100_000);
    expect(tally.kept(3).hashes.length).toBe(0);
  });
});
