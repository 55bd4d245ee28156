/** Whoever plays Teams that sends: what is signed, how often it comes, and what is wrong with an answer. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { createIssuer } from '../../playground/teams/issuer.ts';
import { createTeamsSender, type TeamsSender } from '../../playground/teams/sender.ts';
import type { Answered, Json } from '../../playground/teams/types.ts';
import { createWholeTeams } from '../../playground/teams/whole.ts';

const APP = '7b0e4a52-0d5e-4f3a-9d8b-5f6f4d1c2a3b';
const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const EVAN = { user: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02', name: 'Evan' };
const CHAT = { kind: 'personal', id: 'a:1evan' } as const;

/** How long one waits for an answer that never comes, and for one that comes, however busy the machine is; ms. */
const NONE_MS = 400;
const IN_TIME_MS = 20_000;

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** A bot that answers so; null: it hangs up on nobody and answers nobody. */
const open = async (answer: Answered | null) => {
  const came: { readonly activity: Json; readonly authorization: string }[] = [];
  server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const activity = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json;
    came.push({ activity, authorization: incoming.headers.authorization ?? '' });
    if (answer !== null) response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const serviceUrl = (): string => 'https://smba.trafficmanager.net/amer/';
  const issuer = createIssuer({ appId: APP, serviceUrl });
  const sender = createTeamsSender({
    appId: APP,
    tenant: TENANT,
    issuer,
    messagesUrl: () => url,
    serviceUrl,
    answerMs: answer === null ? NONE_MS : IN_TIME_MS,
  });
  return { came, sender };
};
const fetchOf = (sender: TeamsSender): Json =>
  sender.invoke({ person: EVAN, chat: CHAT, name: 'task/fetch', value: {} });

describe('what Teams sends', () => {
  it('is signed for the bot and says the address of its activity', async () => {
    const { came, sender } = await open({ status: 200, body: '' });
    await sender.say({ person: EVAN, chat: CHAT, text: 'hello' });
    const [one] = came;
    const claims = JSON.parse(Buffer.from(one?.authorization.split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect(claims).toMatchObject({ aud: APP, serviceurl: one?.activity['serviceUrl'] });
    expect(came).toHaveLength(1);
  });

  it('comes once more, the same, where a message has no answer in time', async () => {
    const { came, sender } = await open(null);
    await sender.say({ person: EVAN, chat: CHAT, text: 'hello' });
    expect(came).toHaveLength(2);
    expect(came[1]?.activity).toEqual(came[0]?.activity);
  });

  it('comes twice under its id and then under a new one, where an invoke has none', async () => {
    const { came, sender } = await open(null);
    const activity = fetchOf(sender);
    await sender.send(activity);
    const ids = came.map(({ activity: { id } }) => id);
    expect(ids).toEqual([activity['id'], activity['id'], expect.any(String)]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it.each([200, 401, 503])('comes once where it is answered %s', async (status) => {
    const { came, sender } = await open({ status, body: '' });
    await sender.say({ person: EVAN, chat: CHAT, text: 'hello' });
    expect(came).toHaveLength(1);
  });
});

describe('what is wrong with an answer', () => {
  const of = async (answer: Answered | null, activity: (sender: TeamsSender) => Json) => {
    const { sender } = await open(answer);
    await sender.raw({ body: JSON.stringify(activity(sender)) });
    return sender.complaints();
  };
  const message = (sender: TeamsSender): Json =>
    sender.message({ person: EVAN, chat: CHAT, text: 'hello', mention: false });
  const failure = (sender: TeamsSender): Json =>
    sender.invoke({ person: EVAN, chat: CHAT, name: 'signin/failure', value: {} });

  it('is nothing where a message is answered with none and an invoke with an object', async () => {
    expect(await of({ status: 200, body: '' }, message)).toEqual([]);
    expect(await of({ status: 200, body: '{"task":{}}' }, fetchOf)).toEqual([]);
    expect(await of({ status: 412, body: '{"id":"1"}' }, fetchOf)).toEqual([]);
    expect(await of({ status: 200, body: '' }, failure)).toEqual([]);
    expect(await of({ status: 401, body: '' }, fetchOf)).toEqual([]);
  });

  it('is its words under a message and under a refusal', async () => {
    expect(await of({ status: 200, body: 'thanks' }, message)).toEqual([{ what: 'words', status: 200, of: 'message' }]);
    expect(await of({ status: 401, body: 'Unauthorized' }, message)).toMatchObject([{ what: 'words' }]);
    expect(await of({ status: 400, body: '{"error":1}' }, fetchOf)).toEqual([
      { what: 'words', status: 400, of: 'invoke task/fetch' },
    ]);
  });

  it('is that an invoke asked for something and got nothing, or no object', async () => {
    for (const body of ['', '[]', '"x"'])
      expect(await of({ status: 200, body }, fetchOf)).toMatchObject([{ what: 'no-answer' }]);
  });

  it('is that there was none', async () => {
    expect(await of(null, message)).toEqual([{ what: 'late', status: 0, of: 'message' }]);
  });
});

describe('what is wrong with a call', () => {
  it('is that Teams has none like it', async () => {
    const app = Fastify();
    let base = '';
    const whole = createWholeTeams({
      appId: APP,
      tenantId: TENANT,
      appPassword: 'password-of-the-tests',
      publicUrl: () => base,
      messagesUrl: () => '',
      people: [{ ...EVAN, tenant: TENANT, kind: 'employee' }],
    });
    whole.routes(app);
    base = await app.listen({ host: '127.0.0.1', port: 0 });
    const url = `${whole.standIn.serviceUrl()}v3/conversations/x/members`;
    await fetch(url);
    expect(whole.complaints()).toEqual([
      { what: 'no-such-call', status: 404, of: expect.stringMatching(/^GET .*conversations\/x\/members$/) },
    ]);
    await whole.close();
    await app.close();
  });
});
