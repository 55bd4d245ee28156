/** What only another set-up of the app or the workspace answers. */
import { APP_TOKEN, EVAN, openSlack, TEAM } from '../../test/adapters/slack/support.ts';
import { type Answered, createCalls, DIRECT, HOME, MODAL, triggerOf } from './slack-calls.ts';

/** An app whose tabs are off; one with an app-level token; one of a whole organisation; a press of some seconds ago. */
export const callBeside = async (): Promise<readonly Answered[]> => {
  const answers: Answered[] = [];

  const tabless = await openSlack({ standIn: { messagesTab: false, homeTab: false } });
  try {
    const call = createCalls(tabless, answers);
    await call('chat.postMessage', { channel: EVAN, text: 'x' });
    await call('views.publish', { user_id: EVAN, view: HOME });
  } finally {
    await tabless.close();
  }

  const socket = await openSlack({ via: 'socket', connects: false });
  try {
    const call = createCalls(socket, answers);
    await call('apps.connections.open', {}, APP_TOKEN);
    await call('auth.test', {}, APP_TOKEN);
  } finally {
    await socket.close();
  }

  const whole = await openSlack({ standIn: { enterpriseId: 'E0EXAMPLE0', installation: 'org' } });
  try {
    await createCalls(whole, answers)('chat.postMessage', { channel: EVAN, text: 'x', team_id: 'T0NOSUCH00' });
  } finally {
    await whole.close();
  }

  await callOAuth(answers);

  let ahead = 0;
  const clock = { now: () => Date.now() + ahead, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
  const late = await openSlack({ standIn: { clock } });
  try {
    const call = createCalls(late, answers);
    const { ts } = await call('chat.postMessage', { channel: DIRECT, text: 'x' });
    const trigger = await triggerOf(late, String(ts));
    ahead = 4_000;
    await call('views.open', { trigger_id: trigger, view: MODAL });
    await call('views.open', { trigger_id: '1.2.never', view: MODAL });
  } finally {
    await late.close();
  }
  return answers;
};

const CLIENT = { client_id: '1234567890.1234567890', client_secret: 'secret-of-the-conformance' };
const REDIRECT = 'https://sotto.example.com/slack/oauth_redirect';

/** Installing, renewing, and everything that is refused on the way. */
const callOAuth = async (answers: Answered[]): Promise<void> => {
  const bench = await openSlack({
    standIn: {
      oauth: {
        clientId: CLIENT.client_id,
        clientSecrets: () => [CLIENT.client_secret],
        redirectUrls: () => [REDIRECT],
      },
    },
  });
  const call = createCalls(bench, answers);
  const granted = async (): Promise<string> => {
    const asked = {
      client_id: CLIENT.client_id,
      redirect_uri: REDIRECT,
      scope: 'chat:write',
      as: 'workspace',
      team: TEAM,
    };
    const url = new URL('../oauth/v2/authorize', bench.unsafeApiUrl);
    url.search = new URLSearchParams(asked).toString();
    const { headers } = await fetch(url, { redirect: 'manual' });
    return new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  };
  const access = (args: Readonly<Record<string, string>>) => call('oauth.v2.access', { ...CLIENT, ...args }, '');
  const exchange = (token: string) => call('oauth.v2.exchange', { ...CLIENT, token }, '');
  try {
    await access({ client_id: '1.1' });
    await access({ client_secret: 'other' });
    await access({ code: 'none', redirect_uri: REDIRECT });
    await access({ grant_type: 'password' });
    const code = await granted();
    await access({ code, redirect_uri: 'https://other.example.com/' });
    const { access_token: token } = await access({ code, redirect_uri: REDIRECT });
    await access({ code, redirect_uri: REDIRECT });
    await exchange(String(token));
    await call('auth.revoke', {}, String(token));
    const { access_token: lasting } = await access({ code: await granted(), redirect_uri: REDIRECT });
    bench.standIn.rotateTokens();
    const { refresh_token: refresh } = await exchange(String(lasting));
    await exchange(String(lasting));
    await exchange('xoxb-none');
    await access({ grant_type: 'refresh_token', refresh_token: String(refresh) });
    await access({ grant_type: 'refresh_token', refresh_token: String(refresh) });
  } finally {
    await bench.close();
  }
};
