/** What an admin uploads, held against the settings and against what the adapter does (Teams requirement 25). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { EXTENSION_COMMAND } from '../../../src/adapters/teams/extension.ts';
import { lintTeamsManifest } from '../../../src/cli/manifest/lint-teams.ts';
import { decodePng } from '../../../src/cli/manifest/png.ts';
import { type TeamsPackage, teamsPackage } from '../../../src/cli/manifest/teams.ts';
import { packageVersion } from '../../../src/cli/manifest/templates.ts';
import { zipOf } from '../../../src/cli/manifest/zip.ts';
import { readConfig } from '../../../src/config.ts';
import { APP_ID, AppManifestUtils, jsonOf, PUBLIC_URL, teamsVariants } from '../../cli/manifest/support.ts';

const variants = teamsVariants().map(({ name, files }) => [name, files] as const);

const read = readConfig({
  SOTTO_VAULT: 'files:/vault',
  SOTTO_DIRECTORY: 'file:/people.yaml',
  SOTTO_BACKENDS: '/backends',
  TEAMS_APP_ID: '0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0',
  TEAMS_TENANT_IDS: '1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
});
if (!read.ok) throw new Error(read.findings.join('\n'));
const appId = read.config.teams?.appId ?? '';

const ours = (): TeamsPackage => teamsPackage({ publicUrl: PUBLIC_URL, appId, version: packageVersion() });

interface Manifest {
  readonly id: string;
  readonly developer: Readonly<Record<string, string>>;
  readonly bots: readonly { readonly botId: string; readonly scopes: readonly string[] }[];
  readonly composeExtensions: readonly {
    readonly botId: string;
    readonly commands: readonly { readonly id: string }[];
  }[];
  readonly permissions: readonly string[];
  readonly validDomains: readonly string[];
  readonly webApplicationInfo: { readonly id: string; readonly resource: string };
}

const manifestOf = (files: TeamsPackage): Manifest => jsonOf(files, 'manifest.json') as unknown as Manifest;

/** Every text that people read, by the key that a file of a language gives it. */
const textsOf = (value: unknown, path = ''): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((part, at) => textsOf(part, `${path}[${at}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const said = typeof part === 'string' && /^(?:title|description|short|full)$/.test(key);
    return said ? [at] : textsOf(part, at);
  });
};

/** When each file was changed, as a zip's directory says it: its time of day and its date. */
const timesIn = (zip: Uint8Array): readonly string[] => {
  const bytes = Buffer.from(zip);
  const times: string[] = [];
  for (let at = bytes.indexOf(ENTRY); at >= 0; at = bytes.indexOf(ENTRY, at + 1))
    times.push(bytes.toString('hex', at + 12, at + 16));
  return times;
};
const ENTRY = Buffer.from('504b0102', 'hex');

/** Midnight, and the first of January 1980, which is where a zip's time begins. */
const EPOCH = '00002100';

describe('the package that an admin uploads', () => {
  it.each(variants)('R25 satisfies Microsoft’s schema, and the lint of what that misses: %s', async (_, files) => {
    type Theirs = Parameters<typeof AppManifestUtils.validateAgainstSchema>[0];
    expect(await AppManifestUtils.validateAgainstSchema(manifestOf(files) as unknown as Theirs)).toEqual([]);
    expect(lintTeamsManifest(files)).toEqual([]);
  });

  it('R25 names nothing but https', () => {
    for (const files of [ours(), ...variants.map(([, each]) => each)]) {
      const { developer } = manifestOf(files);
      for (const key of ['websiteUrl', 'privacyUrl', 'termsOfUseUrl'])
        expect([key, developer[key]]).toEqual([key, expect.stringMatching(/^https:\/\//)]);
      expect(JSON.stringify([...files.keys()].filter((name) => /http:/.test(String(files.get(name)))))).toBe('[]');
    }
  });

  it('R25 has icons of 192 by 192 and 32 by 32 pixels, as they decode', () => {
    for (const [name, size] of [
      ['color.png', 192],
      ['outline.png', 32],
    ] as const) {
      const decoded = decodePng(ours().get(name) ?? new Uint8Array());
      if ('fault' in decoded) throw new Error(decoded.fault);
      const { width, height, rgba } = decoded.pixels;
      expect([name, width, height, rgba.length]).toEqual([name, size, size, size * size * 4]);
    }
  });

  it('R25 has the id of the settings wherever one stands', () => {
    const { id, bots, composeExtensions, webApplicationInfo } = manifestOf(ours());
    expect([
      id,
      ...bots.map(({ botId }) => botId),
      ...composeExtensions.map(({ botId }) => botId),
      webApplicationInfo.id,
      webApplicationInfo.resource,
    ]).toEqual([appId, appId, appId, appId, `api://botid-${appId}`]);
    expect(appId).toBe('0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0');
  });

  it.each(variants)('R25 says everything in German that it says in English, and nothing else: %s', (_, files) => {
    const { name, description, bots, composeExtensions } = manifestOf(files) as unknown as Record<string, unknown>;
    const { $schema: _schema, ...german } = jsonOf(files, 'de.json');
    expect(Object.keys(german).toSorted()).toEqual(textsOf({ name, description, bots, composeExtensions }).toSorted());
    expect(Object.values(german).every((text) => typeof text === 'string' && text.trim() !== '')).toBe(true);
  });

  it('R25 is the same zip to the byte, whatever the files’ order, and holds no time by which it could differ', () => {
    const hashOf = (files: TeamsPackage): string => createHash('sha256').update(zipOf(files)).digest('hex');
    expect(hashOf(ours())).toBe(hashOf(new Map([...ours()].toReversed())));
    expect(timesIn(zipOf(ours()))).toEqual([EPOCH, EPOCH, EPOCH, EPOCH]);
    expect(Object.keys(unzipSync(zipOf(ours())))).toEqual(['color.png', 'de.json', 'manifest.json', 'outline.png']);
  });

  it('R25 asks for nothing that the guide gives no reason for, and the guide for nothing else', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../../docs/install-teams.md'), 'utf8');
    const [, table = ''] = /## Permissions, and why\n[\s\S]*?\n(\| what \|[\s\S]*?)\n\n/.exec(guide) ?? [];
    const said = table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .map(([, what = '', where = '', why = '']) => ({ what, where, reasoned: why.length > 20 }));
    for (const [, files] of variants) {
      const { bots, composeExtensions, permissions, validDomains, webApplicationInfo } = manifestOf(files);
      const { resource } = webApplicationInfo;
      const due = [
        ...bots.flatMap(({ scopes }) => scopes.map((what) => ({ what, where: 'bots' }))),
        ...composeExtensions.flatMap(({ commands }) =>
          commands.map(({ id }) => ({ what: id, where: 'composeExtensions' })),
        ),
        ...permissions.map((what) => ({ what, where: 'permissions' })),
        ...validDomains.map((what) => ({ what, where: 'validDomains' })),
        { what: resource.replace(APP_ID, 'TEAMS_APP_ID'), where: 'webApplicationInfo' },
      ].map((each) => ({ ...each, reasoned: true }));
      const sorted = (rows: typeof due): typeof due => rows.toSorted((a, b) => (a.what < b.what ? -1 : 1));
      expect(sorted(said)).toEqual(sorted(due));
    }
  });

  it('R25 offers no command that the adapter does not handle', () => {
    for (const [, files] of variants)
      expect(manifestOf(files).composeExtensions.flatMap(({ commands }) => commands.map(({ id }) => id))).toEqual([
        EXTENSION_COMMAND,
      ]);
  });

  it('R25 asks for nothing by which the bot would hear what is not said to it', () => {
    for (const [, files] of variants) {
      const manifest = manifestOf(files);
      expect(manifest).not.toHaveProperty('authorization');
      expect(manifest.permissions).toEqual(['identity', 'messageTeamMembers']);
      expect(manifest.validDomains).toEqual(['sotto.example.com', 'token.botframework.com']);
    }
  });
});
