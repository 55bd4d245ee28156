import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toldSettings } from '../src/config/told.ts';
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
    expect(config({ ...BASE, ...TEAMS })).toMatchObject({ slack: null, teams: { appId: APP, unsafeStandIn: null } });
    expect(config({ ...BASE, ...SLACK, ...TEAMS, ...STAND_INS }).teams?.unsafeStandIn?.loginUrl).toContain('/login');
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

  it('are told in a backup by name, but for whatever could be a secret or is somebody else’s', () => {
    const env = {
      ...BASE,
      ...SLACK,
      AZURE_CLIENT_SECRET: 'CANARY',
      AZURE_STORAGE_CONNECTION_STRING: 'CANARY',
      AWS_SECRET_ACCESS_KEY: 'CANARY',
      SOTTO_TLS_KEY: 'CANARY',
      SLACK_BOT_TOKEN: 'CANARY',
      SOTTO_STORE: 'rediss://sotto:CANARY@redis.example.com',
      SOTTO_PUBLIC_URL: 'https://CANARY@sotto.example.com/',
      HOME: 'CANARY',
      PORT: ' 4000 ',
    };
    const told = toldSettings(env);
    expect(told).toEqual({ ...BASE, ...SLACK, PORT: '4000' });
    expect(config({ ...BASE, ...SLACK }).settings).toEqual({ ...BASE, ...SLACK });
  });

  it('name the group of the operators, which no kind of people can be', () => {
    expect(config({ ...BASE, ...SLACK }).operators).toBe('operators');
    expect(config({ ...BASE, ...SLACK, SOTTO_OPERATORS: ' on-call ' }).operators).toBe('on-call');
    for (const wrong of ['employee', 'guest', 'a b', 'a,b', 'x'.repeat(65)])
      expect(findings({ ...BASE, ...SLACK, SOTTO_OPERATORS: wrong })).toContain('SOTTO_OPERATORS is');
  });

  it('name the group of HR, which no kind of people can be', () => {
    expect(config({ ...BASE, ...SLACK }).hr).toBe('hr');
    expect(config({ ...BASE, ...SLACK, SOTTO_HR: ' people-team ' }).hr).toBe('people-team');
    for (const wrong of ['employee', 'contractor', 'a b', 'a,b', 'x'.repeat(65)])
      expect(findings({ ...BASE, ...SLACK, SOTTO_HR: wrong })).toContain('SOTTO_HR is');
  });

  it('name who is told of probing by their id in the directory, and nobody unless somebody is named', () => {
    expect(config({ ...BASE, ...SLACK }).securityContact).toBeNull();
    expect(config({ ...BASE, ...SLACK, SOTTO_SECURITY_CONTACT: ' hana ' }).securityContact).toBe('hana');
    for (const wrong of ['Hana Lindt', 'hana@example.com', 'x'.repeat(65)])
      expect(findings({ ...BASE, ...SLACK, SOTTO_SECURITY_CONTACT: wrong })).toContain('SOTTO_SECURITY_CONTACT is');
    const entra = { ...BASE, ...SLACK, SOTTO_DIRECTORY: 'entra:6b1f0d5e-1111-4c3a-9f10-8e7d6c5b4a01' };
    const id = '6B1F0D5E-2222-4c3a-9f10-8e7d6c5b4a01';
    expect(config({ ...entra, SOTTO_SECURITY_CONTACT: id }).securityContact).toBe(id.toLowerCase());
    expect(findings({ ...entra, SOTTO_SECURITY_CONTACT: 'hana' })).toContain('a GUID');
  });

  it('name the key that wraps the data key, beside any vault, and no other address', () => {
    const key = (url: string, more: Readonly<Record<string, string>> = {}) => ({
      ...BASE,
      ...SLACK,
      ...more,
      SOTTO_DATA_KEY_WRAPPED_BY: url,
    });
    expect(config({ ...BASE, ...SLACK }).vault.dataKeyWrappedBy).toBeNull();
    const url = 'https://acme.vault.azure.net/keys/sotto';
    expect(config(key(url)).vault).toMatchObject({ kind: 'files', dataKeyWrappedBy: { url, unsafeStandIn: false } });
    expect(config(key('https://acme.vault.usgovcloudapi.net/keys/sotto')).azure.cloud).toBe('us-government');
    const vault = { SOTTO_VAULT: 'https://acme.vault.azure.cn' };
    expect(config(key('https://acme.vault.azure.cn/keys/sotto', vault))).toMatchObject({
      vault: { kind: 'key-vault', dataKeyWrappedBy: { unsafeStandIn: false } },
      azure: { cloud: 'china' },
    });
    const local = { AZURE_AUTHORITY_HOST: 'https://localhost:4000' };
    expect(config(key('https://localhost:4001/keys/sotto', local)).vault.dataKeyWrappedBy?.unsafeStandIn).toBe(true);
    expect(findings(key('https://localhost:4001/keys/sotto'))).toContain('SOTTO_DATA_KEY_WRAPPED_BY is a stand-in');
    for (const wrong of [
      'http://acme.vault.azure.net/keys/sotto',
      'https://acme.vault.azure.net/keys/sotto/0123',
      'https://acme.vault.azure.net/secrets/sotto',
      'https://evil.example.com/keys/sotto',
      'https://x@acme.vault.azure.net/keys/sotto',
      'https://acme.vault.azure.net:444/keys/sotto',
      'sotto',
    ])
      expect(findings(key(wrong))).toContain('SOTTO_DATA_KEY_WRAPPED_BY is "');
  });

  it('refuse when no platform is on', () => {
    expect(findings(BASE)).toContain('No platform is on');
  });

  it('say what is missing of a platform that is half set up', () => {
    expect(findings({ ...BASE, SLACK_APP_ID: 'A0SOTTO000' })).toContain('SLACK_TEAM_IDS is missing');
    expect(findings({ ...SLACK, SLACK_APP_ID: 'sotto' })).toContain('SLACK_APP_ID is "sotto". An app id is an A');
    expect(findings({ ...SLACK, SLACK_APP_ID: 'U0SOTTO000' })).toContain('An app id is an A');
    expect(findings({ ...SLACK, SLACK_TEAM_IDS: 'acme' })).toContain('a workspace’s is a T, an organisation’s an E');
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
      unsafeStandIn: false,
      dataKeyWrappedBy: null,
    });
    expect(config(vault('https://localhost:8443')).vault).toMatchObject({ unsafeStandIn: true });
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
    for (const kept of ['sqlite:/var/sotto.db', 'redis://redis:6379', 'rediss://redis.example.com:6380'])
      expect(findings(store(kept, { SOTTO_REDIS_PLAIN: 'yes' }))).toContain('SOTTO_REDIS_PLAIN is "yes"');
  });

  it('know how a Redis is told from another, and only where it is spoken to over TLS', () => {
    const SOTTO_STORE = 'rediss://redis.example.com:6380';
    const tls = { SOTTO_REDIS_CA: '/ca.pem', SOTTO_REDIS_NAME: 'redis', SOTTO_REDIS_CERT: '/c', SOTTO_REDIS_KEY: '/k' };
    expect(config({ ...BASE, ...SLACK, SOTTO_STORE, ...tls }).store).toEqual({
      kind: 'redis',
      url: SOTTO_STORE,
      tls: { caFile: '/ca.pem', name: 'redis', client: { certFile: '/c', keyFile: '/k' } },
    });
    expect(config({ ...BASE, ...SLACK, SOTTO_STORE, SOTTO_REDIS_CA: '/ca.pem' }).store).toMatchObject({
      tls: { caFile: '/ca.pem', name: null, client: null },
    });
    for (const plain of [{ SOTTO_STORE: 'redis://127.0.0.1:6379' }, { SOTTO_STORE: 'sqlite:/var/sotto.db' }, {}])
      for (const one of [{ SOTTO_REDIS_CA: '/ca.pem' }, { SOTTO_REDIS_NAME: 'redis' }])
        expect(findings({ ...BASE, ...SLACK, ...plain, ...one })).toContain('does not begin with rediss://');
    expect(findings({ ...BASE, ...SLACK, SOTTO_STORE, SOTTO_REDIS_CERT: '/c' })).toContain(
      'SOTTO_REDIS_KEY is missing',
    );
    expect(findings({ ...BASE, ...SLACK, SOTTO_STORE, SOTTO_REDIS_NAME: 'a/b' })).toContain('SOTTO_REDIS_NAME is');
  });

  it('listen beyond this machine only under TLS, of their own or of a proxy that is declared', () => {
    const beyond = { ...BASE, ...SLACK, SOTTO_HOST: '0.0.0.0' };
    const tls = { SOTTO_TLS_CERT: '/tls.crt', SOTTO_TLS_KEY: '/tls.key' };
    expect(findings(beyond)).toMatch(/SOTTO_HOST is "0\.0\.0\.0".*SOTTO_TLS_CERT.*SOTTO_BEHIND_PROXY=yes/);
    expect(config({ ...beyond, SOTTO_BEHIND_PROXY: 'yes' })).toMatchObject({ tls: null, behindProxy: true });
    const own = { certFile: '/tls.crt', keyFile: '/tls.key' };
    expect(config({ ...beyond, ...tls })).toMatchObject({ tls: own, behindProxy: false });
    // A proxy that encrypts anew.
    expect(config({ ...beyond, ...tls, SOTTO_BEHIND_PROXY: 'yes' })).toMatchObject({ tls: own, behindProxy: true });
    expect(config({ ...BASE, ...SLACK })).toMatchObject({ tls: null, behindProxy: false, publicUrl: null });
  });

  it('take a certificate and its key together, and no half-hearted word about a proxy', () => {
    const beyond = { ...BASE, ...SLACK, SOTTO_HOST: '0.0.0.0' };
    const half = findings({ ...beyond, SOTTO_TLS_CERT: '/tls.crt' });
    expect(half).toContain('SOTTO_TLS_KEY is missing');
    expect(half).toContain('SOTTO_HOST is');
    expect(findings({ ...BASE, ...SLACK, SOTTO_TLS_KEY: '/tls.key' })).toContain('SOTTO_TLS_CERT is missing');
    expect(findings({ ...BASE, ...SLACK, SOTTO_BEHIND_PROXY: 'true' })).toContain('SOTTO_BEHIND_PROXY is "true"');
  });

  it('show people an https address', () => {
    const shown = (SOTTO_PUBLIC_URL: string) => ({ ...BASE, ...SLACK, SOTTO_PUBLIC_URL });
    expect(config(shown('https://sotto.example.com/')).publicUrl).toBe('https://sotto.example.com');
    expect(config(shown('http://127.0.0.1:3978/')).publicUrl).toBe('http://127.0.0.1:3978');
    for (const wrong of [
      'http://sotto.example.com',
      'https://sotto.example.com/bot',
      'http://127.0.0.1:3978/bot',
      'https://10.0.0.5',
      'https://intranet',
      'sotto.example.com',
      'https://a:b@sotto.example.com',
      'https://x/?y',
    ])
      expect([wrong, findings(shown(wrong))]).toEqual([wrong, expect.stringContaining('SOTTO_PUBLIC_URL is')]);
  });

  it.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'anybody could pass for Slack'],
    ['NODE_OPTIONS', '--max-old-space-size=100 --tls-min-v1.1', '--tls-min-v1.1'],
    ['NODE_OPTIONS', '--tls-keylog=/tmp/keys', '--tls-keylog'],
    ['NODE_OPTIONS', '--tls-cipher-list=ALL', '--tls-cipher-list'],
    ['NODE_OPTIONS', '--insecure-http-parser', '--insecure-http-parser'],
  ])('do not let %s=%s take the safety out of every connection', (name, value, said) => {
    expect(findings({ ...BASE, ...SLACK, [name]: value })).toContain(said);
    expect(findings({ ...BASE, ...SLACK, NODE_OPTIONS: '--max-old-space-size=100 --tls-min-v1.3' })).toBe('');
    expect(findings({ ...BASE, ...SLACK, NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toBe('');
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
    expect(directory).toMatchObject({ kind: 'entra', tenantId: TENANT, unsafeGraphUrl: null });
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

  it('read groups of Slack by the name that rules use, where Slack is the directory', () => {
    const alone = { ...BASE, ...SLACK, SOTTO_DIRECTORY: 'slack-groups', SOTTO_SLACK_COUNTRY: 'DE' };
    const { directory } = config({ ...alone, SOTTO_SLACK_GROUPS: 'payroll=S0PAYROLL0, hr = S0HR000000' });
    expect(directory).toMatchObject({ kind: 'slack-groups', country: 'DE', adminsOnly: false });
    expect(directory.kind === 'slack-groups' && [...directory.groups]).toEqual([
      ['payroll', 'S0PAYROLL0'],
      ['hr', 'S0HR000000'],
    ]);
    expect(config({ ...alone, SOTTO_SLACK_GROUPS_CHANGED_BY: 'admins-only' }).directory).toMatchObject({
      adminsOnly: true,
    });
    for (const wrong of ['payroll', 'payroll=x', 'payroll=U0PAYROLL0', 'a b=S0PAYROLL0', 'hr=S0PAYROLL0,hr=S0HR000000'])
      expect([wrong, findings({ ...alone, SOTTO_SLACK_GROUPS: wrong })]).toEqual([
        wrong,
        expect.stringContaining('SOTTO_SLACK_GROUPS'),
      ]);
    for (const wrong of ['', 'Germany', 'de'])
      expect(findings({ ...alone, SOTTO_SLACK_COUNTRY: wrong })).toContain('SOTTO_SLACK_COUNTRY');
    expect(findings({ ...alone, SOTTO_SLACK_GROUPS_CHANGED_BY: 'yes' })).toContain('It is "admins-only"');
    expect(findings({ ...alone, ...TEAMS })).toContain('and Teams is on: Slack knows nobody there');
    expect(findings({ ...alone, SLACK_TEAM_IDS: 'E0GRID0000' })).toContain('names the organisation "E0GRID0000"');
  });

  it('name workspaces whose addresses say who somebody is, and no organisation, in which nobody would be known', () => {
    const of = (teams: string, declared: string) =>
      findings({ ...BASE, ...SLACK, SLACK_TEAM_IDS: teams, SLACK_EMAIL_VERIFIED_TEAMS: declared });
    expect(of('E0GRID0000', 'E0GRID0000')).toContain('names the organisation "E0GRID0000"');
    expect(of('E0GRID0000', 'T0SOTTO000')).toContain('Name it there too');
    expect(of('E0GRID0000,T0SOTTO000', 'T0SOTTO000')).not.toContain('SLACK_EMAIL_VERIFIED_TEAMS');
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
      unsafeAuthorityHost: null,
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
    ).toMatchObject({ kind: 'unsafe-client-secret' });
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

  it('keep entries of the audit log for good, or for as many whole days as they say, ninety at least', () => {
    const kept = (SOTTO_AUDIT_DAYS: string) => config({ ...BASE, ...SLACK, SOTTO_AUDIT_DAYS }).auditDays;
    expect(config({ ...BASE, ...SLACK }).auditDays).toBeNull();
    expect([kept(''), kept('0'), kept('90'), kept('36500')]).toEqual([null, null, 90, 36_500]);
    for (const wrong of ['89', '1', '36501', '90.5', '-90', '1e3', '090', 'a year'])
      expect([wrong, findings({ ...BASE, ...SLACK, SOTTO_AUDIT_DAYS: wrong })]).toEqual([
        wrong,
        expect.stringContaining('SOTTO_AUDIT_DAYS is '),
      ]);
  });

  describe('of backups', () => {
    const backups = (SOTTO_BACKUP_TO: string, more: Readonly<Record<string, string>> = {}) => ({
      ...BASE,
      ...SLACK,
      SOTTO_BACKUP_TO,
      ...more,
    });
    const HOUR = 3_600_000;

    it('make none unless a place is named, and then hourly ones that are kept for a month', () => {
      expect(config({ ...BASE, ...SLACK }).backups).toEqual({
        places: [],
        everyMs: HOUR,
        keepMs: 30 * 24 * HOUR,
        auditLockMs: 365 * 24 * HOUR,
      });
      expect(
        config(
          backups('folder:/mnt/backups', {
            SOTTO_BACKUP_HOURS: '6',
            SOTTO_BACKUP_KEEP_DAYS: '3650',
            SOTTO_BACKUP_AUDIT_YEARS: '0',
          }),
        ).backups,
      ).toEqual({
        places: [{ kind: 'folder', folder: '/mnt/backups' }],
        everyMs: 6 * HOUR,
        keepMs: 3_650 * 24 * HOUR,
        auditLockMs: 0,
      });
    });

    it.each([
      ['SOTTO_BACKUP_HOURS', ['0', '169', '1.5', 'hourly']],
      ['SOTTO_BACKUP_KEEP_DAYS', ['0', '3651', '-1', 'Infinity']],
      ['SOTTO_BACKUP_AUDIT_YEARS', ['-1', '11', '0.5', 'ever']],
    ])('take whole numbers for %s', (name, wrong) => {
      for (const value of wrong)
        expect([value, findings(backups('folder:/mnt/backups', { [name]: value }))]).toEqual([
          value,
          expect.stringContaining(`${name} is "${value}"`),
        ]);
    });

    it.each(['SOTTO_BACKUP_HOURS', 'SOTTO_BACKUP_KEEP_DAYS', 'SOTTO_BACKUP_AUDIT_YEARS'])(
      'are not said to be made by %s alone',
      (name) => {
        expect(findings({ ...BASE, ...SLACK, [name]: '1' })).toBe(
          `${name} is set, and SOTTO_BACKUP_TO is not, so that no backup would be made. Name a place there, or unset it.`,
        );
      },
    );

    it('go to folders and to containers in each of Azure’s clouds, several at once', () => {
      expect(
        config(backups(' folder:/mnt/a/../b , https://acme1.blob.core.windows.net/sotto-backups/ ')).backups.places,
      ).toEqual([
        { kind: 'folder', folder: '/mnt/b' },
        { kind: 'azure-blob', url: 'https://acme1.blob.core.windows.net/sotto-backups', unsafeStandIn: false },
      ]);
      for (const [host, cloud] of [
        ['windows.net', 'public'],
        ['usgovcloudapi.net', 'us-government'],
        ['chinacloudapi.cn', 'china'],
      ])
        expect(config(backups(`https://acme1.blob.core.${host}/sotto`)).azure.cloud).toBe(cloud);
    });

    it('stay in the cloud of the vault, where alone the identity is known', () => {
      const SOTTO_VAULT = 'https://acme.vault.usgovcloudapi.net';
      expect(findings(backups('https://acme1.blob.core.windows.net/sotto', { SOTTO_VAULT }))).toContain(
        'different clouds',
      );
      expect(config(backups('https://acme1.blob.core.usgovcloudapi.net/sotto', { SOTTO_VAULT })).azure.cloud).toBe(
        'us-government',
      );
    });

    it.each([
      'folder:',
      '/mnt/backups',
      'folder',
      'http://acme1.blob.core.windows.net/sotto',
      'https://acme1.blob.core.windows.net',
      'https://acme1.blob.core.windows.net/sotto/inner',
      'https://acme1.blob.core.windows.net:8443/sotto',
      'https://acme1.blob.core.windows.net.example.com/sotto',
      'https://evil.example.com/acme1.blob.core.windows.net/sotto',
      'https://acme1.dfs.core.windows.net/sotto',
      'https://Acme_1.blob.core.windows.net/sotto',
      'https://acme1.blob.core.windows.net/So',
      'https://acme1.blob.core.windows.net/so--tto',
      'https://acme1.blob.core.windows.net/sotto#x',
      'https://user:pass@acme1.blob.core.windows.net/sotto',
      's3://acme/sotto',
    ])('go nowhere else: %s', (place) => {
      const said = findings(backups(place));
      expect(said).toContain('SOTTO_BACKUP_TO has ');
      expect(said).not.toContain('pass@');
    });

    it('take no key and no signature in an address, and do not repeat it', () => {
      const said = findings(backups('https://acme1.blob.core.windows.net/sotto?sv=2026&sig=hunter2'));
      expect(said).toContain('a secret in the environment');
      expect(said).not.toContain('hunter2');
    });

    it('take a stand-in on this machine, and only beside a stand-in for Entra', () => {
      const place = 'https://127.0.0.1:10000/devstoreaccount1/sotto';
      expect(findings(backups(place))).toContain('AZURE_AUTHORITY_HOST is not set');
      expect(config(backups(place, { AZURE_AUTHORITY_HOST: 'https://localhost:1' })).backups.places).toEqual([
        { kind: 'azure-blob', url: place, unsafeStandIn: true },
      ]);
      for (const other of ['http://127.0.0.1:10000/devstoreaccount1/sotto', 'https://127.0.0.1:10000/sotto'])
        expect(findings(backups(other, { AZURE_AUTHORITY_HOST: 'https://localhost:1' }))).toContain('SOTTO_BACKUP_TO');
      expect(
        findings(backups('https://10.0.0.1/devstoreaccount1/sotto', { AZURE_AUTHORITY_HOST: 'https://localhost:1' })),
      ).toContain('SOTTO_BACKUP_TO');
    });

    it('lie neither in the data nor with the keys, and are no second copy in one place', () => {
      const data = { SOTTO_DATA: '/srv/sotto' };
      expect(findings(backups('folder:/srv/sotto/backups', data))).toContain('takes its backups too');
      expect(findings(backups('folder:/srv/sotto', data))).toContain('takes its backups too');
      expect(findings(backups('folder:/srv/sotto-backups', data))).toBe('');
      for (const folder of ['/vault', '/vault/backups', '/'])
        expect(findings(backups(`folder:${folder}`))).toContain('has the keys to it');
      expect(findings(backups('folder:/mnt/a,folder:/mnt/a/'))).toContain('twice');
      expect(findings(backups('folder:/mnt/a,folder:/mnt/b,folder:/mnt/c'))).toContain('3 of them folders');
    });
  });

  it('warn thirty days before something ends, or so many whole days before as they say, up to a year', () => {
    const DAY = 24 * 3_600_000;
    const ahead = (SOTTO_WARN_DAYS: string) => config({ ...BASE, ...SLACK, SOTTO_WARN_DAYS }).warnMs;
    expect(config({ ...BASE, ...SLACK }).warnMs).toBe(30 * DAY);
    expect([ahead(''), ahead('1'), ahead('365')]).toEqual([30 * DAY, DAY, 365 * DAY]);
    for (const wrong of ['0', '366', '1.5', '-1', 'a month'])
      expect(findings({ ...BASE, ...SLACK, SOTTO_WARN_DAYS: wrong })).toContain('SOTTO_WARN_DAYS is ');
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
