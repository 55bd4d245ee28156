/**
 * Virtual time: a queue of what happens when. Each happening runs with everything that hangs on it (all microtasks)
 * before the next one, so that a run is a function of its seed alone.
 */

export interface Time {
  /** ms since the epoch, as nobody's clock but ours knows it. */
  now(): number;
  /** Runs it then, or at once where that is over; in the order of times, and of asking among equals. */
  at(when: number, happen: () => void): void;
  /** Lets everything happen up to `until`, or until `done` says so. */
  run(o: { readonly until: number; readonly done?: () => boolean }): Promise<void>;
  /** How many things have happened. */
  happened(): number;
}

interface Happening {
  readonly when: number;
  readonly order: number;
  readonly happen: () => void;
}

/** Resolves when no microtask is left: node runs a tick's callback once the queue of promises is empty. */
const quiet = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const before = (a: Happening, b: Happening): boolean => a.when < b.when || (a.when === b.when && a.order < b.order);

export const createTime = (start: number): Time => {
  const queue: Happening[] = [];
  let now = start;
  let asked = 0;
  let happened = 0;

  const push = (one: Happening): void => {
    let at = queue.push(one) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = queue[up];
      if (parent === undefined || !before(one, parent)) break;
      queue[at] = parent;
      at = up;
    }
    queue[at] = one;
  };

  const pop = (): Happening | undefined => {
    const [first] = queue;
    const last = queue.pop();
    if (first === undefined || last === undefined || queue.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      let child = queue[down];
      const other = queue[down + 1];
      if (child === undefined) break;
      if (other !== undefined && before(other, child)) {
        child = other;
        down += 1;
      }
      if (!before(child, last)) break;
      queue[at] = child;
      at = down;
    }
    queue[at] = last;
    return first;
  };

  return {
    now: () => now,
    at: (when, happen) => {
      asked += 1;
      push({ when, order: asked, happen });
    },
    run: async ({ until, done = () => false }) => {
      await quiet();
      for (let [next] = queue; next !== undefined && next.when <= until && !done(); [next] = queue) {
        pop();
        now = Math.max(now, next.when);
        happened += 1;
        next.happen();
        await quiet();
      }
    },
    happened: () => happened,
  };
};
