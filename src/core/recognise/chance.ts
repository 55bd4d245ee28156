/** A seeded generator (mulberry32) for shuffling while training: the same seed, the same weights. Never for anything secret. */
export interface Chance {
  /** A whole number from 0 up to and excluding `limit`. */
  below(limit: number): number;
}

/** Taken out once: a look-up of the global in every step of a training costs more than the step. */
const floor = Math.floor;
const imul = Math.imul;

export const createChance = (seed: number): Chance => {
  let state = seed >>> 0;
  return {
    below: (limit) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
    },
  };
};

/** The numbers 0 to `count - 1` in a shuffled order. */
export const shuffled = (count: number, chance: Chance): Int32Array => {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = chance.below(last + 1);
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
  return order;
};
