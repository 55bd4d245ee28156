/** Answers questions and executes orders while it may. While it may not, both are left to other processes, and whoever asks here is told to ask again. */
import { createOrdering } from '../core/orders/ordering.ts';
import { createWork, type Work } from '../core/work.ts';
import type { World } from '../core/world.ts';

export interface Answering {
  /** As it is at this moment; another one after it could not for a while. */
  work(): Work;
  start(): void;
  /** What is asked is answered from now on, where it was held back. */
  open(): void;
  /** Stops at once where it may not, and goes on where it may again. */
  keep(may: boolean): Promise<void>;
  /** For good; what is in flight may finish within `graceMs`. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createAnswering = (
  world: World,
  o: {
    /** What is asked is only taken and queued, until `open`. */
    readonly heldBack: boolean;
  },
): Answering => {
  let opened = !o.heldBack;
  const make = () => {
    const work = createWork(world);
    if (!opened) work.holdBack();
    return { work, ordering: createOrdering(world) };
  };
  let now = make();
  let [started, runs, over] = [false, true, false];

  const run = (): void => {
    if (opened) now.work.start();
    now.ordering.start();
  };
  const stop = async (grace: { readonly graceMs: number }): Promise<void> => {
    await Promise.all([now.ordering.stop(grace), now.work.stop(grace)]);
  };

  return {
    work: () => now.work,
    start: () => {
      started = true;
      if (runs) run();
    },
    open: () => {
      opened = true;
      if (started && runs && !over) now.work.start();
    },
    keep: async (may) => {
      if (may === runs || over) return;
      runs = may;
      world.log.warn(may ? 'answering.resumed' : 'answering.stopped');
      if (!may) return stop({ graceMs: 0 });
      now = make();
      if (started) run();
    },
    stop: (grace) => {
      over = true;
      return stop(grace);
    },
  };
};
