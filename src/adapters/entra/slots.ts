/** So many calls at once and no more. Graph answers whoever calls too much at once with 429, for everybody. */
export interface Slots {
  /** False: the signal was aborted, or too many wait already. Whoever got true leaves again. */
  enter(signal: AbortSignal): Promise<boolean>;
  leave(): void;
}

export const createSlots = (o: { readonly most: number; readonly mostWaiting: number }): Slots => {
  let taken = 0;
  const waiting = new Set<() => void>();
  return {
    enter: async (signal) => {
      if (signal.aborted) return false;
      if (taken < o.most) {
        taken += 1;
        return true;
      }
      if (waiting.size >= o.mostWaiting) return false;
      return new Promise((resolve) => {
        const settle = (entered: boolean) => (): void => {
          waiting.delete(enter);
          signal.removeEventListener('abort', giveUp);
          resolve(entered);
        };
        const enter = settle(true);
        const giveUp = settle(false);
        waiting.add(enter);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    leave: () => {
      // Handed on, so that nobody who comes later overtakes.
      const [next] = waiting;
      if (next === undefined) taken -= 1;
      else next();
    },
  };
};
