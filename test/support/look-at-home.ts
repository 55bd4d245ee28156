import { expect } from '@jest/globals';
import type { TestStage } from './stage.ts';
import { until } from './until.ts';

/** Whoever sees nothing by then looks again, ms: while the page of the look before is on its way still, another look makes none. */
const AGAIN_MS = 5_000;
const MOST_LOOKS = 20;

/** Looks at the bot's own page on Slack until it was made anew for that. */
export const lookAtHome = async (
  { talks, slack, person }: Pick<TestStage, 'talks' | 'slack' | 'person'>,
  who: string,
): Promise<void> => {
  const published = () => slack.requests().filter(({ method }) => method === 'views.publish').length;
  const before = published();
  for (let look = 1; published() === before; look++) {
    expect(await talks.slack.home?.open(person(who))).toBe(200);
    await until(() => published() > before, AGAIN_MS).catch((error: unknown) => {
      if (look === MOST_LOOKS) throw error;
    });
  }
};
