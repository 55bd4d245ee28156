import { request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MintOptions } from '../../../playground/teams/incoming.ts';
import type { Json } from '../../../playground/teams/types.ts';
import { createTeams, type TeamsOptions } from '../../../src/adapters/teams/teams.ts';
import type { AuditEntry } from '../../../src/core/audit.ts';
import { createRejections, type Rejections } from '../../../src/core/rejections.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { printedDuring } from './printed.ts';
import { openTeams, PARTNER, TENANT, type TeamsBench } from './support.ts';

const MINUTE_S = 60;
const inSeconds = (minutes: number): number => Math.floor(Date.now() / 1_000) + minutes * MINUTE_S;
const GRAPH = '00000003-0000-0000-c000-000000000000';
const SKYPE_TENANT = 'd6d49420-f39b-4df7-a1dc-d59a935871db';
const OTHER = '11111111-2222-4333-8444-555555555555';

interface Row {
  readonly what: string;
  readonly answer: 200 | 400 | 401;
  /** The bot's own id stands for `APP`. Where minutes matter it is asked when the row is sent, for a busy machine takes some to come to it. */
  readonly mint?: MintOptions | (() => MintOptions);
  readonly authorization?: string | null;
  readonly activity?: Json;
  readonly body?: string;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const channelData = { tenant: { id: TENANT } };

/** Section 2.2 of the facts, row by row, with what Sotto must answer. */
const ROWS: readonly Row[] = [
  { what: 'valid', answer: 200 },
  { what: 'expired 4 minutes ago, within the skew', answer: 200, mint: () => ({ claims: { exp: inSeconds(-4) } }) },
  { what: 'no header', answer: 401, authorization: null },
  { what: 'Basic', answer: 401, authorization: 'Basic dXNlcjpwYXNz' },
  { what: 'a garbage token', answer: 401, authorization: 'Bearer garbage' },
  { what: 'three garbage parts', answer: 401, authorization: 'Bearer a.b.c' },
  { what: 'a wrong issuer', answer: 401, mint: { claims: { iss: 'https://issuer.example' } } },
  { what: 'a wrong audience', answer: 401, mint: { claims: { aud: OTHER } } },
  { what: 'expired 10 minutes ago', answer: 401, mint: { claims: { exp: inSeconds(-10) } } },
  {
    what: 'a wrong serviceurl claim',
    answer: 401,
    mint: { claims: { serviceurl: 'https://smba.trafficmanager.net/x/' } },
  },
  { what: 'no serviceurl claim', answer: 401, mint: { claims: { serviceurl: null } } },
  { what: 'an unknown kid', answer: 401, mint: { header: { kid: 'nobody-knows' } } },
  { what: 'no kid', answer: 401, mint: { header: { kid: null } } },
  { what: 'a key for webchat only', answer: 401, mint: { key: 'webchat' } },
  { what: 'a webchat activity by the key for Teams', answer: 401, activity: { channelId: 'webchat' } },
  { what: 'a skill token', answer: 401, mint: { claims: { appid: OTHER, ver: '1.0' } } },
  {
    what: 'a skill token of Entra',
    answer: 401,
    mint: { claims: { iss: `https://sts.windows.net/${SKYPE_TENANT}/`, appid: OTHER, ver: '1.0' } },
  },
  {
    what: 'a foreign tenant for Graph',
    answer: 401,
    mint: { claims: { iss: `https://sts.windows.net/${OTHER}/`, tid: OTHER, appid: 'APP', ver: '1.0', aud: GRAPH } },
  },
  { what: 'the channel AseChannel', answer: 401, activity: { channelId: 'AseChannel' } },
  { what: 'a wrong key under a known kid', answer: 401, mint: { key: 'unpublished' } },
  { what: 'alg none', answer: 401, mint: { how: 'none' } },
  { what: 'alg none with a signature', answer: 401, mint: { header: { alg: 'none' } } },
  { what: 'HS256 over the public key', answer: 401, mint: { how: 'hs256' } },
  { what: 'RS512 over the right key', answer: 401, mint: { header: { alg: 'RS512' } } },
  { what: 'not before in 10 minutes', answer: 401, mint: () => ({ claims: { nbf: inSeconds(10) } }) },
  { what: 'an activity without a channel', answer: 401, activity: { channelId: null } },
  { what: 'an empty channel', answer: 401, activity: { channelId: '' } },
  { what: 'a token without an end', answer: 401, mint: { claims: { exp: null } } },
  { what: 'an end that is text', answer: 401, mint: { claims: { exp: String(inSeconds(30)) } } },
  { what: 'an activity without a serviceUrl', answer: 401, activity: { serviceUrl: null } },
  {
    what: 'an empty serviceUrl and a foreign claim',
    answer: 401,
    activity: { serviceUrl: '' },
    mint: { claims: { serviceurl: 'https://elsewhere.example/' } },
  },
  {
    what: 'an empty serviceUrl and an empty claim',
    answer: 401,
    activity: { serviceUrl: '' },
    mint: { claims: { serviceurl: '' } },
  },
  { what: 'a key without endorsements', answer: 401, mint: { key: 'none' } },
  { what: 'webchat by a key for webchat', answer: 401, activity: { channelId: 'webchat' }, mint: { key: 'webchat' } },
  {
    what: 'the Emulator',
    answer: 401,
    mint: {
      claims: {
        iss: `https://sts.windows.net/${SKYPE_TENANT}/`,
        appid: 'APP',
        aud: 'https://api.botframework.com',
        ver: '1.0',
        serviceurl: null,
      },
    },
  },
  { what: 'the channel emulator', answer: 401, activity: { channelId: 'emulator' } },
  {
    what: 'a foreign tenant, version 1',
    answer: 401,
    mint: { claims: { iss: `https://sts.windows.net/${OTHER}/`, tid: OTHER, appid: 'APP', ver: '1.0' } },
  },
  {
    what: 'a foreign tenant, version 2',
    answer: 401,
    mint: { claims: { iss: `https://login.microsoftonline.com/${OTHER}/v2.0`, tid: OTHER, azp: 'APP', ver: '2.0' } },
  },
  { what: 'an activity of another tenant', answer: 401, activity: { channelData: { tenant: { id: PARTNER } } } },
  { what: 'an activity without a tenant', answer: 401, activity: { channelData: {} } },
  { what: 'no channelData', answer: 401, activity: { channelData: null } },
  {
    what: 'a conversation of another tenant',
    answer: 401,
    activity: { channelData, conversation: { conversationType: 'personal', id: 'a:1', tenantId: PARTNER } },
  },
  { what: 'a tid of another tenant', answer: 401, mint: { claims: { tid: PARTNER } } },
  { what: 'the right tid', answer: 200, mint: { claims: { tid: TENANT } } },
  { what: 'a header that says what must be understood', answer: 401, mint: { header: { crit: ['exp'], exp: 1 } } },
  {
    what: 'a serviceUrl that anybody may have',
    answer: 401,
    activity: { serviceUrl: 'https://smba.trafficmanager.net.evil.example/' },
    mint: { claims: { serviceurl: 'https://smba.trafficmanager.net.evil.example/' } },
  },
  {
    what: 'a serviceUrl without TLS',
    answer: 401,
    activity: { serviceUrl: 'http://smba.trafficmanager.net/amer/' },
    mint: { claims: { serviceurl: 'http://smba.trafficmanager.net/amer/' } },
  },
  {
    what: 'a serviceUrl of Microsoft’s',
    answer: 200,
    activity: { serviceUrl: 'https://smba.trafficmanager.net/amer/x/' },
    mint: { claims: { serviceurl: 'https://smba.trafficmanager.net/amer/x/' } },
  },
  { what: 'a body that is no object', answer: 400, body: '[]' },
  { what: 'a body without a type', answer: 400, activity: { type: null } },
];

describe('R2 R5 R6 who may speak as Teams', () => {
  let bench: TeamsBench;
  const reasons: string[] = [];
  /** What the audit log is given of one row: rejections are counted and written once a minute, and here at the end of each row. */
  const entries: AuditEntry[] = [];
  let rejections: Rejections;
  beforeAll(async () => {
    bench = await openTeams({
      adapter: {
        reject: (reason) => {
          bench.rejected.push(reason);
          rejections.note('teams', reason);
        },
      },
    });
  });
  beforeEach(() => {
    entries.length = 0;
    const clock = createFakeClock(Date.now());
    const audit = {
      append: async (entry: AuditEntry) => ({ origin: 'test', index: entries.push(entry) - 1 }),
    };
    rejections = createRejections({ audit, clock, log: silent });
    rejections.start();
  });
  afterAll(() => bench.close());

  it.each(ROWS)('R2 R5 R6 $answer: $what', async ({ answer, mint = {}, authorization, activity = {}, body }) => {
    const { accepted, rejected, kept, issuer, sender } = bench;
    for (const list of [accepted, rejected, kept]) list.length = 0;
    const minted = typeof mint === 'function' ? mint() : mint;
    const claims = JSON.parse(JSON.stringify(minted.claims ?? {}).replaceAll('"APP"', `"${bench.appId}"`));
    const header = authorization === undefined ? `Bearer ${issuer.mint({ ...minted, claims })}` : authorization;
    const text = body ?? JSON.stringify(bench.question(activity));
    let delivered = { status: 0, body: '' };
    const printed = await printedDuring(async () => {
      delivered = await sender.raw({ body: text, authorization: header });
    });
    await rejections.stop();
    expect({ ...delivered, run: accepted.length, rejections: rejected.length, printed }).toEqual({
      status: answer,
      body: '',
      run: answer === 200 ? 1 : 0,
      rejections: answer === 200 ? 0 : 1,
      printed: [],
    });
    reasons.push(...rejected);
    if (answer === 200) {
      expect(entries).toEqual([]);
      return;
    }
    expect(kept).toEqual([]);
    expect(entries).toEqual([
      { kind: 'rejected', at: expect.any(Number), platform: 'teams', reason: rejected[0], count: 1 },
    ]);
  });

  it('R2 notes a refusal without anything of the token or the text, and says nothing of it to whoever asked', async () => {
    const token = bench.issuer.mint({ key: 'unpublished', claims: { secret: 'salary' } });
    const activity = bench.question({ text: 'my secret salary' });
    const response = await fetch(bench.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(activity),
    });
    await rejections.stop();
    expect([response.status, await response.text(), response.headers.get('www-authenticate')]).toEqual([401, '', null]);
    expect(response.headers.get('content-length')).toBe('0');
    expect(entries).toHaveLength(1);
    const noted = JSON.stringify([entries, bench.logged.slice(-5)]);
    expect(noted).not.toMatch(/secret|salary|eyJ|Bearer/);
    for (const part of token.split('.')) expect(noted).not.toContain(part);
  });

  it('R5 has no way in by a socket, which is how streaming would come', async () => {
    const { host, pathname } = new URL(bench.url);
    const [hostname = '', port] = host.split(':');
    const answered = await new Promise<string>((resolve, reject) => {
      const asking = request({
        hostname,
        port,
        path: pathname,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': Buffer.alloc(16).toString('base64'),
          authorization: `Bearer ${bench.issuer.mint()}`,
          channelid: 'msteams',
        },
      });
      asking.on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve('upgraded');
      });
      asking.on('response', (response) => resolve(String(response.resume().statusCode)));
      asking.on('error', reject);
      asking.end();
    });
    expect(answered).toBe('405');
  });

  it('R2 refuses for reasons that hold nothing of the token or the text', () => {
    expect(reasons.length).toBeGreaterThan(30);
    expect(reasons.filter((reason) => !/^[a-z-]{5,30}$/.test(reason))).toEqual([]);
  });
});

