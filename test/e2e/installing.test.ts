/** The real process, from nothing installed to an answer, and what is left once the app was taken away. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { openServing, type Serving } from '../support/serving.ts';
import { until } from '../support/until.ts';

const CLIENT_ID = '1234567890.0987654321';
const PUBLIC_URL = 'https://sotto.example.com';
const REDIRECT = `${PUBLIC_URL}/slack/oauth_redirect`;
const TEAM = 'T0SOTTO000';

let serving: Serving | null = null;
afterEach(async () => {
  await serving?.end();
  serving = null;
});

const open = async (rotation: boolean): Promise<Serving> => {
  serving = await openServing({
    expiresSeconds: 60,
    quick: true,
    more: { SLACK_CLIENT_ID: CLIENT_ID, SOTTO_PUBLIC_URL: PUBLIC_URL },
    byOAuth: {
      clientId: CLIENT_ID,
      clientSecrets: () => ['client-secret-of-the-tests'],
      redirectUrls: () => [REDIRECT],
      rotation,
    },
  });
  rmSync(join(serving.folder, 'secrets', 'slack-bot-token'));
  return serving;
};

/** As a browser goes the way. */
const install = async ({ url }: Serving): Promise<{ readonly status: number; readonly body: string }> => {
  const began = await fetch(`${url()}/slack/install`, { redirect: 'manual' });
  const cookie = began.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const asked = `${began.headers.get('location')}&as=workspace&team=${TEAM}`;
  const granted = await fetch(asked, { redirect: 'manual' });
  const back = new URL(granted.headers.get('location') ?? '');
  const answer = await fetch(`${url()}${back.pathname}${back.search}`, { headers: { cookie } });
  return { status: answer.status, body: await answer.text() };
};
const metrics = async ({ opsUrl }: Serving): Promise<string> => (await fetch(`${opsUrl()}/metrics`)).text();

it('R32 a workspace is installed, answered, served after a restart, and forgotten within moments of its end', async () => {
  const sotto = await open(true);
  await sotto.start();
  const installed = await install(sotto);
  expect([installed.status, installed.body]).toEqual([200, expect.stringContaining('Sotto is installed')]);
  const user = 'U0EVAN0000';
  expect(await sotto.slack.say({ user, text: 'how many days of leave have I left?' })).toMatchObject({
    delivered: 200,
  });
  await until(() => sotto.shownTo(user).length === 1);
  expect(await metrics(sotto)).toMatch(
    /sotto_installations\{state="installed"\} 1[\s\S]*sotto_installation_ends_seconds\{which="first"\} 43[01]\d\d/,
  );

  await sotto.kill();
  await sotto.start();
  await sotto.slack.say({ user, text: 'how many days of leave have I left?' });
  await until(() => sotto.shownTo(user).length === 2);

  const began = Date.now();
  expect(await sotto.slack.uninstall()).toBe(200);
  await until(async () => (await metrics(sotto)).includes('sotto_installations{state="gone"} 1'));
  expect(Date.now() - began).toBeLessThan(5_000);
  const before = sotto.slack.requests().length;
  await until(() => sotto.output().includes('installation.purged'), 20_000);
  expect(sotto.slack.requests().slice(before)).toEqual([]);
  expect(sotto.bytes()).not.toMatch(/xoxe\.xoxb|xoxe-1-/);
  expect(sotto.output()).not.toMatch(/xoxe|xoxb|client-secret/);

  // Installed again it begins afresh.
  expect((await install(sotto)).status).toBe(200);
  await sotto.slack.say({ user, text: 'how many days of leave have I left?' });
  await until(() => sotto.shownTo(user).length === 3);
}, 120_000);
