/**
 * A walk goes through the whole store, so whoever comes while one is under way waits for the next, which is for all of them. `walk` gives one result for each that it
 * was made for, in their order; where it rejects, so does everybody who waited for it.
 */
export const inWalks = <T, R>(walk: (all: readonly T[]) => Promise<readonly R[]>) => {
  let walking: Promise<unknown> = Promise.resolve();
  let next: { readonly all: T[]; readonly done: Promise<readonly R[]> } | null = null;

  return async (some: readonly T[]): Promise<readonly R[]> => {
    if (next === null) {
      const gathered: T[] = [];
      const done = walking.then(() => {
        next = null;
        return walk(gathered);
      });
      next = { all: gathered, done };
      walking = done.catch(() => undefined);
    }
    const { all, done } = next;
    const from = all.length;
    all.push(...some);
    return (await done).slice(from, from + some.length);
  };
};
