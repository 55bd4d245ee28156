/** The promises as a company would see them: `sotto serve` as a process between stand-ins, over real http. */

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openServing, type Serving, settings } from '../support/serving.ts';
import { until } from '../support/until.ts';

const PIA = 'U0PIA00000';
const EVAN = 'U0EVAN0000';

describe('a confidence', () => {
  let s: Serving;
  beforeAll(async () => {
    s = await openServing({ expiresSeconds: 2 });
    await s.start();
  }, 60_000);
  afterAll(() => s.end());

  const shows = (user: string, words: string): boolean => s.shownTo(user).some((text) => text.includes(words));

  it('leaves on time, and none of its words is left in the data folder, the logs or the audit log', async () => {
    const canary = 'zq-canary-4711';
    await s.slack.say({ user: PIA, text: `what does Mona earn? ${canary}` });
    await until(() => s.backend.requests().length > 0 || s.shownTo(PIA).length > 0);
    await s.slack.say({ user: PIA, text: 'what does Mona earn?' });
    await until(() => shows(PIA, '97,400'));
    const shownAt = Date.now();
    await until(() => !shows(PIA, '97,400'), 10_000);
    expect(Date.now() - shownAt).toBeGreaterThan(1_000);
    expect(Date.now() - shownAt).toBeLessThan(5_000);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    for (const words of [canary, '97,400', '97400', 'Mona Keller', 'what does']) {
      expect([words, s.bytes().includes(words)]).toEqual([words, false]);
      expect([words, s.output().includes(words)]).toEqual([words, false]);
    }
  }, 40_000);

  it('shows nothing of itself in the notification or the placeholder', async () => {
    const before = s.slack.requests().length;
    await s.slack.say({ user: PIA, text: 'what does Mona earn?' });
    await until(() => shows(PIA, '97,400'));
    const made = s.slack.requests().slice(before);
    const posts = made.filter(({ method }) => method === 'chat.postMessage');
    expect(JSON.stringify(posts)).not.toContain('97,400');
    const updates = made.filter(({ method }) => method === 'chat.update');
    expect(updates.map(({ args }) => args['text'])).toEqual(['A confidential answer']);
  }, 40_000);

  it.each([
    ['forged', { secret: 'another-secret-altogether' }],
    ['stale', { timestamp: String(Math.floor(Date.now() / 1000) - 3_600) }],
    ['future-dated', { timestamp: String(Math.floor(Date.now() / 1000) + 3_600) }],
    ['missing', { headers: { 'x-slack-signature': null } }],
    ['doubled', { headers: { 'x-slack-request-timestamp': ['1', '2'] } }],
  ])('is not asked for by a request whose signature is %s: 401, empty, and no turn', async (_, over) => {
    const calls = s.backend.requests().length;
    const seen = s.shownTo(EVAN).length;
    const body = JSON.stringify(
      s.slack.envelope({
        type: 'message',
        channel_type: 'im',
        user: EVAN,
        text: 'what is left of my leave?',
        ts: '1.2',
        event_ts: '1.2',
        channel: 'D0EVAN0000',
      }),
    );
    expect(await s.slack.deliverRaw({ body, ...over })).toEqual({ status: 401, body: '' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([s.backend.requests().length, s.shownTo(EVAN).length]).toEqual([calls, seen]);
  });

  it('is answered once, though the event came twice at the same time', async () => {
    // Beside the first answer everybody is told once how Sotto works, and that once as well.
    const before = s.shownTo(EVAN).length;
    await s.slack.say({ user: EVAN, text: 'how many days of leave have I left?', twice: true });
    await until(() => s.shownTo(EVAN).length > before && s.toldOnce(EVAN).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([s.shownTo(EVAN).length, s.toldOnce(EVAN).length]).toEqual([before + 1, 1]);
  }, 20_000);

  it.each([
    ['a megabyte', 'x'.repeat(1_000_000), [413]],
    ['not JSON', '{"type":', [400]],
    ['nothing', '', [400]],
    ['a list', '[]', [400]],
  ])('survives a signed body that is %s', async (_, body, statuses) => {
    const { status, body: answer } = await s.slack.deliverRaw({ body });
    expect(statuses).toContain(status);
    expect(answer).toBe('');
    expect((await fetch(`${s.url()}/health/live`)).status).toBe(200);
  });

  it('can be proved: the audit log verifies, and is as long as the running Sotto says', async () => {
    const env = { PATH: process.env['PATH'], ...settings(s.folder, '') };
    const verify = () =>
      spawnSync(process.execPath, ['src/cli.ts', 'audit', 'verify', '--json'], { env, encoding: 'utf8' });
    const { status, stdout } = verify();
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, compared: true });
  });

  it('survives Ctrl-C: what is in flight is finished within 10 s, and nothing is lost', async () => {
    const before = s.shownTo(EVAN).length;
    await s.slack.say({ user: EVAN, text: 'how many days of leave have I left?' });
    const { ms, status } = await s.stop();
    expect(status).toBe(0);
    expect(ms).toBeLessThan(10_000);
    await s.start();
    await until(() => s.shownTo(EVAN).length === before + 1);
  }, 60_000);
});
