/**
 * The calls of one system that are under way at once (a bulkhead), and those that wait for a turn. Whoever does not get one in time goes
 * away at once and leaves no place behind: what one system takes of the house is bounded by its own description.
 */

export interface Turns {
  /** What gives the turn back; null: as many as may wait are waiting, or it was not this one's turn within `ms`. */
  take(ms: number): Promise<(() => void) | null>;
}

interface Waiting {
  readonly go: (turn: (() => void) | null) => void;
}

export const createTurns = (o: { readonly concurrent: number; readonly waiting: number }): Turns => {
  let taken = 0;
  /** In the order they came. */
  const waiting = new Set<Waiting>();

  const turn = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const [next] = waiting;
      if (next === undefined) {
        taken -= 1;
        return;
      }
      waiting.delete(next);
      next.go(turn());
    };
  };

  return {
    take: async (ms) => {
      if (taken < o.concurrent) {
        taken += 1;
        return turn();
      }
      if (waiting.size >= o.waiting) return null;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(it);
          resolve(null);
        }, ms);
        const it: Waiting = {
          go: (given) => {
            clearTimeout(timer);
            resolve(given);
          },
        };
        waiting.add(it);
      });
    },
  };
};
