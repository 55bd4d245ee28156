/** How much was understood of a text that no intent was recognised in, and what is closest to it. */
import type { Intent, Recognition } from './types.ts';

/** `foreign`: not one word is known. `far`: nothing that can be asked is like it. `near`: something is. */
export type HowHeard = 'foreign' | 'far' | 'near';

export interface Unrecognised {
  readonly heard: HowHeard;
  /** The likeliest first. */
  readonly closest: readonly Intent[];
  /** The topic that it is closest to; null: to none. */
  readonly nearest: string | null;
}

/**
 * As sure as this of the likeliest intent, that one is close: what is beside every topic hardly ever comes so far (of 22 sentences that
 * nothing was learnt from, 2).
 */
const NEAR = 0.3;

const WORDY = /\p{L}/u;

/** Where no intent is likely enough to be close, a guard that suspects the topic of one of the likeliest says that it is. */
export const howHeard = (o: {
  readonly text: string;
  readonly recognition: Recognition;
  readonly closest: readonly Intent[];
}): Unrecognised => {
  const { text, recognition, closest } = o;
  if (recognition.best === null) return { heard: WORDY.test(text) ? 'foreign' : 'far', closest, nearest: null };
  if (recognition.confidence >= NEAR) return { heard: 'near', closest, nearest: closest[0]?.topic ?? null };
  const suspected = closest.filter(({ topic }) => recognition.topics.includes(topic));
  const others = closest.filter(({ topic }) => !recognition.topics.includes(topic));
  const nearest = suspected[0]?.topic ?? null;
  return { heard: nearest === null ? 'far' : 'near', closest: [...suspected, ...others], nearest };
};
