/** Whether a history keeps promises 1 to 7. It knows what happened in the world, and nothing of how the core works. */
import type { Line } from '../history.ts';
import { ending } from './ending.ts';
import { leaving } from './leaving.ts';
import { permission } from './permission.ts';
import { type Finding, read } from './read.ts';
import { record } from './record.ts';
import { words } from './words.ts';
import { writing } from './writing.ts';

/** Every promise that the history breaks, the earliest first. */
export const check = (lines: readonly Line[]): readonly Finding[] => {
  const reading = read(lines);
  return [permission, leaving, record, ending, words, writing]
    .flatMap((promise) => promise(reading))
    .toSorted((a, b) => a.at - b.at);
};
