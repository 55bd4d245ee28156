/** So many at a time, and so many that wait: workers keep a processor busy each, and there are questions to answer meanwhile. */
import { SottoError } from '../core/errors.ts';

export interface Places {
  /**
   * Waits for a place and resolves to what gives it back, which is called once. Whoever waits goes when `ended` rejects. Refuses
   * with `usage` where too many wait already.
   */
  take(ended?: Promise<never>): Promise<() => void>;
}

export const createPlaces = (o: { readonly most: number; readonly mostWaiting: number }): Places => {
  let taken = 0;
  const waiting: (() => void)[] = [];

  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  };

  return {
    take: async (ended) => {
      if (taken < o.most) {
        taken += 1;
        return leave;
      }
      if (waiting.length >= o.mostWaiting) {
        throw new SottoError(
          'usage',
          `${o.most} runs are under way and ${o.mostWaiting} wait already, so this one was not begun. Try again in a minute.`,
        );
      }
      let turn = (): void => undefined;
      const called = new Promise<void>((resolve) => {
        turn = resolve;
        waiting.push(turn);
      });
      try {
        await (ended === undefined ? called : Promise.race([called, ended]));
      } catch (error) {
        const at = waiting.indexOf(turn);
        // It may have been called in the very same moment: then its place goes on to the next.
        if (at === -1) leave();
        else waiting.splice(at, 1);
        throw error;
      }
      return leave;
    },
  };
};