describe('R1 an unsafe set-up', () => {
  let options: TeamsOptions;
  let bench: TeamsBench;
  beforeAll(async () => {
    bench = await openTeams();
    options = {
      appId: bench.appId,
      tenantIds: [TENANT],
      appToken: async () => 'app-token',
      unsafeStandIn: null,
      oauthConnection: null,
      unsafeServiceHosts: [],
      reference: { keep: async () => undefined, find: async () => null },
      clock: { now: () => 0, sleep: async () => undefined },
      random: { id: () => '', fraction: () => 0 },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { count: () => undefined, observe: () => undefined },
      reject: () => undefined,
      accept: async () => 'accepted',
      open: async () => undefined,
      submit: async () => undefined,
      more: async () => undefined,
      signedIn: async () => undefined,
      texts: { tryAgain: '', viewTitle: '', fieldNeeded: 'Needed.' },
    };
  });
  afterAll(() => bench.close());
  const loopback = {
    openIdMetadataUrl: 'http://127.0.0.1:1/m',
    tokenIssuer: 'https://api.botframework.com',
    loginUrl: 'http://localhost:1/l',
    oauthUrl: 'http://[::1]:1/o',
  };

  it.each([
    { what: 'no app id', over: { appId: '' } },
    { what: 'a blank app id', over: { appId: '  ' } },
    { what: 'no tenant', over: { tenantIds: [] } },
    { what: 'a blank tenant', over: { tenantIds: [TENANT, ''] } },
    { what: 'every tenant', over: { tenantIds: ['common'] } },
    {
      what: 'metadata from elsewhere',
      over: { unsafeStandIn: { ...loopback, openIdMetadataUrl: 'https://evil.example/m' } },
    },
    {
      what: 'a login from elsewhere',
      over: { unsafeStandIn: { ...loopback, loginUrl: 'http://127.0.0.1.evil.example/' } },
    },
    { what: 'tokens from elsewhere', over: { unsafeStandIn: { ...loopback, oauthUrl: 'https://evil.example' } } },
    { what: 'tokens from a file', over: { unsafeStandIn: { ...loopback, oauthUrl: 'file:///etc/passwd' } } },
    { what: 'no issuer', over: { unsafeStandIn: { ...loopback, tokenIssuer: '' } } },
  ])('R1 does not start: $what', ({ over }) => {
    expect(() => createTeams({ ...options, ...over })).toThrow(expect.objectContaining({ code: 'settings' }));
  });

  it('R1 starts with what is safe', () => {
    expect(createTeams(options).route.path).toBe('/teams/messages');
    expect(createTeams({ ...options, unsafeStandIn: loopback }).route.method).toBe('POST');
  });
});

