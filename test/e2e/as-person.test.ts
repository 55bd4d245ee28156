/** A system that is asked as the person: they sign in at a real provider, are answered by themselves, and nobody is after they sign out. On both platforms. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { endSignIns } from '../../src/core/sign-in/ends.ts';
import { openForm } from '../support/filling-in.ts';
import { createBrowser } from '../support/openid/browser.ts';
import { openSignInStage, type SignInStage } from '../support/openid/stage.ts';
import { startTokenAuthority, type TokenAuthority } from '../support/token-authority.ts';
import { until } from '../support/until.ts';

const AUDIENCE = 'https://hr.example.com';
const SECRET = 'a-secret-of-the-client-of-tests';

let it_: SignInStage;
let authority: TokenAuthority;
let front: Server;
/** The sample system, behind the door below. */
let behind = '';
/** Who asked at the door, and for whose data; null: nobody who may. */
const asked: (readonly [string | null, string])[] = [];

beforeAll(async () => {
  authority = await startTokenAuthority({
    clientId: 'sotto',
    audience: AUDIENCE,
    scopes: [],
    // As a company's own authority does: it believes the provider's ID tokens for this client, and no others.
    foreign: async (token) => {
      try {
        const keys = createRemoteJWKSet(new URL(`${it_.provider.issuer}/jwks`));
        const { payload } = await jwtVerify(token, keys, { issuer: it_.provider.issuer, audience: 'sotto' });
        return payload.sub ?? null;
      } catch {
        return null;
      }
    },
  });
  authority.setSecrets([SECRET]);
  front = createServer(async (request, response) => {
    const bearer = await authority.bearer(request.headers.authorization, AUDIENCE);
    asked.push([bearer?.person ?? null, request.url ?? '']);
    // Its own access control, which knows nothing of ours: everybody sees their own and no more.
    const body = (await buffer(request)).toString('utf8');
    const writes = request.method === 'POST' && request.url === '/cases';
    const inTheirName = writes && (JSON.parse(body) as { readonly person?: unknown }).person === bearer?.person;
    const isOwn = bearer !== null && (inTheirName || (request.url ?? '').startsWith(`/people/${bearer.person}/`));
    if (!isOwn)
      return response.writeHead(bearer === null ? 401 : 403, { 'content-type': 'application/json' }).end('{}');
    const key = request.headers['idempotency-key'];
    const answer = await fetch(`${behind}${request.url}`, {
      method: request.method ?? 'GET',
      ...(writes ? { body } : {}),
      headers: { 'content-type': 'application/json', ...(typeof key === 'string' ? { 'idempotency-key': key } : {}) },
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((resolve) => {
    front.listen(0, '127.0.0.1', resolve);
  });
  const { port } = front.address() as AddressInfo;
  it_ = await openSignInStage({
    stage: {
      backendAs: ({ yaml, secretsFolder }) => {
        behind = /^baseUrl: (.*)$/m.exec(yaml)?.[1] ?? '';
        writeFileSync(join(secretsFolder, 'hr-client'), `${SECRET}\n`, { mode: 0o600 });
        const oauth = `{ grant: token-exchange, tokenUrl: "${authority.url}", clientId: sotto, secret: hr-client, audience: "${AUDIENCE}" }`;
        return yaml.replace(/^baseUrl: .*$/m, `baseUrl: http://127.0.0.1:${port}\nsignIn: { oauth: ${oauth} }`);
      },
    },
  });
}, 120_000);
afterAll(async () => {
  await it_.end();
  await authority.close();
  front.closeAllConnections();
  await new Promise((resolve) => front.close(resolve));
});

const LEAVE = 'how many days of leave have I left?';

describe.each(['slack', 'teams'] as const)('whoever asks a system that is asked as them, on %s', (on) => {
  const who = on === 'slack' ? 'evan' : 'mona';

  const linkIn = (message: string): string => {
    const { stage } = it_;
    const found = stage.talks[on].messages(stage.person(who)).find(({ id }) => id === message);
    const [link] = found?.links ?? [];
    if (link === undefined) throw new Error('there is no link');
    return link.url;
  };

  it('signs in once and is answered by themselves, until they sign out', async () => {
    const { stage } = it_;
    const first = await stage.ask({ who, says: LEAVE, on });
    expect(first.said).toContain('in your own name');
    expect(first.disclosure).toMatchObject({ verdict: 'step-up' });
    expect(asked).toEqual([]);

    const link = linkIn(first.disclosure?.message ?? '');
    const page = await it_.follow({ browser: createBrowser(), link, as: who });
    expect(page.status).toBe(200);
    const told = () => stage.talks[on].messages(stage.person(who)).filter(({ text }) => /left this year/.test(text));
    await until(() => told().length === 1);
    expect(asked).toEqual([[who, `/people/${who}/leave`]]);

    const tokens = authority.asked().length;
    const again = await stage.ask({ who, says: LEAVE, on });
    expect(again.said).toMatch(/left this year/);
    expect(authority.asked()).toHaveLength(tokens);
    expect(asked).toHaveLength(2);

    await endSignIns(stage.running.world, { person: who, why: 'signed-out' });
    const after = await stage.ask({ who, says: LEAVE, on });
    expect(after.said).toContain('in your own name');
    expect(asked).toHaveLength(2);
    asked.length = 0;
  }, 120_000);

  it('has what they sent go on by itself once they signed in, once, and their words are nowhere but there', async () => {
    const { stage } = it_;
    const words = `Zqwaits${on} is for one reader.`;
    const sender = on === 'slack' ? 'hugo' : 'erin';
    const { writing, askPerson } = repliesIn(on === 'slack' ? 'en' : 'de');
    const person = stage.person(sender);
    const parked = async () => (await stage.running.world.store.inbox.census({ now: Date.now() })).parked;
    const waitedBefore = await parked();
    const messages = () => stage.talks[on].messages(person);
    const before = stage.backend.deeds().length;
    await stage.ask({ who: sender, says: 'zorble the quintessential frobnicator', on });
    const sent = await openForm(stage.talks[on], person, askPerson);
    expect(await sent.send({ 'slot-about': 'hr', 'words-1': words })).toBe(200);
    const waits = () => messages().findLast(({ text }) => /10 Min/i.test(text));
    await until(() => waits() !== undefined, 12_000);
    const waiting = waits();
    expect(waiting?.buttons.map(({ label }) => label)).toEqual([writing.open]);
    expect(asked).toEqual([]);
    expect(stage.backend.deeds()).toHaveLength(before);
    await until(async () => (await parked()) === waitedBefore + 1, 12_000);

    const page = await it_.follow({ browser: createBrowser(), link: waiting?.links?.[0]?.url ?? '', as: sender });
    expect(page.status).toBe(200);
    await until(() => stage.backend.deeds().length > before, 12_000);
    const { number = '' } = stage.backend.deeds().at(-1) ?? {};
    const told = () => messages().filter(({ text }) => text.includes(number));
    await until(() => told().length > 0, 12_000);
    expect(stage.backend.deeds().slice(before)).toMatchObject([
      { operation: 'case.open', body: { person: sender, message: words } },
    ]);
    expect(told()).toHaveLength(1);
    expect(asked).toEqual([[sender, '/cases']]);
    // Whoever opens the form by now is told that it was sent: of both one is written.
    const [button] = waiting?.buttons ?? [];
    stage.talks[on].closeView(person);
    await stage.talks[on].press({
      person,
      channel: waiting?.channel ?? '',
      id: waiting?.id ?? '',
      action: button?.action ?? '',
      value: button?.value ?? '',
    });
    await until(() => stage.talks[on].view(person)?.text === writing.already, 12_000);
    expect(stage.talks[on].view(person)?.form ?? null).toBeNull();

    expect(JSON.stringify(messages())).not.toContain('Zqwaits');
    expect(JSON.stringify(stage.trail)).not.toContain('Zqwaits');
    expect(JSON.stringify(stage.slack.requests())).not.toContain('Zqwaits');
    asked.length = 0;
  }, 120_000);

  it('leaves nothing of the token where words and secrets must not be', () => {
    const given = authority.asked().flatMap(({ form }) => [form['subject_token'] ?? '']);
    expect(given.every((token) => token.length > 100)).toBe(true);
    const trail = JSON.stringify(it_.stage.trail);
    for (const token of given) expect(trail).not.toContain(token);
  });
});
