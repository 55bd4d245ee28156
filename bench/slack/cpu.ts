/** CPU of an accepted event: our receiver against Bolt's own, which verifies and acknowledges the same event. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { silentLogger } from '../../src/adapters/slack/client.ts';
import { createSlack } from '../../src/adapters/slack/slack.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import { type Bench, figure, median } from '../figure.ts';

const SECRET = 'a-signing-secret-for-the-bench-only';
const TEAM = 'T0SOTTO000';

const event = (n: number): { readonly body: Buffer; readonly headers: Record<string, string> } => {
  const ts = `${Math.floor(Date.now() / 1000)}.${String(n % 1e6).padStart(6, '0')}`;
  const body = Buffer.from(
    JSON.stringify({
      team_id: TEAM,
      api_app_id: 'A0SOTTO000',
      type: 'event_callback',
      event_id: `Ev${n}`,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: TEAM, user_id: 'U0SOTTOBOT', is_bot: true, is_enterprise_install: false },
      ],
      event: {
        type: 'message',
        channel_type: 'im',
        user: 'U0EVAN0000',
        text: 'how many days of leave have I left?',
        ts,
        event_ts: ts,
        team: TEAM,
        channel: 'D0EVAN0000',
      },
    }),
  );
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', SECRET).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    },
  };
};

const cpuOf = async (count: number, run: (n: number) => Promise<void>): Promise<number> => {
  const before = process.cpuUsage();
  for (let n = 0; n < count; n++) await run(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
};

export const acceptedCost: Bench = async ({ seconds }) => {
  let accepted = 0;
  const ours = createSlack({
    appId: 'A0SOTTO000',
    teamIds: [TEAM],
    events: { via: 'http', signingSecret: async () => ({ current: SECRET, accepted: [SECRET] }) },
    botToken: async () => ({ current: 'xoxb-bench', accepted: [] }),
    sealer: { seal: () => '', open: () => null },
    clock: systemClock(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: { count: () => undefined, observe: () => undefined },
    reject: () => undefined,
    accept: async () => {
      accepted += 1;
      return 'accepted';
    },
    open: async () => undefined,
    submit: async () => undefined,
    opened: async () => undefined,
    more: async () => undefined,
    texts: { viewMoment: '', viewExpired: '', viewClose: 'Close', viewTitle: 'Sotto', tryAgain: '', commandTaken: '' },
  });
  const { route } = ours;
  if (route === null) throw new Error('There is no route.');
  const receiver = new HTTPReceiver({ signingSecret: SECRET, logger: silentLogger });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-bench', botUserId: 'U0SOTTOBOT', botId: 'B0' }),
    convoStore: false,
    logger: silentLogger,
  });
  app.message(async () => undefined);

  // Both over real http on this machine; the client's share is in both, which only draws the ratio towards one.
  const boltServer = createServer((request, response) => receiver.requestListener(request, response));
  const ourServer = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { status, body } = await route.handle({ headers, body: Buffer.concat(chunks) });
    response.writeHead(status).end(body);
  });
  const sender = async (server: Server): Promise<(n: number) => Promise<void>> => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return async (n) => {
      const { body, headers } = event(n);
      const response = await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST', body, headers });
      if (response.status !== 200)
        throw new Error(`an event was answered ${response.status}: the bench measures nothing`);
      await response.arrayBuffer();
    };
  };
  const bolt = await sender(boltServer);
  const sotto = await sender(ourServer);

  await cpuOf(200, bolt);
  await cpuOf(200, sotto);
  const count = Math.max(200, Math.round(seconds * 400));
  const rounds: { readonly sotto: number; readonly bolt: number }[] = [];
  for (let i = 0; i < 3; i++) rounds.push({ bolt: await cpuOf(count, bolt), sotto: await cpuOf(count, sotto) });
  for (const server of [boltServer, ourServer]) {
    server.closeAllConnections();
    server.close();
  }
  if (accepted === 0) throw new Error('no event was accepted: the bench measures nothing');
  return [
    figure({
      id: 'CPU an accepted event / a bare Bolt receiver',
      value: median(rounds.map((r) => r.sotto / r.bolt)),
      unit: 'x',
      target: 1.3,
      direction: 'max',
    }),
    figure({
      id: 'CPU an accepted event',
      value: median(rounds.map((r) => r.sotto)),
      unit: 'µs',
      target: null,
      direction: 'max',
    }),
    figure({
      id: 'CPU of a bare Bolt receiver',
      value: median(rounds.map((r) => r.bolt)),
      unit: 'µs',
      target: null,
      direction: 'max',
    }),
  ];
};