describe('R3 what the library remembers', () => {
  let bench: TeamsBench | null = null;
  afterEach(() => bench?.close());

  it('R3 is unchanged after 10,000 requests of random tenants', async () => {
    const library = join(import.meta.dirname, '../../../node_modules/botframework-connector/lib/auth');
    const { ToBotFromBotOrEmulatorTokenValidationParameters: remembered } = createRequire(import.meta.url)(
      join(library, 'tokenValidationParameters.js'),
    ) as { readonly ToBotFromBotOrEmulatorTokenValidationParameters: { readonly issuer: readonly string[] } };
    bench = await openTeams({ cold: true });
    const { teams, issuer, rejected, accepted, kept } = bench;
    const before = [...remembered.issuer];
    expect(before.length).toBeGreaterThan(5);
    const body = Buffer.from(JSON.stringify(bench.question()));
    const part = (fields: Json): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
    const genuine = issuer.mint().split('.');
    for (let index = 0; index < 10_000; index++) {
      const tid = `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
      const iss = index % 2 === 0 ? `https://sts.windows.net/${tid}/` : issuer.tokenIssuer;
      const claims = part({ iss, aud: bench.appId, tid, serviceurl: bench.serviceUrl, exp: inSeconds(60) });
      const authorization = `Bearer ${genuine[0]}.${claims}.${genuine[2]}`;
      const { status } = await teams.route.handle({
        headers: { 'content-type': 'application/json', authorization },
        body,
      });
      if (status !== 401) throw new Error(`answered ${status}`);
    }
    expect(remembered.issuer).toEqual(before);
    expect({ rejected: rejected.length, accepted, kept }).toEqual({ rejected: 10_000, accepted: [], kept: [] });
    expect(issuer.fetched()).toEqual({ metadata: 0, keys: 0 });
  });
});
