/** kill -9 at the worst moments, on real processes over real http: one answer all the same, and it leaves on time. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openServing, type Serving } from '../support/serving.ts';
import { until } from '../support/until.ts';

const PIA = 'U0PIA00000';
const EVAN = 'U0EVAN0000';
/** Mona's annual pay in the sample data. */
const SECRET = '97,400';

describe('a process that is killed', () => {
  let s: Serving;
  beforeEach(async () => {
    s = await openServing({ expiresSeconds: 3 });
    await s.start();
  });
  afterEach(() => s.end());

  const shows = (user: string, words: string): boolean => s.shownTo(user).some((text) => text.includes(words));

  it('while the HR system is being asked, answers once after its restart', async () => {
    let killed = false;
    s.backend.onRequest(() => {
      if (killed) return;
      killed = true;
      void s.kill();
    });
    const { delivered } = await s.slack.say({ user: EVAN, text: 'how many days of leave have I left?' });
    expect(delivered).toBe(200);
    await until(() => killed);
    await s.kill();
    expect(s.shownTo(EVAN)).toEqual([]);
    await s.start();
    await until(() => shows(EVAN, '14 of 22'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(s.shownTo(EVAN)).toHaveLength(1);
  }, 60_000);

  it('between placeholder and reveal, and comes back when the answer’s time is over, says so: it may have been seen', async () => {
    // The update never arrives: the placeholder stands and its removal is on record.
    s.slack.fail({ method: 'chat.update', how: 'hang', times: 1 });
    await s.slack.say({ user: PIA, text: 'what does Mona earn?' });
    await until(() => s.slack.requests().some(({ method }) => method === 'chat.postMessage'));
    await until(() => s.shownTo(PIA).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await s.kill();
    expect(shows(PIA, SECRET)).toBe(false);
    // Within its time it is revealed: `kill-steps.test.ts`.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await s.start();
    await until(() => shows(PIA, 'This has expired, so it is no longer shown.'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(s.shownTo(PIA)).toHaveLength(1);
  }, 60_000);

  it('after it posted and before it knew, does not post again', async () => {
    // What everybody is told once is posted beside the first answer, so that it is not what hangs.
    await s.slack.say({ user: EVAN, text: 'hello' });
    await until(() => s.shownTo(EVAN).length === 1 && s.toldOnce(EVAN).length === 1);
    s.slack.fail({ method: 'chat.postMessage', how: 'hang-after', times: 1 });
    await s.slack.say({ user: EVAN, text: 'how many days of leave have I left?' });
    await until(() => s.shownTo(EVAN).length === 2);
    await s.kill();
    await s.start();
    await until(() => s.slack.requests().some(({ method }) => method === 'conversations.history'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(s.shownTo(EVAN)).toHaveLength(2);
  }, 60_000);

  it('with an answer on the screen, removes it after its restart', async () => {
    await s.slack.say({ user: PIA, text: 'what does Mona earn?' });
    await until(() => shows(PIA, SECRET));
    // Until the process knows that it is shown, it may have been seen and says so instead.
    const metrics = async (): Promise<string> => (await fetch(`${s.opsUrl()}/metrics`)).text();
    await until(async () => (await metrics()).includes('sotto_inbox{state="leased"} 0\n'));
    await s.kill();
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect(shows(PIA, SECRET)).toBe(true);
    await s.start();
    await until(() => s.shownTo(PIA).length === 0, 10_000);
  }, 60_000);

  it('loses nothing that it accepted, however many wait', async () => {
    for (let i = 0; i < 20; i++) await s.slack.say({ user: EVAN, text: 'how many days of leave have I left?' });
    await s.kill();
    await s.start();
    await until(() => s.shownTo(EVAN).length === 20, 30_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(s.shownTo(EVAN)).toHaveLength(20);
  }, 90_000);
});
