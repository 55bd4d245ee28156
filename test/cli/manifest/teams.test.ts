import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { lintTeamsManifest } from '../../../src/cli/manifest/lint-teams.ts';
import type { Locale } from '../../../src/core/types.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { colourIcon, outlineIcon } from '../../../tools/icons/draw.ts';
import { pngOf, rowsOf } from '../../../tools/icons/png.ts';
import { sharedRecogniser } from '../../support/shared-model.ts';
import { APP_ID, AppManifestUtils, changed, jsonOf, teams, withFile } from './support.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'manifest', 'teams');

/** The intent that each prompt is about, in the order of the manifest. */
const PROMPTS: readonly (readonly string[])[] = [
  [
    'leave.balance',
    'leave.booked',
    'salary.payslip',
    'expenses.status',
    'benefits.enrolled',
    'it.tickets',
    'help.capabilities',
  ],
  ['salary.payday', 'leave.policy', 'expenses.howto', 'it.password', 'help.capabilities'],
];

const colour = colourIcon();
const outline = outlineIcon();

const recogniser = await sharedRecogniser(loadCatalogue({ folders: packFolders(null) }));

/** The compressed rows of a PNG that has one IDAT, at the place where `pngOf` puts it. */
const rowsIn = (png: Buffer): Buffer => inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));

describe('the Teams manifest', () => {
  it('satisfies Microsoft’s own schema of its version, which also finds faults', async () => {
    const manifest = jsonOf(teams(), 'manifest.json');
    type Manifest = Parameters<typeof AppManifestUtils.validateAgainstSchema>[0];
    expect(await AppManifestUtils.validateAgainstSchema(manifest as unknown as Manifest)).toEqual([]);
    const wrong = changed(manifest, 'bots[0].colour', 'teal');
    expect(await AppManifestUtils.validateAgainstSchema(wrong as Manifest)).not.toEqual([]);
  });

  it('has nothing that Teams or good sense would mind', () => {
    expect(lintTeamsManifest(teams())).toEqual([]);
  });

  it('is of a schema that has titles of 128 characters and no messages to one person among many', () => {
    const manifest = jsonOf(teams(), 'manifest.json');
    expect(manifest['manifestVersion']).toBe('1.21');
    expect(JSON.stringify(manifest)).not.toContain('supportsTargetedMessages');
  });

  it.each(['en', 'de'] as const)('offers prompts that are understood, in %s', (locale: Locale) => {
    const manifest = jsonOf(teams(), 'manifest.json') as unknown as {
      readonly bots: readonly {
        readonly commandLists: readonly { readonly commands: readonly { title: string }[] }[];
      }[];
    };
    const german = jsonOf(teams(), 'de.json');
    const understood = manifest.bots[0]?.commandLists.map(({ commands }, list) =>
      commands.map(({ title }, at) => {
        const text = locale === 'en' ? title : String(german[`bots[0].commandLists[${list}].commands[${at}].title`]);
        return recogniser.recognise({ text, locale }).intent;
      }),
    );
    expect(understood).toEqual(PROMPTS);
  });

  it('has the icons that tools/icons.ts draws', () => {
    for (const [name, picture] of [
      ['color.png', colour],
      ['outline.png', outline],
    ] as const) {
      const png = readFileSync(join(FOLDER, name));
      expect(png.subarray(0, 33).equals(pngOf(picture).subarray(0, 33))).toBe(true);
      expect(rowsIn(png).equals(rowsOf(picture))).toBe(true);
    }
  });

  it('has an outline that is white or nothing', () => {
    const { pixels } = outline;
    const colours = new Set<number>();
    const opacities = new Set<number>();
    for (let at = 0; at < pixels.length; at += 4) {
      for (const part of pixels.subarray(at, at + 3)) colours.add(part);
      opacities.add(pixels[at + 3] ?? -1);
    }
    expect([...colours]).toEqual([255]);
    expect(opacities.has(0)).toBe(true);
    expect(opacities.has(255)).toBe(true);
  });
});

