/**
 * Features by 32-bit hash: a pack has tens of thousands of parts of words, and as texts they take more memory and time than all the
 * rest. Two that fall on one number (some three in a hundred thousand) share a weight, which is learnt for both.
 */

/** What begins the hash of each kind, so that kinds do not mix. */
const GRAM = 0x811c9dc5;
const PAIR = 0x2f0b4c47;
const NEAR = 0x51ab3d19;

const imul = Math.imul;
const mix = (hash: number, value: number): number => imul(hash ^ value, 0x01000193);
/** Spreads what was mixed; never 0, which marks a free slot. */
const spread = (hash: number): number => {
  const once = imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (once ^ (once >>> 13)) | 0 || 1;
};

const SHORTEST_GRAM = 2;
const LONGEST_GRAM = 5;
/** Longer words are cut, UTF-16 units. */
const LONGEST_WORD = 40;
const OPEN = '<'.charCodeAt(0);
const CLOSE = '>'.charCodeAt(0);

/** Every stretch of 2 to 5 characters of `<word>`, by hash; `from` and `to` say where in it. */
export const eachGram = (word: string, each: (hash: number, from: number, to: number) => void): void => {
  const length = Math.min(word.length, LONGEST_WORD) + 2;
  const codeAt = (at: number): number => (at === 0 ? OPEN : at === length - 1 ? CLOSE : word.charCodeAt(at - 1));
  for (let from = 0; from + SHORTEST_GRAM <= length; from++) {
    let hash = GRAM;
    for (let to = from + 1; to <= length && to <= from + LONGEST_GRAM; to++) {
      hash = mix(hash, codeAt(to - 1));
      if (to - from >= SHORTEST_GRAM) each(spread(mix(hash, to - from)), from, to);
    }
  }
};

/** Two neighbours, by the ids of their words. */
export const pairOf = (before: number, after: number): number => spread(mix(mix(PAIR, before), after));

/** Two words that stand near each other, whichever comes first. */
export const nearOf = (one: number, other: number): number =>
  one < other ? spread(mix(mix(NEAR, one), other)) : spread(mix(mix(NEAR, other), one));

const sized = (entries: number): number => {
  let size = 64;
  while (size < 2 * entries) size *= 2;
  return size;
};

export interface Index {
  /** Its place among the hashes that the index was made of; -1: it is none of them. */
  find(hash: number): number;
}

/** `hashes`: each once, none 0. */
export const indexOf = (hashes: Int32Array): Index => {
  const mask = sized(hashes.length) - 1;
  const keys = new Int32Array(mask + 1);
  const places = new Int32Array(mask + 1);
  hashes.forEach((hash, place) => {
    let slot = hash & mask;
    while (keys[slot] !== 0) slot = (slot + 1) & mask;
    keys[slot] = hash;
    places[slot] = place;
  });
  return {
    find: (hash) => {
      for (let slot = hash & mask; keys[slot] !== 0; slot = (slot + 1) & mask) {
        if (keys[slot] === hash) return places[slot] ?? -1;
      }
      return -1;
    },
  };
};

export interface Tally {
  /** Counts it once for each text. */
  add(hash: number, text: number): void;
  /** What was counted at least so often, in the order in which it was first met. */
  kept(fewest: number): { readonly hashes: Int32Array; readonly counts: Int32Array };
}

const longer = (old: Int32Array): Int32Array<ArrayBuffer> => {
  const next = new Int32Array(2 * old.length);
  next.set(old);
  return next;
};

/** In how many texts each hash stands. Texts are numbered from 0 and come one after the other; `expected`: about how many hashes there are. */
export const createTally = (expected = 0): Tally => {
  const room = Math.max(expected, 1 << 10);
  let [hashes, counts, last] = [new Int32Array(room), new Int32Array(room), new Int32Array(room)];
  let entries = 0;
  /** 0: free; else one more than the entry. */
  let slots = new Int32Array(sized(hashes.length));
  const slotOf = (hash: number): number => {
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0 && hashes[(slots[slot] ?? 0) - 1] !== hash) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    [hashes, counts, last] = [longer(hashes), longer(counts), longer(last)];
    slots = new Int32Array(sized(hashes.length));
    for (let entry = 0; entry < entries; entry++) slots[slotOf(hashes[entry] ?? 0)] = entry + 1;
  };
  return {
    add: (hash, text) => {
      let slot = slotOf(hash);
      if (slots[slot] === 0) {
        if (entries === hashes.length) {
          grow();
          slot = slotOf(hash);
        }
        hashes[entries] = hash;
        last[entries] = -1;
        entries += 1;
        slots[slot] = entries;
      }
      const entry = (slots[slot] ?? 0) - 1;
      if (last[entry] === text) return;
      last[entry] = text;
      counts[entry] = (counts[entry] ?? 0) + 1;
    },
    kept: (fewest) => {
      const chosen = Int32Array.from({ length: entries }, (_, entry) => entry).filter(
        (entry) => (counts[entry] ?? 0) >= fewest,
      );
      return { hashes: chosen.map((entry) => hashes[entry] ?? 0), counts: chosen.map((entry) => counts[entry] ?? 0) };
    },
  };
};
