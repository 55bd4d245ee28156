/** People at whose questions a system that is asked as the person said 429: it counts by whose token it gets, so that the others may go on. */
import type { Clock } from '../../../core/ports.ts';

/** Nobody is kept waiting for longer, ms: an end that lies further away comes from a clock that was set back. */
const MOST_MS = 10 * 60_000;

/** The one who was told so longest ago goes first. */
const MOST_PEOPLE = 2_000;

export interface Resting {
  rests(person: string): boolean;
  /** Nothing is asked for this person for so long, ms. */
  rest(person: string, ms: number): void;
}

export const createResting = (o: { readonly clock: Pick<Clock, 'now'> }): Resting => {
  const until = new Map<string, number>();
  return {
    rests: (person) => {
      const left = (until.get(person) ?? 0) - o.clock.now();
      return left > 0 && left <= MOST_MS;
    },
    rest: (person, ms) => {
      until.delete(person);
      until.set(person, o.clock.now() + Math.min(ms, MOST_MS));
      const [oldest] = until.keys();
      if (until.size > MOST_PEOPLE && oldest !== undefined) until.delete(oldest);
    },
  };
};
