import { describe, expect, it } from '@jest/globals';
import { check } from './checker/checker.ts';
import { BUGS } from './planted.ts';
import { runSeed } from './run.ts';

/** A bug that is not seen in so many seeds is not seen. */
const MOST_SEEDS = 250;

describe('the checker of histories', () => {
  it.each(BUGS)('sees that $name', async (bug) => {
    let seen: ReturnType<typeof check> = [];
    for (let seed = 1; seen.length === 0 && seed <= MOST_SEEDS; seed++) seen = check((await runSeed(seed, bug)).lines);
    expect(bug.breaks).toContain(seen[0]?.promise);
  });
});
