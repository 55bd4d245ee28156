/** The peers: a bare Bolt receiver and a bare CloudAdapter over real http, asked by another process. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { silentLogger } from '../../src/adapters/slack/client.ts';
import { type Request, slackEvent } from './event.ts';

const SECRET = 'a-signing-secret-for-the-bench-only';
const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const TEXT = 'how many days of leave have I left?';

const evan = (): Request => slackEvent({ secret: SECRET, user: 'U0EVAN0000', channel: 'D0EVAN0000', text: TEXT, n: 1 });

const teamsActivity = (): Request => {
  const body = JSON.stringify({
    type: 'message',
    id: '1771442483000',
    timestamp: new Date().toISOString(),
    channelId: 'msteams',
    serviceUrl: `https://smba.trafficmanager.net/amer/${TENANT}/`,
    from: { id: '29:1evan', name: 'Evan Brooks', aadObjectId: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02' },
    conversation: { conversationType: 'personal', tenantId: TENANT, id: 'a:1evan-and-the-bot' },
    recipient: { id: '28:bot', name: 'Sotto' },
    channelData: { tenant: { id: TENANT } },
    text: TEXT,
    textFormat: 'plain',
    locale: 'en-US',
  });
  return { body, headers: { 'content-type': 'application/json; charset=utf-8' } };
};

const bolt = (): RequestListener => {
  const receiver = new HTTPReceiver({ signingSecret: SECRET, logger: silentLogger });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-bench', botUserId: 'U0SOTTOBOT', botId: 'B0' }),
    convoStore: false,
    logger: silentLogger,
  });
  app.message(async () => undefined);
  return (request, response) => receiver.requestListener(request, response);
};

/** As its samples put it up, authentication off, and a bot that says nothing. */
const cloudAdapter = (): RequestListener => {
  const appId = randomUUID();
  const authentication = new ConfigurationBotFrameworkAuthentication(
    { MicrosoftAppId: appId, MicrosoftAppType: 'SingleTenant', MicrosoftAppTenantId: TENANT },
    // What its library asks of a credentials factory; none of it is asked where authentication is off.
    {
      isValidAppId: async () => true,
      isAuthenticationDisabled: async () => true,
      createCredentials: async () => ({ signRequest: async (request: unknown) => request }),
    } as never,
  );
  const adapter = new CloudAdapter(authentication);
  return async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await adapter.process(
      { method: 'POST', headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) },
      {
        socket: null,
        header: (name: string, value: unknown) => response.setHeader(name, String(value)),
        status: (code: number) => {
          response.statusCode = code;
        },
        send: (text: unknown) => response.write(String(text)),
        end: () => response.end(),
      },
      async () => undefined,
    );
  };
};

const serve = async (listener: RequestListener): Promise<Server> => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** CPU of this process for each of `count` requests, µs. */
const cpuOf = async (
  posting: ChildProcess,
  o: { readonly server: Server; readonly request: Request; readonly count: number; readonly atOnce: number },
): Promise<number> => {
  const { port } = o.server.address() as AddressInfo;
  const before = process.cpuUsage();
  const { count, atOnce } = o;
  posting.send({ url: `http://127.0.0.1:${port}/slack/events`, ...o.request, count, atOnce });
  const [good] = await once(posting, 'message');
  const { user, system } = process.cpuUsage(before);
  if (good !== count) throw new Error(`${count - Number(good)} of ${count} were refused: the bench measures nothing`);
  return (user + system) / count;
};

export interface Peers {
  /** CPU for a request, µs. */
  bolt(count: number): Promise<number>;
  cloudAdapter(count: number): Promise<number>;
  close(): void;
}

export const openPeers = async (o: { readonly atOnce: number }): Promise<Peers> => {
  const servers = { bolt: await serve(bolt()), cloudAdapter: await serve(cloudAdapter()) };
  const posting = fork(new URL('../posting.ts', import.meta.url));
  const peers: Peers = {
    bolt: (count) => cpuOf(posting, { server: servers.bolt, request: evan(), count, ...o }),
    cloudAdapter: (count) => cpuOf(posting, { server: servers.cloudAdapter, request: teamsActivity(), count, ...o }),
    close: () => {
      posting.kill();
      for (const server of Object.values(servers)) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
  await peers.bolt(500);
  await peers.cloudAdapter(500);
  return peers;
};
