/**
 * A time as people name it, without "since" and "between" around it. Each reader looks at one place of the text and at the few words
 * behind it, so all are linear.
 */
import { bareYear, figures, monthDay, partOf, weekday } from './time-named.ts';
import { away, dayWord, near } from './time-near.ts';
import type { Read } from './time-reading.ts';

const READERS: readonly Read[] = [near, away, dayWord, partOf, monthDay, figures, bareYear, weekday];

export const atomAt: Read = (c, at) => {
  for (const read of READERS) {
    const atom = read(c, at);
    if (atom !== null) return atom;
  }
  return null;
};
