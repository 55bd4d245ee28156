/**
 * Everything that Sotto calls, client by client: no plain http beyond this machine, no host that is not on the list, no redirect, and
 * nobody whose certificate is not trusted. A new way out that is missing here fails the last test.
 */
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createAzureCredential } from '../../src/adapters/azure/credential.ts';
import { blobAddress } from '../../src/adapters/azure-blob/address.ts';
import { createContainer } from '../../src/adapters/azure-blob/container.ts';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import { createCredentials } from '../../src/adapters/bounded/credentials.ts';
import { createGraph } from '../../src/adapters/entra/graph.ts';
import { checkedGraphUrl } from '../../src/adapters/entra/settings.ts';
import { vaultAddress } from '../../src/adapters/key-vault/address.ts';
import { keyAddress } from '../../src/adapters/key-vault/key-address.ts';
import { createVault } from '../../src/adapters/key-vault/vault.ts';
import { createKeyWrapping } from '../../src/adapters/key-vault/wrapping.ts';
import { boundedFetch, isSafeAddress } from '../../src/adapters/openid/fetch.ts';
import { createOpenId } from '../../src/adapters/openid/openid.ts';
import { createSessionProver } from '../../src/adapters/openid/session.ts';
import { clientOptions, createClients } from '../../src/adapters/slack/client.ts';
import { handTokens } from '../../src/adapters/slack/install-tokens.ts';
import { respondTo, responseHosts } from '../../src/adapters/slack/respond.ts';
import { createSlack } from '../../src/adapters/slack/slack.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import { createAppToken } from '../../src/adapters/teams/app-token.ts';
import { fetchFields } from '../../src/adapters/teams/fetch.ts';
import { createKeyring } from '../../src/adapters/teams/keys.ts';
import { allowedHosts, checkedLoopback, keyHosts } from '../../src/adapters/teams/service-hosts.ts';
import { createTransport } from '../../src/adapters/teams/transport.ts';
import { SottoError } from '../../src/core/errors.ts';
import { createAuthority } from '../support/certificates.ts';

const TOKEN = 'xoxb-bearer-that-nobody-may-see';
const clock = systemClock();
const silent = () => undefined;
const log = { info: silent, warn: silent, error: silent };
const metrics = { count: silent, observe: silent };
const secret = async () => ({ current: TOKEN, accepted: [TOKEN] });
const bearer = { getToken: async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }) };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-outbound-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const backendAt = (base: string) => {
  const here = mkdtempSync(join(folder, 'backends-'));
  const operations =
    'operations:\n  x.one:\n    { method: GET, path: "/one/{subject}", data: x, subject: id, fields: { id: text } }\n';
  const auth = 'auth: { scheme: bearer, secret: x-token }\n';
  writeFileSync(join(here, 'x.yaml'), `backend: x\nbaseUrl: ${base}\n${auth}${operations}`);
  return createRestBackend({ folder: here, secrets: { get: secret, health: silent } as never });
};

/** True where the call was made and answered as if all were well; false or an error where it was not. */
interface Client {
  readonly name: string;
  /** Speaks https only, also on this machine. */
  readonly secureOnly?: boolean;
  /** Calls the server that is there. `ca`: trusted, where it is https. */
  call(base: string, ca?: string): Promise<unknown>;
  /** Whether this address would be called. */
  takes(address: string): boolean | Promise<boolean>;
  readonly real: string;
  readonly foreign: readonly string[];
}

const accepts = (check: () => unknown): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

const slackAt = (unsafeApiUrl: string): unknown =>
  createSlack({
    appId: 'A0SOTTO000',
    teamIds: ['T0SOTTO000'],
    unsafeApiUrl,
    events: { via: 'http', signingSecret: secret },
    botToken: secret,
    sealer: { seal: () => '', open: () => null },
    reject: silent,
    accept: async () => 'accepted',
    open: async () => undefined,
    submit: async () => undefined,
    opened: async () => undefined,
    more: async () => undefined,
    texts: { tryAgain: '', commandTaken: '', viewMoment: '', viewExpired: '', viewClose: '', viewTitle: '' },
    clock,
    log,
    metrics,
  });

