import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { SAMPLE_GROUPS } from '../../../playground/graph/sample.ts';
import { createGraphStandIn, type GraphStandIn } from '../../../playground/graph/stand-in.ts';
import { inWords, type Line } from '../../../src/cli/doctor/line.ts';
import { groupLines, lookAtPeople, permissionLines, personLine, rolesIn } from '../../../src/cli/doctor/people.ts';
import { askProvider, lookAtProvider, providerLines, type Told } from '../../../src/cli/doctor/provider.ts';
import type { SignInConfig } from '../../../src/config.ts';
import { SottoError } from '../../../src/core/errors.ts';
import type { Secret } from '../../../src/core/ports.ts';
import { idOf, SAMPLE } from '../../adapters/entra/support.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.parse('2026-11-26T09:00:00Z');
const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const ENTRA = `https://login.microsoftonline.com/${TENANT}/v2.0`;

const states = (lines: readonly Line[]): readonly string[] => lines.map(({ state }) => state);
const words = (lines: readonly Line[]): string => lines.map(inWords).join('\n');

/** Whatever is not well says why, and how to mend it. */
const whole = (lines: readonly Line[]): void => {
  for (const line of lines)
    if (line.state !== 'ok')
      for (const part of [line.what, line.why, line.mend])
        expect([line.what, part.length > 20]).toEqual([line.what, true]);
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const signInOf = (over: Partial<SignInConfig> = {}): SignInConfig => ({
  issuer: 'https://id.example.com',
  clientId: 'sotto',
  personClaim: 'sub',
  strength: { acr: [], authContext: null, amr: [] },
  ...over,
});

const METADATA = {
  issuer: 'https://id.example.com',
  id_token_signing_alg_values_supported: ['HS256', 'RS256', 'ES256'],
  code_challenge_methods_supported: ['S256'],
  claims_supported: ['sub', 'auth_time'],
  acr_values_supported: ['strong', 'weak'],
};

const told = (over: object = {}, more: object = {}): Told => ({
  metadata: { ...METADATA, ...over },
  keys: 2,
  ms: 50,
  ...more,
});

describe('doctor, of the OpenID provider', () => {
  it('finds nothing in a good one, and says what strong means there', () => {
    const lines = providerLines(signInOf(), told());
    expect(states(lines)).toEqual(lines.map(() => 'ok'));
    expect(words(lines)).toMatch(/RS256, ES256; keys: 2\.[\s\S]*PKCE \(S256\)[\s\S]*amr mfa/);
    expect(words(lines)).not.toContain('HS256');
    const strength = { acr: ['strong'], authContext: null, amr: ['hwk'] };
    expect(words(providerLines(signInOf({ strength }), told()))).toContain('acr strong, and amr hwk');
  });

  it.each<readonly [string, Partial<SignInConfig>, Told, 'finding' | 'warning', RegExp]>([
    [
      'one that names itself otherwise',
      {},
      told({ issuer: 'https://id.example.com/' }),
      'finding',
      /names itself otherwise/,
    ],
    ['one that says no name', {}, told({ issuer: undefined }), 'finding', /names itself otherwise/],
    [
      'one that signs by secrets we share',
      {},
      told({ id_token_signing_alg_values_supported: ['HS256', 'none'] }),
      'finding',
      /signs its tokens by nothing/,
    ],
    [
      'one that does not say how it signs',
      {},
      told({ id_token_signing_alg_values_supported: 'RS256' }),
      'finding',
      /signs its tokens by nothing/,
    ],
    ['one without a key', {}, told({}, { keys: 0 }), 'finding', /shows no key/],
    [
      'one that takes PKCE in the clear alone',
      {},
      told({ code_challenge_methods_supported: ['plain'] }),
      'finding',
      /other methods than S256/,
    ],
    [
      'one that says nothing of PKCE',
      {},
      told({ code_challenge_methods_supported: undefined }),
      'warning',
      /does not say that it takes PKCE/,
    ],
    ['one that does not list auth_time', {}, told({ claims_supported: ['sub'] }), 'warning', /does not list auth_time/],
    ['one that is slow', {}, told({}, { ms: 2_001 }), 'warning', /took 2\.0 s/],
    [
      'one that knows none of our acr values',
      { strength: { acr: ['phr'], authContext: null, amr: [] } },
      told(),
      'finding',
      /knows none of OIDC_ACR_VALUES \(it lists strong, weak\)/,
    ],
    [
      'a context of Entra at another one',
      { strength: { acr: [], authContext: 'c1', amr: [] } },
      told(),
      'finding',
      /OIDC_AUTH_CONTEXT is c1, and this provider is not Entra/,
    ],
    [
      'Entra where nothing shows strength',
      { issuer: ENTRA },
      told({ issuer: ENTRA }),
      'finding',
      /looked for in amr alone/,
    ],
    [
      'Google',
      { issuer: 'https://accounts.google.com' },
      told({ issuer: 'https://accounts.google.com' }),
      'finding',
      /Google does not say/,
    ],
  ])('tells of %s, once, with why and how to mend it', (_, over, what, state, wanted) => {
    const lines = providerLines(signInOf(over), what);
    whole(lines);
    expect(lines.filter((line) => line.state !== 'ok').map((line) => line.state)).toEqual([state]);
    expect(words(lines)).toMatch(wanted);
  });

  it('knows that Entra takes PKCE and does not say so', () => {
    const strength = { acr: [], authContext: 'c1', amr: [] };
    const lines = providerLines(
      signInOf({ issuer: ENTRA, strength }),
      told({ issuer: ENTRA, code_challenge_methods_supported: undefined }),
    );
    expect(states(lines)).toEqual(lines.map(() => 'ok'));
    expect(words(lines)).toContain('acrs c1');
  });

  const served = async (answer: (path: string) => { readonly status: number; readonly body: string } | null) => {
    const server: Server = createServer((request, response) => {
      const said = answer(request.url ?? '');
      if (said === null) return void response.destroy();
      response.writeHead(said.status, { 'content-type': 'application/json', location: '/elsewhere' }).end(said.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('asks for metadata and keys, and for nothing else', async () => {
    const asked: string[] = [];
    let base = '';
    base = await served((path) => {
      asked.push(path);
      const body = path === '/keys' ? { keys: [{}, {}, {}] } : { ...METADATA, issuer: base, jwks_uri: `${base}/keys` };
      return { status: 200, body: JSON.stringify(body) };
    });
    expect(await askProvider({ issuer: base }, () => NOW)).toMatchObject({
      keys: 3,
      ms: 0,
      metadata: { issuer: base },
    });
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it.each([
    ['is not there', () => null, { of: 'metadata' }],
    ['answers 500', () => ({ status: 500, body: '{}' }), { code: 'http_500', of: 'metadata' }],
    ['sends us elsewhere', () => ({ status: 302, body: '' }), { of: 'metadata' }],
    ['answers in words', () => ({ status: 200, body: 'welcome' }), { code: 'no-json', of: 'metadata' }],
    [
      'answers without an end',
      () => ({ status: 200, body: `{"a":"${'x'.repeat(300_000)}"}` }),
      { code: 'no-json', of: 'metadata' },
    ],
    ['has no address of keys', () => ({ status: 200, body: '{}' }), { code: 'no-address', of: 'keys' }],
  ])('finds one that %s', async (_, answer, wanted) => {
    const issuer = await served(answer);
    const said = await askProvider({ issuer }, () => NOW);
    expect(said).toMatchObject(wanted);
    const lines = providerLines(signInOf({ issuer }), said);
    whole(lines);
    expect(states(lines)).toEqual(['finding']);
    expect(words(lines)).toContain('could not be read');
  });

  const secretLine = async (secret: Secret | Error): Promise<Line | undefined> => {
    const lines = await lookAtProvider({
      config: {
        signIn: signInOf({ issuer: 'http://127.0.0.1:9' }),
        publicUrl: 'https://sotto.example.com',
        warnMs: 30 * DAY_MS,
      },
      secrets: {
        get: async () => {
          if (secret instanceof Error) throw secret;
          return secret;
        },
      },
      now: () => NOW,
    });
    expect(words(lines)).toContain('redirect address https://sotto.example.com/auth/callback');
    expect(words(lines)).not.toContain('hush');
    return lines.at(-1);
  };
  const hush = (until: number | null): Secret => ({ current: 'hush', accepted: ['hush'], until });

  it('says the redirect address, and when the client’s secret ends', async () => {
    expect(await secretLine(hush(NOW + 31 * DAY_MS))).toMatchObject({ state: 'ok' });
    expect(await secretLine(hush(NOW + 29 * DAY_MS))).toMatchObject({
      state: 'finding',
      what: expect.stringContaining('ends in'),
    });
    expect(await secretLine(hush(null))).toMatchObject({
      state: 'warning',
      what: expect.stringContaining('is not known'),
    });
    const missing = new SottoError('secret-missing', 'It is missing.');
    expect(await secretLine(missing)).toMatchObject({ state: 'ok', what: expect.stringContaining('public client') });
    const away = new SottoError('secrets-unavailable', 'The vault cannot be reached.');
    expect(await secretLine(away)).toMatchObject({ state: 'finding', what: 'The vault cannot be reached.' });
  });

  it('says nothing where nobody can sign in', async () => {
    const config = { signIn: null, publicUrl: null, warnMs: 0 };
    const secrets = { get: async () => Promise.reject(new Error('asked')) };
    expect(await lookAtProvider({ config, secrets, now: () => NOW })).toEqual([]);
  });
});

const LEAST = ['User.Read.All', 'GroupMember.Read.All'];
const part = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
const tokenOf = (claims: object): string => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;

describe('doctor, of what the token for Graph may do', () => {
  it('finds nothing in the least, also beside what shows hidden members', () => {
    expect(states(permissionLines(LEAST))).toEqual(['ok']);
    expect(states(permissionLines([...LEAST, 'Member.Read.Hidden']))).toEqual(['ok']);
  });

  it('finds each that is missing, and takes those that hold it', () => {
    expect(words(permissionLines(['User.Read.All']))).toMatch(/FINDING .*does not carry GroupMember\.Read\.All/);
    expect(words(permissionLines(['GroupMember.Read.All']))).toMatch(/FINDING .*does not carry User\.Read\.All/);
    expect(states(permissionLines([]))).toEqual(['finding', 'finding']);
    expect(states(permissionLines(['Directory.Read.All']))).toEqual(['warning']);
    whole(permissionLines([]));
  });

  it('warns of whatever is more than needed, by name', () => {
    const lines = permissionLines([...LEAST, 'Mail.Read', 'User.ReadWrite.All']);
    expect(states(lines)).toEqual(['warning']);
    expect(words(lines)).toContain('Mail.Read, User.ReadWrite.All');
    whole(lines);
  });

  it('reads roles where the token can be read, and warns where it cannot', () => {
    expect(rolesIn(tokenOf({ roles: LEAST }))).toEqual(LEAST);
    expect(rolesIn(tokenOf({}))).toEqual([]);
    expect(rolesIn('opaque')).toBeNull();
    expect(states(permissionLines(null))).toEqual(['warning']);
    whole(permissionLines(null));
  });
});

describe('doctor, of people', () => {
  const lookWith = async (
    o: { readonly groups?: ReadonlyMap<string, string>; readonly change?: (graph: GraphStandIn) => void } = {},
  ): Promise<readonly Line[]> => {
    const token = tokenOf({ roles: LEAST });
    const graph = createGraphStandIn({ users: SAMPLE.users, groups: SAMPLE.groups, accepts: (one) => one === token });
    o.change?.(graph);
    const app = Fastify({ forceCloseConnections: true });
    graph.routes(app);
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => app.close());
    const nothing = (): void => undefined;
    return lookAtPeople({
      config: {
        directory: {
          kind: 'entra',
          tenantId: SAMPLE.tenantId,
          unsafeGraphUrl: `${base}/standin/graph`,
          groups: o.groups ?? SAMPLE_GROUPS,
        },
        operators: 'payroll',
        hr: 'hr',
      },
      tools: {
        clock: { ...createFakeClock(Date.now()), now: Date.now },
        random: { id: () => 'id', fraction: () => 0.5 },
        log: { info: nothing, warn: nothing, error: nothing },
        metrics: { count: nothing, observe: nothing },
      } as unknown as Parameters<typeof lookAtPeople>[0]['tools'],
      azure: { bearer: async () => async () => token },
    });
  };

  it('finds nothing where groups are there and somebody is found', async () => {
    const lines = await lookWith();
    expect(words(lines.filter(({ state }) => state !== 'ok'))).toBe('');
    expect(words(lines)).toMatch(/in Entra, with somebody in each[\s\S]*found with everything that policy reads/);
  });

  it('finds a group that is not there, an empty one of operators, and one that no group stands for', async () => {
    const nowhere = 'aaaaaaaa-0000-4000-8000-00000000dead';
    const gone = await lookWith({ groups: new Map([...SAMPLE_GROUPS, ['legal', nowhere]]) });
    expect(words(gone)).toMatch(/FINDING .*no group of the id that SOTTO_ENTRA_GROUPS gives "legal"/);
    expect(words(gone)).not.toContain(nowhere);
    whole(gone);
    const unmapped = await lookWith({ groups: new Map([['hr', SAMPLE_GROUPS.get('hr') ?? '']]) });
    expect(words(unmapped)).toMatch(/FINDING .*names no group for "payroll"[\s\S]*pause/);
    whole(unmapped);
    const empty = groupLines(
      [
        { name: 'ops', first: 'empty' },
        { name: 'hr', first: { id: 'x' } },
        { name: 'legal', first: 'empty' },
      ],
      { operators: 'ops', hr: 'hr' },
    );
    expect(states(empty)).toEqual(['finding', 'warning']);
    whole(empty);
  });

  it('finds somebody of the operators who is not found, without saying who', async () => {
    const lines = await lookWith({ change: (graph) => graph.tenant.change(idOf('pia'), { accountEnabled: false }) });
    expect(words(lines)).toMatch(/FINDING .*not found as a person \(deactivated\)/);
    expect(words(lines)).not.toContain(idOf('pia'));
    whole([personLine({ ok: false, why: 'unknown' })]);
  });

  it('says why where there is no token, and asks nothing of a file', async () => {
    const o = {
      tools: {} as Parameters<typeof lookAtPeople>[0]['tools'],
      config: { operators: 'operators', hr: 'hr' },
    };
    const refused = async () => Promise.reject(new SottoError('secrets-unavailable', 'Azure gave no token.'));
    const entra = { kind: 'entra' as const, tenantId: TENANT, unsafeGraphUrl: null, groups: new Map() };
    expect(
      await lookAtPeople({ ...o, config: { ...o.config, directory: entra }, azure: { bearer: async () => refused } }),
    ).toMatchObject([{ state: 'finding', what: 'Azure gave no token.' }]);
    const file = { kind: 'file' as const, path: '/people.yaml' };
    const never = { bearer: async () => Promise.reject(new Error('asked')) };
    expect(await lookAtPeople({ ...o, config: { ...o.config, directory: file }, azure: never })).toEqual([]);
  });
});
