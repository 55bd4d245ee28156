import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readConfig } from '../src/config.ts';

const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
const APP = '11111111-2222-4333-8444-555555555555';

const BASE = { SOTTO_VAULT: 'files:/vault', SOTTO_DIRECTORY: 'file:/people.yaml', SOTTO_BACKENDS: '/backends' };
const SLACK = { SLACK_APP_ID: 'A0SOTTO000', SLACK_TEAM_IDS: 'T0SOTTO000' };
const TEAMS = { TEAMS_APP_ID: APP, TEAMS_TENANT_IDS: TENANT };
const STAND_INS = {
  TEAMS_OPENID_METADATA_URL: 'http://127.0.0.1:4000/metadata',
  TEAMS_TOKEN_ISSUER: 'https://api.botframework.com',
  TEAMS_LOGIN_URL: 'http://127.0.0.1:4000/login',
  TEAMS_OAUTH_URL: 'http://127.0.0.1:4000/oauth',
};

/** What would keep this from starting, as one text; the empty text: nothing. */
const findings = (env: Readonly<Record<string, string>>): string => {
  const read = readConfig(env);
  return read.ok ? '' : read.findings.join('\n');
};

const config = (env: Readonly<Record<string, string>>) => {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.findings.join('\n'));
  return read.config;
};