const clients: readonly Client[] = [
  {
    name: 'Slack’s Web API',
    call: (base) => {
      const withToken = handTokens({
        withToken: createCredentials({ secret, name: 'slack-bot-token', clock }),
        orgWide: () => false,
      });
      const { asBot } = createClients({ withToken, unsafeApiUrl: `${base}/api/` });
      return asBot('T0SOTTO000', (client) => client.auth.test());
    },
    // What leaves is looked at as well as what was set: the address of a call, whoever made it.
    takes: async (address) => {
      if (!address.startsWith('https://slack.com/') && accepts(() => slackAt(address))) return true;
      const asked = clientOptions(null).fetch(address, { method: 'POST', signal: AbortSignal.abort() });
      return asked.then(
        () => true,
        (error: { readonly code?: unknown }) => error.code !== 'host_not_allowed',
      );
    },
    real: 'https://slack.com/api/auth.test',
    foreign: ['https://slack.com.example.com/', 'https://evil.example/api/', 'https://slack.com:8443/api/'],
  },
  {
    name: 'Slack’s response_url',
    call: (base) =>
      respondTo({
        url: `${base}/actions/x`,
        card: { text: 'x', note: null, buttons: [], fallback: null },
        mayRespondTo: responseHosts(base),
      }),
    takes: responseHosts(null),
    real: 'https://hooks.slack.com/actions/T/1/x',
    foreign: ['https://hooks.slack.com.example.com/', 'https://hooks.slack.com@evil.example/', 'https://evil.example/'],
  },
  {
    name: 'the Connector of Teams',
    call: async (base) => {
      const transport = createTransport({ unsafeServiceHosts: [new URL(base).host], metrics });
      const answer = await transport.send({ method: 'GET', url: `${base}/v3/x`, headers: {}, body: null });
      return answer.kind === 'answer' && answer.status === 200;
    },
    takes: allowedHosts([]),
    real: 'https://smba.trafficmanager.net/emea/',
    foreign: ['https://evil.trafficmanager.net/', 'https://evil.example/', 'https://smba.trafficmanager.net:8443/'],
  },
  {
    name: 'the keys that Teams signs with',
    call: async (base) => {
      const mayFetch = keyHosts({ unsafeStandIn: true });
      const keyring = createKeyring({ metadataUrl: `${base}/metadata`, mayFetch, clock, log, metrics });
      return (await keyring.find('kid')) !== 'unavailable';
    },
    takes: keyHosts({ unsafeStandIn: false }),
    real: 'https://login.botframework.com/v1/.well-known/keys',
    foreign: ['https://login.botframework.com.example.com/keys', 'https://evil.example/keys'],
  },
  {
    name: 'the token service of Teams',
    call: async (base) => (await fetchFields(`${base}/api/usertoken/exchange`, { method: 'POST' })) !== null,
    // Microsoft's own is no setting; a stand-in must be on this machine.
    takes: (address) =>
      address.startsWith('https://token.botframework.com/') || accepts(() => checkedLoopback('address', address)),
    real: 'https://token.botframework.com/api/usertoken/exchange',
    foreign: ['https://evil.example/'],
  },
  {
    name: 'the bot’s login between stand-ins',
    call: (base) => createAppToken({ loginUrl: `${base}/t`, appId: 'x', secret, clock, log, metrics })(),
    takes: (address) => accepts(() => createAppToken({ loginUrl: address, appId: 'x', secret, clock, log, metrics })),
    real: 'https://127.0.0.1:1/t',
    foreign: ['https://login.microsoftonline.com/t', 'https://evil.example/t'],
  },
  {
    name: 'Microsoft Graph',
    call: async (base) => {
      const random = systemRandom();
      const graph = createGraph({ baseUrl: base, token: async () => TOKEN, clock, log, metrics, random });
      return (await graph.ask({ operation: 'user', url: graph.at('users/x'), shape: z.object({}) })).ok;
    },
    takes: async (address) => {
      if (address.startsWith('https://graph.microsoft.com/')) return checkedGraphUrl(null) === new URL(address).origin;
      let asked = false;
      const token = async (): Promise<string> => {
        asked = true;
        throw new Error('none');
      };
      const base = checkedGraphUrl(null);
      const graph = createGraph({ baseUrl: base, token, clock, log, metrics, random: systemRandom() });
      await graph.ask({ operation: 'user', url: address, shape: z.object({}) });
      return asked || accepts(() => checkedGraphUrl(address));
    },
    real: 'https://graph.microsoft.com/v1.0/users/x',
    foreign: ['https://graph.microsoft.com.example.com/v1.0/', 'https://evil.example/v1.0/'],
  },
  {
    name: 'Key Vault',
    secureOnly: true,
    call: (base, ca) =>
      createVault({ url: new URL(base), credential: bearer, unsafeStandIn: true, ca, callMs: 3_000 }).versions(
        'x',
        AbortSignal.timeout(5_000),
      ),
    takes: (address) =>
      accepts(() => vaultAddress({ url: address, unsafeStandIn: false })) ||
      accepts(() => vaultAddress({ url: address, unsafeStandIn: true })),
    real: 'https://acme.vault.azure.net/',
    foreign: ['https://acme.vault.azure.net.example.com/', 'https://evil.example/'],
  },
  {
    name: 'a key of Key Vault that wraps',
    secureOnly: true,
    call: (base, ca) =>
      createKeyWrapping({ keyUrl: `${base}/keys/k`, unsafeStandIn: true, credential: bearer, ca, callMs: 3_000 }).wrap(
        'x',
      ),
    takes: (address) =>
      accepts(() => keyAddress({ url: address, unsafeStandIn: false })) ||
      accepts(() => keyAddress({ url: address, unsafeStandIn: true })),
    real: 'https://acme.vault.azure.net/keys/k',
    foreign: ['https://acme.vault.azure.net.example.com/keys/k', 'https://evil.example/keys/k'],
  },
  {
    name: 'Blob Storage',
    secureOnly: true,
    call: async (base, ca) => {
      const url = `${base}/account/container`;
      const { page } = createContainer({ url, credential: bearer, ca, callMs: 3_000 });
      return page({ prefix: '', from: null, versions: false }, AbortSignal.timeout(5_000));
    },
    takes: (address) =>
      accepts(() => blobAddress({ url: address, unsafeStandIn: false })) ||
      accepts(() => blobAddress({ url: address, unsafeStandIn: true })),
    real: 'https://acme.blob.core.windows.net/backups',
    foreign: ['https://acme.blob.core.windows.net.example.com/backups', 'https://evil.example/acme/backups'],
  },
  {
    name: 'Entra’s sign-in',
    secureOnly: true,
    call: (base, ca) =>
      createAzureCredential({
        kind: 'client-secret',
        tenantId: '11111111-2222-3333-4444-555555555555',
        clientId: '11111111-2222-3333-4444-555555555555',
        secret: TOKEN,
        unsafeAuthorityHost: base,
        deadlineMs: 3_000,
        ...(ca === undefined ? {} : { ca }),
      }).getToken('https://vault.azure.net/.default'),
    takes: (address) =>
      accepts(() =>
        createAzureCredential({ kind: 'managed-identity', unsafeAuthorityHost: address.replace(/\/$/, '') }),
      ),
    real: 'https://localhost:1',
    // Its own authorities are in the program; one that is named can only be a stand-in.
    foreign: ['https://login.microsoftonline.com/', 'https://evil.example/'],
  },
  {
    name: 'a system of record',
    call: async (base) => {
      const fetched = await backendAt(base).fetch({ operation: 'x.one', subject: 's', asker: 'a', id: 'id' });
      return fetched.ok;
    },
    takes: (address) => accepts(() => backendAt(address.replace(/\/$/, ''))),
    real: 'https://hr.example.com',
    // Whoever describes it names its host; with a user, a query or a fragment it could be read as another.
    foreign: ['https://hr.example.com@evil.example/', 'https://hr.example.com/?x=1', 'https://hr.example.com/#x'],
  },
  {
    name: 'the company’s OpenID provider',
    call: async (base) => {
      const clientSecret = async () => Promise.reject(new SottoError('secret-missing', 'There is none.'));
      const strength = { acr: [], authContext: null, amr: [] };
      const asking = {
        redirectUri: 'https://sotto.example.com/auth/callback',
        personClaim: 'sub',
        email: false,
        strength,
      };
      const openid = createOpenId({ issuer: base, clientId: 'x', ...asking, clientSecret, clock, log, metrics });
      return openid.begin({
        state: 's',
        nonce: 'n',
        codeVerifier: 'v'.repeat(43),
        maxAgeSeconds: 60,
        afresh: false,
        locale: 'en',
      });
    },
    // Its host is the admin's to name; what it names itself must be https as well.
    takes: async (address) => {
      if (!isSafeAddress(address, { loopback: false })) return false;
      const asked = boundedFetch({ loopback: false })(address, {
        body: undefined,
        headers: {},
        method: 'GET',
        redirect: 'manual',
        signal: AbortSignal.abort(),
      });
      return asked.then(
        () => true,
        (error: { readonly code?: unknown }) => error.code !== 'sign-in-unavailable',
      );
    },
    real: 'https://id.example.com/',
    foreign: ['https://id.example.com@evil.example/', 'https://user:word@id.example.com/', 'ftp://id.example.com/'],
  },
  {
    name: 'the keys that Teams’ own tokens are signed with',
    call: async (base) => {
      const strength = { acr: [], authContext: null, amr: [] };
      const prover = createSessionProver({ issuer: base, audience: 'x', strength, clock, log });
      const proved = await prover.prove('eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.c2ln');
      return proved.ok || proved.why !== 'unreachable';
    },
    takes: (address) => isSafeAddress(address, { loopback: false }),
    real: 'https://login.microsoftonline.com/common/discovery/keys',
    foreign: ['https://login.microsoftonline.com@evil.example/', 'ftp://login.microsoftonline.com/'],
  },
];