describe('the lint of a Teams package', () => {
  it.each([
    ['http', 'developer.websiteUrl', 'http://sotto.example.com', 'plain http'],
    ['an address that nobody filled in', 'developer.privacyUrl', '{{PUBLIC_URL}}/privacy', 'nobody filled in'],
    ['a domain of everybody', 'validDomains', ['*.com'], '*.com'],
    ['a host where anybody may have a name', 'validDomains', ['*.azurewebsites.net'], 'anybody may have a name'],
    ['a star alone', 'validDomains', ['*'], 'anybody may have a name'],
    ['a star inside', 'validDomains', ['sotto.*.com'], 'whole first part'],
    ['a domain with a scheme', 'validDomains', ['https://sotto.example.com'], 'no scheme'],
    ['a domain with a path', 'validDomains', ['sotto.example.com/a'], 'no scheme'],
    ['a domain of one part', 'validDomains', ['localhost'], 'no host on the internet'],
    [
      'people signing in to another app',
      'webApplicationInfo.id',
      '11111111-2222-3333-4444-555555555555',
      'another app',
    ],
    ['a token for something else', 'webApplicationInfo.resource', `api://sotto.example.com/${APP_ID}`, 'api://botid-'],
    ['a bot that is not the app', 'bots[0].botId', '11111111-2222-3333-4444-555555555555', 'another app'],
    ['an id that is none', 'id', '{{APP_ID}}', 'GUID'],
    ['the id of nobody', 'id', '00000000-0000-0000-0000-000000000000', 'all zeros'],
    ['two bots', 'bots[1]', { botId: APP_ID, scopes: [] }, 'one bot'],
    ['a scope that Sotto is not in', 'bots[0].scopes', ['personal', 'copilot'], 'scopes'],
    ['no private chat', 'bots[0].scopes', ['team', 'groupChat'], '"personal"'],
    ['a list where the bot is not', 'bots[0].scopes', ['personal', 'team'], '"groupChat"'],
    ['two lists for one scope', 'bots[0].commandLists[1].scopes', ['personal'], 'two lists'],
    ['a title too long', 'bots[0].commandLists[0].commands[0].title', 'x'.repeat(129), 'title'],
    ['messages to one person among many', 'bots[0].supportsTargetedMessages', true, 'supportsTargetedMessages'],
    [
      'a permission to hear everything',
      'authorization',
      { permissions: { resourceSpecific: [{ name: 'ChannelMessage.Read.Group', type: 'Application' }] } },
      'ChannelMessage.Read.Group',
    ],
    ['a version that Teams refuses', 'version', '1.0.0-preview.1', 'MAJOR.MINOR.PATCH'],
    ['a schema of another version', 'manifestVersion', '1.22', '$schema'],
    ['a name too long', 'name.short', 'x'.repeat(31), 'name.short'],
    ['no full name', 'name.full', undefined, 'name.full'],
    ['a language that is missing', 'localizationInfo.additionalLanguages', [], '"de"'],
    ['a file outside of the package', 'icons.color', '../color.png', 'root'],
  ])('finds %s', (_, path, to, said) => {
    const files = teams();
    const found = lintTeamsManifest(
      withFile(files, 'manifest.json', changed(jsonOf(files, 'manifest.json'), path, to)),
    );
    expect(found.join('\n')).toContain(said);
  });

  it.each([
    ['no manifest', 'manifest.json', null, 'missing'],
    ['a manifest that is no JSON', 'manifest.json', Buffer.from('{'), 'not JSON'],
    ['a manifest with a byte order mark', 'manifest.json', Buffer.from('\ufeff{}'), 'byte order mark'],
    ['no colour icon', 'color.png', null, 'color.png'],
    ['an icon of the wrong size', 'color.png', pngOf(outline), '32 by 32'],
    ['an icon that is no PNG', 'outline.png', Buffer.from('<svg/>'), 'not a PNG'],
    ['an icon that is cut short', 'outline.png', pngOf(outline).subarray(0, 20), 'not a PNG'],
    ['no German', 'de.json', null, 'de.json'],
    ['German that is no object', 'de.json', ['x'], 'de.json'],
    ['a file that nobody names', 'notes.txt', Buffer.from('x'), 'notes.txt'],
  ])('finds %s', (_, name, content, said) => {
    expect(lintTeamsManifest(withFile(teams(), name, content)).join('\n')).toContain(said);
  });

  it('finds an outline without opacity', () => {
    const opaque = Buffer.from(pngOf(outline));
    opaque[25] = 2;
    expect(lintTeamsManifest(withFile(teams(), 'outline.png', opaque)).join('\n')).toContain('no opacity');
  });

  it.each(Object.keys(jsonOf(teams(), 'de.json')).filter((key) => key !== '$schema'))(
    'finds that German lacks %s',
    (key) => {
      const { [key]: _, ...others } = jsonOf(teams(), 'de.json');
      const [finding, ...more] = lintTeamsManifest(withFile(teams(), 'de.json', others));
      expect(finding).toContain(`"${key}"`);
      expect(more).toEqual([]);
    },
  );

  it('finds German that says too much, or too long', () => {
    const german = jsonOf(teams(), 'de.json');
    const found = lintTeamsManifest(
      withFile(teams(), 'de.json', {
        ...german,
        'name.short': 'x'.repeat(31),
        'bots[0].commandLists[2].commands[0].title': 'x',
      }),
    );
    expect(found).toHaveLength(2);
    expect(found.join('\n')).toContain('Teams takes 30');
    expect(found.join('\n')).toContain('commandLists[2]');
  });
});
