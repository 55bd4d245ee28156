/**
 * How Teams delivers: an activity whose answer did not come goes out again (Teams facts, section 9). One that was answered by 503
 * does too here, a few times, as Sotto asks for with it; how often that happened is counted, for nobody has promised it.
 */
import type { TeamsSender } from '../../playground/teams/sender.ts';
import type { Answered, Json } from '../../playground/teams/types.ts';

/** Waits before each further attempt, ms. */
const AGAIN_MS = [1_000, 5_000, 15_000] as const;

export interface Delivered {
  /** Answers by 503: not taken. */
  readonly notTaken: number;
  /** Activities that were never answered by 200, however often they were sent. */
  readonly refused: number;
}

export const sendsAgain = () => {
  const closing = new AbortController();
  let [notTaken, refused] = [0, 0];

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      closing.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });

  const around =
    (sender: Pick<TeamsSender, 'send'>) =>
    async (activity: Json): Promise<Answered> => {
      for (const wait of [...AGAIN_MS, null]) {
        const answered = (await sender.send(activity)).at(-1) ?? { status: 0, body: '' };
        if (answered.status === 503) notTaken += 1;
        const isOver = (answered.status !== 0 && answered.status !== 503) || wait === null || closing.signal.aborted;
        if (!isOver) {
          await pause(wait);
          continue;
        }
        if (answered.status !== 200) refused += 1;
        return answered;
      }
      return { status: 0, body: '' };
    };

  return { around, delivered: (): Delivered => ({ notTaken, refused }), stop: (): void => closing.abort() };
};
