import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config.ts';
import { ROOT } from './files.ts';

const GUID = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';

/** Everything that is for stand-ins, at once. */
const STAND_INS = {
  SOTTO_VAULT: 'https://localhost:8443',
  SOTTO_DATA_KEY_WRAPPED_BY: 'https://localhost:8443/keys/sotto',
  SOTTO_BACKUP_TO: 'https://localhost:10000/devstoreaccount1/sotto',
  SOTTO_DIRECTORY: `entra:${GUID}`,
  SOTTO_BACKENDS: './backends',
  SLACK_APP_ID: 'A0SOTTO000',
  SLACK_TEAM_IDS: 'T0SOTTO000',
  SLACK_API_URL: 'http://127.0.0.1:1/api/',
  TEAMS_APP_ID: GUID,
  TEAMS_TENANT_IDS: GUID,
  TEAMS_OPENID_METADATA_URL: 'http://127.0.0.1:1/keys',
  TEAMS_TOKEN_ISSUER: 'https://issuer.example',
  TEAMS_LOGIN_URL: 'http://127.0.0.1:1/login',
  TEAMS_OAUTH_URL: 'http://127.0.0.1:1/oauth',
  TEAMS_SERVICE_HOSTS: '127.0.0.1:1',
  GRAPH_URL: 'http://127.0.0.1:1/graph',
  AZURE_AUTHORITY_HOST: 'https://localhost:8444',
  AZURE_CLIENT_SECRET: 'stand-in',
  AZURE_CLIENT_ID: GUID,
  AZURE_TENANT_ID: GUID,
};

type Leaf = { readonly path: string; readonly value: string; readonly named: boolean };

/** Every text in it; `named`: a name on the way to it, or beside it, begins with unsafe. */
const leavesOf = (value: unknown, path: readonly string[] = [], named = false): readonly Leaf[] => {
  if (typeof value === 'string') return [{ path: path.join('.'), value, named }];
  if (typeof value !== 'object' || value === null) return [];
  const beside = 'unsafeStandIn' in value && value.unsafeStandIn !== null && value.unsafeStandIn !== false;
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, [...path, name], named || beside || name.startsWith('unsafe')),
  );
};

describe('what weakens a check for stand-ins', () => {
  it('leads, through every setting there is for it, to a name that begins with unsafe', () => {
    const read = readConfig(STAND_INS);
    if (!read.ok) throw new Error(read.findings.join('\n'));
    // Where it listens is this machine too and weakens nothing; what a backup tells of the settings is read by nobody.
    const local = leavesOf(read.config).filter(
      ({ path, value }) => /127\.0\.0\.1|localhost/.test(value) && path !== 'host' && !path.startsWith('settings.'),
    );
    expect(local.filter(({ named }) => !named)).toEqual([]);
    // Slack, four of Teams' five, its hosts, Graph, Entra, the vault, its key, the place of backups.
    expect(local.map(({ path }) => path).length).toBeGreaterThanOrEqual(10);
    expect(read.config.azure.identity.kind).toBe('unsafe-client-secret');
  });

  it('is absent from settings that name none', () => {
    const read = readConfig({
      SOTTO_VAULT: 'https://acme.vault.azure.net',
      SOTTO_DIRECTORY: `entra:${GUID}`,
      SOTTO_BACKENDS: './backends',
      SLACK_APP_ID: 'A0SOTTO000',
      SLACK_TEAM_IDS: 'T0SOTTO000',
      TEAMS_APP_ID: GUID,
      TEAMS_TENANT_IDS: GUID,
    });
    if (!read.ok) throw new Error(read.findings.join('\n'));
    const set = JSON.stringify(read.config).match(/"unsafe[A-Za-z]*":(?!null|false|\[\])[^,}]*/g);
    expect(set).toBeNull();
  });

  it('is what the README names as being for stand-ins, and nothing more', () => {
    const [, part = ''] =
      /^For stand-ins, and refused unless([\s\S]*?)\n\n/m.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
    const named = part.match(/\b(?:SLACK|TEAMS|GRAPH|AZURE)_[A-Z_]+\b/g) ?? [];
    const set = Object.keys(STAND_INS).filter((name) => /_URL$|_HOSTS?$|_ISSUER$|_SECRET$/.test(name));
    expect([...new Set(named)].toSorted()).toEqual(set.toSorted());
  });

  it('lets any pack answer where people play, and nowhere else', () => {
    const setting = ['src', 'playground'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .filter((path) => /unsafeAnyPack: true/.test(readFileSync(join(ROOT, folder, path), 'utf8')))
        .map((path) => `${folder}/${path}`),
    );
    expect(setting).toEqual(['playground/stage.ts']);
  });

  it('switches off a vendor’s check only where it says so on the same line', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    );
    const off =
      /rejectUnauthorized: false|disableChallengeResourceVerification|disableInstanceDiscovery|allowInsecureConnection|checkServerIdentity/;
    const lines = sources.flatMap((path) =>
      readFileSync(join(ROOT, 'src', path), 'utf8')
        .split('\n')
        .filter((line) => off.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !/unsafe/.test(line))).toEqual([]);
  });
});
