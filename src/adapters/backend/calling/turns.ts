/**
 * The calls of one system that are under way at once (a bulkhead), and those that wait for a turn. While it answers, whoever comes may wait:
 * a turn is soon theirs. Once a call is under way for longer than is usual, only so many wait as its description says, and the others go
 * away at once: so what one system that hangs takes of the house is bounded. Whoever gets no turn in time leaves no place behind.
 */

/** More than this wait for no system: it is all that one process works on at once. */
const MOST_WAITING = 64;

export interface Turns {
  /** What gives the turn back; null: as many as may wait are waiting, or it was not this one's turn within `ms`. */
  take(ms: number): Promise<(() => void) | null>;
}

interface Waiting {
  readonly go: (turn: (() => void) | null) => void;
}

export const createTurns = (o: {
  readonly concurrent: number;
  /** So many wait while it is slow. */
  readonly waiting: number;
  /** A system of which a call takes longer is slow, ms. */
  readonly slowMs: number;
}): Turns => {
  const { slowMs } = o;
  /** When each that is under way began, ms; the oldest first. */
  const underWay = new Map<object, number>();
  /** In the order they came. */
  const waiting = new Set<Waiting>();
  let watch: ReturnType<typeof setTimeout> | null = null;

  /** How long until it counts as slow, ms; 0: it does. */
  const slowIn = (): number => {
    const [oldest = performance.now()] = underWay.values();
    return Math.max(0, slowMs - (performance.now() - oldest));
  };

  /** Those who came last go away, once it is slow. */
  const watching = (): void => {
    if (watch !== null || waiting.size <= o.waiting) return;
    watch = setTimeout(() => {
      watch = null;
      if (slowIn() === 0) for (const each of [...waiting].slice(o.waiting)) leave(each);
      watching();
    }, Math.ceil(slowIn()) + 1);
    watch.unref();
  };

  const leave = (each: Waiting): void => {
    waiting.delete(each);
    each.go(null);
  };

  const turn = (): (() => void) => {
    const own = {};
    underWay.set(own, performance.now());
    return () => {
      if (!underWay.delete(own)) return;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      next.go(turn());
    };
  };

  return {
    take: async (ms) => {
      if (underWay.size < o.concurrent) return turn();
      if (waiting.size >= (slowIn() === 0 ? o.waiting : MOST_WAITING)) return null;
      return new Promise((resolve) => {
        const it: Waiting = {
          go: (given) => {
            clearTimeout(timer);
            resolve(given);
          },
        };
        const timer = setTimeout(leave, ms, it);
        waiting.add(it);
        watching();
      });
    },
  };
};
