/**
 * The word of the pack that was meant by one that is misspelt: one letter too many, too few, another, or at another place. Two words are
 * that near where they are equal once each has lost one letter at most, so the pack's words are kept by what is left of them then.
 */

const SHORTEST = 5;
const LONGEST = 20;
/** Words that the pack uses less often are too often misspelt themselves, or names. */
const FEWEST = 3;

export interface Spelling {
  /** Null: none is near. Of several the one that the pack uses most. */
  near(word: string): string | null;
}

/** Of the word without the letter at `skip`. FNV-1a. */
const hashOf = (word: string, skip: number): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) {
    if (at !== skip) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
};

/** Whether they are equal once each has lost one letter at most. */
const isNear = (one: string, other: string): boolean => {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let end = 0;
  while (
    end < Math.min(one.length, other.length) - start &&
    one[one.length - 1 - end] === other[other.length - 1 - end]
  )
    end++;
  const middle = one.slice(start, one.length - end);
  const others = other.slice(start, other.length - end);
  if (middle.length <= 1 && others.length <= 1) return true;
  // What differs is one letter that stands before the rest here and behind it there.
  const isMoved = (a: string, b: string): boolean => a.slice(1) === b.slice(0, -1);
  return (
    isMoved(middle, others) ||
    isMoved(others, middle) ||
    middle.slice(1) === others ||
    others.slice(1) === middle ||
    middle.slice(0, -1) === others ||
    others.slice(0, -1) === middle
  );
};

export const createSpelling = (o: {
  readonly words: readonly string[];
  /** In how many texts each stands. */
  readonly counts: Int32Array;
  readonly isLeftOut: (word: string) => boolean;
}): Spelling => {
  const { words, counts } = o;
  const kept = words.flatMap((word, index) =>
    (counts[index] ?? 0) >= FEWEST && word.length >= SHORTEST - 1 && word.length <= LONGEST && !o.isLeftOut(word)
      ? index
      : [],
  );
  const entries = kept.reduce((sum, index) => sum + (words[index]?.length ?? 0) + 1, 0);
  let size = 64;
  while (size < 2 * entries) size *= 2;
  const mask = size - 1;
  /** 0: free; else one more than the word's index. */
  const slots = new Int32Array(size);
  for (const index of kept) {
    const word = words[index] ?? '';
    for (let skip = -1; skip < word.length; skip++) {
      let slot = hashOf(word, skip) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
  }
  return {
    near: (word) => {
      if (word.length < SHORTEST || word.length > LONGEST) return null;
      let best = -1;
      for (let skip = -1; skip < word.length; skip++) {
        for (let slot = hashOf(word, skip) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
          const index = (slots[slot] ?? 0) - 1;
          if (index === best || (best >= 0 && (counts[index] ?? 0) <= (counts[best] ?? 0))) continue;
          const other = words[index] ?? '';
          // Hardly anybody mistypes the first letter, and most names that are near a word differ there.
          if (other.charCodeAt(0) === word.charCodeAt(0) && isNear(word, other)) best = index;
        }
      }
      return best < 0 ? null : (words[best] ?? null);
    },
  };
};
