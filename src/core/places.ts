/**
 * What one process works on at once. Presses have places that no question takes, for somebody waits for them with a window
 * open; removals have their own (`expire.ts`). What waits in the queue never fills all that is there for questions: where
 * two platforms are on, and one of them is slow, what arrives on the other still finds a place.
 */
import type { PlatformName } from './types.ts';

const ALL = 64;

/** For presses alone. */
const FOR_PRESSES = 8;
const FOR_QUESTIONS = ALL - FOR_PRESSES;

/** Of the places for questions: as many as the queue, or one platform, may take while there is another. */
const SHARE = (FOR_QUESTIONS * 3) / 4;

/** A question that the queue gave, one that has just arrived, or a press. */
export type Worked = 'queued' | 'arrived' | 'press';

export interface Places {
  /** How many the queue may give now. */
  forQueue(): number;
  /** Whether what has just arrived can be worked on at once. */
  free(what: 'arrived' | 'press', platform: PlatformName): boolean;
  /** Takes a place, whether there is one or not; returns what gives it back. */
  take(what: Worked, platform: PlatformName): () => void;
}

export const createPlaces = (o: { readonly platforms: number }): Places => {
  const share = o.platforms > 1 ? SHARE : FOR_QUESTIONS;
  const taken: Record<Worked, number> = { queued: 0, arrived: 0, press: 0 };
  /** Questions of each platform. */
  const questions: Record<PlatformName, number> = { slack: 0, teams: 0 };
  const all = (): number => taken.queued + taken.arrived;
  const left = (): number => Math.min(FOR_QUESTIONS - all(), ALL - all() - taken.press);

  return {
    forQueue: () => Math.max(0, Math.min(left(), share - taken.queued)),
    free: (what, platform) =>
      what === 'press' ? all() + taken.press < ALL : left() > 0 && questions[platform] < share,
    take: (what, platform) => {
      taken[what] += 1;
      if (what !== 'press') questions[platform] += 1;
      return () => {
        taken[what] -= 1;
        if (what !== 'press') questions[platform] -= 1;
      };
    },
  };
};