describe('the settings', () => {
  it('switch on the platform that they name, and only that', () => {
    expect(config({ ...BASE, ...SLACK })).toMatchObject({ slack: { appId: 'A0SOTTO000' }, teams: null });
    expect(config({ ...BASE, ...TEAMS })).toMatchObject({ slack: null, teams: { appId: APP, standIn: null } });
    expect(config({ ...BASE, ...SLACK, ...TEAMS, ...STAND_INS }).teams?.standIn?.loginUrl).toContain('/login');
  });

  it('are as good as not set where they are empty, as a file of settings leaves them', () => {
    const empty = {
      SOTTO_DATA: '',
      SOTTO_POLICIES: ' ',
      SOTTO_HOST: '',
      PORT: '',
      SOTTO_OPS_PORT: '',
      SOTTO_STORE: '',
    };
    expect(config({ ...BASE, ...SLACK, ...empty })).toEqual(config({ ...BASE, ...SLACK }));
    expect(config({ ...BASE, ...SLACK, ...empty })).toMatchObject({ port: 3978, policiesFolder: null });
  });

  it('name the group of the operators, which no kind of people can be', () => {
    expect(config({ ...BASE, ...SLACK }).operators).toBe('operators');
    expect(config({ ...BASE, ...SLACK, SOTTO_OPERATORS: ' on-call ' }).operators).toBe('on-call');
    for (const wrong of ['employee', 'guest', 'a b', 'a,b', 'x'.repeat(65)])
      expect(findings({ ...BASE, ...SLACK, SOTTO_OPERATORS: wrong })).toContain('SOTTO_OPERATORS is');
  });

  it('refuse when no platform is on', () => {
    expect(findings(BASE)).toContain('No platform is on');
  });

  it('say what is missing of a platform that is half set up', () => {
    expect(findings({ ...BASE, SLACK_APP_ID: 'A0SOTTO000' })).toContain('SLACK_TEAM_IDS is missing');
    expect(findings({ ...BASE, TEAMS_TENANT_IDS: TENANT })).toContain('TEAMS_APP_ID is missing');
    expect(findings({ ...BASE, ...TEAMS, TEAMS_TENANT_IDS: ' , ' })).toContain('no tenant');
  });

  it('take the stand-ins for Teams all together or not at all, and on this machine only', () => {
    const { TEAMS_OAUTH_URL: _, ...three } = STAND_INS;
    expect(findings({ ...BASE, ...TEAMS, ...three })).toContain('TEAMS_OAUTH_URL must be set as well');
    expect(findings({ ...BASE, ...TEAMS, ...STAND_INS, TEAMS_LOGIN_URL: 'https://login.example.com' })).toContain(
      'TEAMS_LOGIN_URL is "https://login.example.com"',
    );
    expect(findings({ ...BASE, ...TEAMS, TEAMS_SERVICE_HOSTS: 'evil.example.com' })).toContain('evil.example.com');
  });

  it.each([
    ['SLACK_API_URL', 'http://slack.example.com/api/'],
    ['GRAPH_URL', 'https://graph.example.com'],
    ['AZURE_AUTHORITY_HOST', 'https://login.example.com'],
    ['AZURE_AUTHORITY_HOST', 'http://127.0.0.1:1'],
    ['GRAPH_URL', 'http://user:pass@127.0.0.1:1'],
  ])('refuse %s=%s: a stand-in is on this machine', (name, value) => {
    const env = { ...BASE, ...SLACK, SOTTO_DIRECTORY: `entra:${TENANT}`, [name]: value };
    expect(findings(env)).toContain(`${name} is `);
    expect(findings(env)).not.toContain('pass');
  });

  it('know the vault as a folder, as a Key Vault of Azure, or as a stand-in, and as nothing else', () => {
    const vault = (SOTTO_VAULT: string) => ({
      ...BASE,
      ...SLACK,
      SOTTO_VAULT,
      AZURE_AUTHORITY_HOST: 'https://localhost:1',
    });
    expect(config(vault('https://acme-prod.vault.azure.net')).vault).toEqual({
      kind: 'key-vault',
      url: 'https://acme-prod.vault.azure.net',
      standIn: false,
    });
    expect(config(vault('https://localhost:8443')).vault).toMatchObject({ standIn: true });
    for (const other of [
      'http://acme.vault.azure.net',
      'http://localhost:8443',
      'https://vault.azure.net.example.com',
      'https://acme.vault.azure.net.example.com',
      'https://user:secret@acme.vault.azure.net',
      'https://acme.vault.azure.net/secrets/x',
      'files:',
      'vault',
    ])
      expect([other, findings(vault(other))]).toEqual([other, expect.stringContaining('SOTTO_VAULT is ')]);
  });

  it('take a Redis over TLS, on this machine, or on a network that is declared private', () => {
    const store = (SOTTO_STORE: string, more = {}) => ({ ...BASE, ...SLACK, SOTTO_STORE, ...more });
    expect(config(store('redis://127.0.0.1:6379')).store).toEqual({ kind: 'redis', url: 'redis://127.0.0.1:6379' });
    expect(config(store('rediss://redis.example.com:6380')).store.kind).toBe('redis');
    expect(findings(store('redis://redis:6379'))).toContain('without TLS');
    expect(findings(store('redis://redis:6379', { SOTTO_REDIS_PLAIN: 'private-network' }))).toBe('');
    expect(findings(store('postgres://db'))).toContain('SOTTO_STORE is "postgres://db"');
  });

  it('never repeat a password that stands in an address', () => {
    const said = findings({ ...BASE, ...SLACK, SOTTO_STORE: 'redis://:hunter2@redis.example.com:6379' });
    expect(said).toContain('redis-password');
    expect(said).not.toContain('hunter2');
  });

  it('know a Redis by the user that is named in its address', () => {
    const SOTTO_STORE = 'rediss://sotto@redis.example.com:6380';
    expect(config({ ...BASE, ...SLACK, SOTTO_STORE }).store).toEqual({ kind: 'redis', url: SOTTO_STORE });
  });

  it('read groups of Entra by the name that rules use', () => {
    const entra = { ...BASE, ...SLACK, SOTTO_DIRECTORY: `entra:${TENANT.toUpperCase()}` };
    const { directory } = config({ ...entra, SOTTO_ENTRA_GROUPS: `payroll=${APP}, hr = ${TENANT}` });
    expect(directory).toMatchObject({ kind: 'entra', tenantId: TENANT, graphUrl: null });
    expect(directory.kind === 'entra' && [...directory.groups]).toEqual([
      ['payroll', APP],
      ['hr', TENANT],
    ]);
    for (const wrong of ['payroll', 'payroll=x', `payroll=${APP}=1`, `a b=${APP}`, `hr=${APP},hr=${TENANT}`])
      expect([wrong, findings({ ...entra, SOTTO_ENTRA_GROUPS: wrong })]).toEqual([
        wrong,
        expect.stringContaining('SOTTO_ENTRA_GROUPS'),
      ]);
    expect(findings({ ...BASE, ...SLACK, SOTTO_DIRECTORY: 'entra:example.com' })).toContain('a GUID');
  });

  it('take no secret from the environment', () => {
    for (const name of ['SLACK_BOT_TOKEN', 'TEAMS_APP_PASSWORD', 'REDIS_PASSWORD', 'AZURE_CLIENT_SECRET'])
      expect(findings({ ...BASE, ...SLACK, ...TEAMS, [name]: 'hunter2hunter2' })).toMatch(
        new RegExp(`^${name} is in the environment`, 'm'),
      );
  });

  it('know who Sotto is to Azure by the names that Azure uses', () => {
    const azure = (more: Readonly<Record<string, string>>) => config({ ...BASE, ...SLACK, ...more }).azure;
    expect(azure({})).toEqual({
      authorityHost: null,
      cloud: 'public',
      identity: { kind: 'managed-identity', clientId: null },
    });
    expect(azure({ AZURE_CLIENT_ID: APP }).identity).toEqual({ kind: 'managed-identity', clientId: APP });
    const workload = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: APP, AZURE_FEDERATED_TOKEN_FILE: '/token' };
    expect(azure(workload).identity).toMatchObject({ kind: 'workload-identity', tokenFile: '/token' });
    expect(
      azure({
        ...workload,
        AZURE_FEDERATED_TOKEN_FILE: '',
        AZURE_CLIENT_SECRET: 'between stand-ins',
        AZURE_AUTHORITY_HOST: 'https://localhost:1',
      }).identity,
    ).toMatchObject({ kind: 'client-secret' });
    expect(findings({ ...BASE, ...SLACK, AZURE_FEDERATED_TOKEN_FILE: '/token' })).toContain('AZURE_TENANT_ID');
    const certified = { ...workload, AZURE_FEDERATED_TOKEN_FILE: '', AZURE_CLIENT_CERTIFICATE_PATH: '/sotto.pem' };
    expect(azure(certified).identity).toEqual({
      kind: 'client-certificate',
      tenantId: TENANT,
      clientId: APP,
      certificateFile: '/sotto.pem',
    });
    expect(findings({ ...BASE, ...SLACK, ...certified, AZURE_CLIENT_ID: '' })).toMatch(
      /AZURE_CLIENT_ID must be set beside AZURE_CLIENT_CERTIFICATE_PATH/,
    );
    expect(findings({ ...BASE, ...SLACK, ...certified, AZURE_FEDERATED_TOKEN_FILE: '/token' })).toContain(
      'AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_CERTIFICATE_PATH are set',
    );
    const locked = findings({ ...BASE, ...SLACK, ...certified, AZURE_CLIENT_CERTIFICATE_PASSWORD: 'hunter2' });
    expect(locked).toMatch(/^AZURE_CLIENT_CERTIFICATE_PASSWORD is in the environment/m);
    expect(locked).not.toContain('hunter2');
  });

  it('know how the bot proves itself to Teams', () => {
    const teams = (TEAMS_CREDENTIAL: string) => config({ ...BASE, ...TEAMS, TEAMS_CREDENTIAL }).teams?.credential;
    expect([teams(''), teams('certificate'), teams('managed-identity')]).toEqual([
      'password',
      'certificate',
      'managed-identity',
    ]);
    expect(findings({ ...BASE, ...TEAMS, TEAMS_CREDENTIAL: 'secret' })).toContain('TEAMS_CREDENTIAL is "secret"');
  });

  it('keep what a conversation remembers for a day, or for as many whole hours as they say, up to a month', () => {
    const HOUR = 3_600_000;
    const kept = (SOTTO_TRANSCRIPT_HOURS: string) => config({ ...BASE, ...SLACK, SOTTO_TRANSCRIPT_HOURS }).transcriptMs;
    expect(config({ ...BASE, ...SLACK }).transcriptMs).toBe(24 * HOUR);
    expect([kept(''), kept('1'), kept('720')]).toEqual([24 * HOUR, HOUR, 720 * HOUR]);
    for (const wrong of ['0', '721', '1.5', '-1', 'a day', 'Infinity'])
      expect([wrong, findings({ ...BASE, ...SLACK, SOTTO_TRANSCRIPT_HOURS: wrong })]).toEqual([
        wrong,
        expect.stringContaining('SOTTO_TRANSCRIPT_HOURS is '),
      ]);
  });

  it('say that a name is none', () => {
    expect(findings({ ...BASE, ...SLACK, SOTTO_DIRECTROY: 'x' })).toContain('SOTTO_DIRECTROY is not a setting');
    expect(findings({ ...BASE, ...TEAMS, TEAMS_TENANT_ID: TENANT })).toContain('TEAMS_TENANT_ID is not a setting');
  });

  it('never throw, whatever the environment holds', () => {
    const names = [
      ...Object.keys({ ...BASE, ...SLACK, ...TEAMS, ...STAND_INS }),
      'SOTTO_STORE',
      'SOTTO_ENTRA_GROUPS',
      'PORT',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string({ maxLength: 40 })), (env) => {
        const read = readConfig(env);
        expect(read.ok || read.findings.every((finding) => finding.length > 10)).toBe(true);
      }),
    );
  });
});
