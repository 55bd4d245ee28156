/** A system that is asked as the person: they sign in at a real provider, are answered by themselves, and nobody is after they sign out. On both platforms. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { endSignIns } from '../../src/core/sign-in/ends.ts';
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
    const isOwn = bearer !== null && (request.url ?? '').startsWith(`/people/${bearer.person}/`);
    if (!isOwn)
      return response.writeHead(bearer === null ? 401 : 403, { 'content-type': 'application/json' }).end('{}');
    const answer = await fetch(`${behind}${request.url}`);
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

  it('leaves nothing of the token where words and secrets must not be', () => {
    const given = authority.asked().flatMap(({ form }) => [form['subject_token'] ?? '']);
    expect(given.every((token) => token.length > 100)).toBe(true);
    const trail = JSON.stringify(it_.stage.trail);
    for (const token of given) expect(trail).not.toContain(token);
  });
});
