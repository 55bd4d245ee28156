import { afterEach, describe, expect, it } from '@jest/globals';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { EVAN, messageEvent, openSlack, type SlackBench, TOKEN } from './support.ts';

let bench: SlackBench | null = null;
const open = async (...o: Parameters<typeof openSlack>): Promise<SlackBench> => {
  bench = await openSlack(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

describe('an unsafe set-up', () => {
  it.each([
    'https://slack.example/api/',
    'http://10.0.0.1/api/',
    'ftp://127.0.0.1/',
    'http://127.0.0.1.evil.example/',
    'nonsense',
  ])('R28 is refused with the API at %s', async (unsafeApiUrl) => {
    await expect(openSlack({ adapter: { unsafeApiUrl } })).rejects.toMatchObject({ code: 'settings' });
  });

  it.each([{ teamIds: [] }, { appId: '' }, { appId: 'T0SOTTO000' }])('R28 is refused with %j', async (adapter) => {
    await expect(openSlack({ adapter })).rejects.toMatchObject({ code: 'settings' });
  });

  const secret =
    (...accepted: readonly string[]) =>
    async () => ({ current: accepted[0] ?? '', accepted });
  it.each([
    { what: 'no bot token', adapter: { botToken: secret('') } },
    { what: 'the token of a person', adapter: { botToken: secret('xoxp-1-2-3') } },
    { what: 'a vault that does not answer', adapter: { botToken: async () => Promise.reject(new Error('down')) } },
  ])('R28 does not start with $what, and does not repeat it', async ({ adapter }) => {
    const { slack } = await open({ adapter });
    const refused = await slack.start().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'settings' });
    expect(String(refused)).not.toMatch(/xoxp-1|: secret/);
  });
});

describe('who the bot is', () => {
  it('is asked in the background until Slack answers', async () => {
    const clock = createFakeClock(Date.now());
    const { slack, standIn, logged } = await open({ adapter: { clock } });
    standIn.fail({ method: 'auth.test', how: '500-before', times: 2 });
    await slack.start();
    for (const _ of [1, 2]) {
      await until(() => clock.sleeping() === 1);
      await clock.advance(60_000);
    }
    await until(() => standIn.requests().some(({ method, ok }) => method === 'auth.test' && ok));
    expect(logged.map((line) => JSON.parse(line).event)).toEqual(['slack.identity-unknown', 'slack.identity-unknown']);
  });

  it('is not needed to read a question', async () => {
    const { standIn, accepted } = await open();
    const body = JSON.stringify(standIn.envelope(messageEvent({ user: EVAN }), { authorizations: undefined }));
    await standIn.deliverRaw({ body });
    expect(accepted).toHaveLength(1);
  });

  it('is complained of where the token belongs to another workspace', async () => {
    const { slack, logged } = await open({ adapter: { teamIds: ['T0OTHER000'] } });
    await slack.start();
    await until(() => logged.some((line) => line.includes('slack.token-foreign')));
    expect(logged.join()).not.toContain(TOKEN);
  });

  it('keeps nobody waiting at the end', async () => {
    const { slack, standIn } = await open();
    standIn.fail({ method: 'auth.test', how: 'hang' });
    await slack.start();
    await until(() => standIn.requests().length === 1);
    const began = performance.now();
    await slack.stop();
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