/** Answers everything in one way, and counts. */
const serving = async (handler: RequestListener, secure?: { readonly cert: string; readonly key: string }) => {
  let asked = 0;
  const count: RequestListener = (request, response) => {
    asked += 1;
    request.resume();
    handler(request, response);
  };
  const server: Server = secure === undefined ? createServer(count) : createSecureServer(secure, count);
  server.on('tlsClientError', silent);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    base: `${secure === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked: () => asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** What a call came to: true, or whatever says that it did not succeed. */
const outcomeOf = (call: Promise<unknown>): Promise<'succeeded' | 'refused'> =>
  call.then(
    (value) => (value === false || value === null ? 'refused' : 'succeeded'),
    () => 'refused',
  );

describe.each(clients)('$name', (client) => {
  it('is called where it is', async () => {
    expect(await client.takes(client.real)).toBe(true);
  });

  it('is not called over plain http beyond this machine', async () => {
    const { host, pathname } = new URL(client.real);
    const addresses = [
      `http://${host.startsWith('localhost') || host.startsWith('127.') ? 'evil.example' : host}${pathname}`,
      'http://10.0.0.1/',
    ];
    for (const address of addresses) expect([address, await client.takes(address)]).toEqual([address, false]);
  });

  it('is not called at another host', async () => {
    for (const address of client.foreign) expect([address, await client.takes(address)]).toEqual([address, false]);
  });

  it.each(
    [301, 302, 307, 308].flatMap(
      (status) =>
        [
          [status, 'elsewhere'],
          [status, 'to itself'],
        ] as const,
    ),
  )('is not followed where it redirects with %d %s', async (status, to) => {
    const authority = client.secureOnly === true ? await createAuthority() : null;
    const own = await authority?.issue();
    let followed = 0;
    const elsewhere = await serving((_, response) => {
      followed += 1;
      response.end('{}');
    }, own);
    const redirecting = await serving((request, response) => {
      const path = request.url ?? '/';
      if (path.startsWith('/followed')) followed += 1;
      response.writeHead(status, { location: `${to === 'elsewhere' ? elsewhere.base : ''}/followed${path}` }).end();
    }, own);
    expect(await outcomeOf(client.call(redirecting.base, authority?.cert))).toBe('refused');
    expect(redirecting.asked()).toBeGreaterThan(0);
    expect(followed).toBe(0);
    await Promise.all([redirecting.close(), elsewhere.close()]);
  });

  it('hears nothing where its certificate is not trusted', async () => {
    const stranger = await serving((_, response) => response.end('{}'), await (await createAuthority()).issue());
    expect(await outcomeOf(client.call(stranger.base))).toBe('refused');
    expect(stranger.asked()).toBe(0);
    await stranger.close();
  });
});

