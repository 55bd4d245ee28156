/** Seeded chance: the same seed gives the same numbers, on every machine. Not for secrets. */

export interface Chance {
  /** 0 (inclusive) to 1 (exclusive). */
  fraction(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** True so often, 0 to 1. */
  often(share: number): boolean;
  /** One of them. Refuses an empty list. */
  pick<T>(from: readonly T[]): T;
}

/** The generator sfc32, 128 bits of state, stirred from the seed and a name so that several streams of one seed differ. */
export const createChance = (seed: number, stream = ''): Chance => {
  let [a, b, c, d] = [seed | 0, (seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  for (const unit of stream) c = (Math.imul(c, 31) + unit.charCodeAt(0)) | 0;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
  for (let stirred = 0; stirred < 12; stirred++) next();

  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    fraction: next,
    between,
    often: (share) => next() < share,
    pick: <T>(from: readonly T[]): T => {
      const picked = from[between(0, from.length - 1)];
      if (picked === undefined) throw new Error('There is nothing to pick from.');
      return picked;
    },
  };
};
