/** Like canaries.test.ts, where what happens on Slack comes in over a socket. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CanaryStage, openCanaryStage } from '../support/canary-stage.ts';
import { SOCKET_IN } from './canaries/socket-in.ts';

let stage: CanaryStage;
beforeAll(async () => {
  stage = await openCanaryStage({ slackMode: 'socket', quick: true, plain: ['the directory id of somebody'] });
  await stage.process.start();
}, 120_000);
afterAll(() => stage.end());

describe('nothing leaks of what comes in over a socket of Slack’s', () => {
  it.each(SOCKET_IN.map((path) => [path.name, path] as const))(
    'by %s',
    async (_name, path) => {
      const before = stage.canaries.all().length;
      await path.go(stage);
      const sent = stage.canaries.all().slice(before);
      expect(sent.length).toBeGreaterThan(0);
      expect(await stage.leaks(sent)).toEqual([]);
    },
    120_000,
  );

  it('nothing of the token that opens it, nor of anything before', async () => {
    const all = stage.canaries.all();
    expect(all.map(({ name }) => name)).toContain('the secret slack-app-token');
    expect(await stage.leaks(all)).toEqual([]);
  }, 60_000);
});