describe('every way out', () => {
  const root = join(import.meta.dirname, '../..');
  const sources = globSync('src/{adapters,main}/**/*.ts', { cwd: root }).map((path) => ({
    path: path.replaceAll('\\', '/'),
    source: readFileSync(join(root, path), 'utf8'),
  }));

  // The core and the rules import nothing that could call anybody; see layers.test.ts.
  it('is one of those above', () => {
    const out =
      /(?<![.\w])fetch\(|\b(?:https?|tls|net)\.(?:request|get|connect)\(|\brequest\(|\bbuildConnector\(|\bnew (?:Redis|[A-Z]\w*(?:Client|Credential))\(/;
    const found = sources.filter(({ source }) => out.test(source)).map(({ path }) => path);
    expect(found.sort()).toEqual([
      'src/adapters/azure-blob/container.ts',
      'src/adapters/azure/credential.ts',
      'src/adapters/backend/calling/connections.ts',
      // To the process on this machine, over a socket that is a file.
      'src/adapters/control/client.ts',
      'src/adapters/entra/graph.ts',
      'src/adapters/key-vault/vault.ts',
      'src/adapters/key-vault/wrapping.ts',
      'src/adapters/openid/fetch.ts',
      // See tls.redis.test.ts.
      'src/adapters/redis/connection.ts',
      'src/adapters/slack/client.ts',
      // By the options of client.ts: the same host, the same deadline, the same redirects.
      'src/adapters/slack/install-oauth.ts',
      // To our own public address; see look.test.ts.
      'src/adapters/slack/look.ts',
      'src/adapters/slack/respond.ts',
      // By the options of client.ts; for the socket itself see socket-link.test.ts.
      'src/adapters/slack/socket-address.ts',
      // TLS alone, and no https: see syslog.test.ts.
      'src/adapters/syslog/connection.ts',
      'src/adapters/teams/fetch.ts',
      // To our own public address; see look.test.ts.
      'src/adapters/teams/look.ts',
      'src/adapters/teams/transport.ts',
    ]);
  });

  it('that is a fetch says what becomes of redirects', () => {
    for (const { path, source } of sources) {
      for (const [call = ''] of source.matchAll(/(?<![.\w])fetch\([^;]*;/g))
        expect([path, call]).toEqual([path, expect.stringMatching(/redirect: '(?:error|manual)'/)]);
    }
  });

  it('switches no certificate check off', () => {
    for (const { path, source } of sources)
      expect([path, /rejectUnauthorized: (?!true)|checkServerIdentity/.test(source)]).toEqual([path, false]);
  });
});
