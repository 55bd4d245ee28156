import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { lintTeamsManifest } from '../../../src/cli/manifest/lint-teams.ts';
import { SCHEMAS } from '../../../src/cli/manifest/teams.ts';
import { asksPrivacy } from '../../../src/core/privacy/words.ts';
import { asksRestrictions } from '../../../src/core/restricting/talk.ts';
import type { Locale } from '../../../src/core/types.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { colourIcon, outlineIcon } from '../../../tools/icons/draw.ts';
import { type Picture, pngOf, rowsOf } from '../../../tools/icons/png.ts';
import { sharedRecogniser } from '../../support/shared-model.ts';
import { encodePng } from './png.ts';
import { APP_ID, AppManifestUtils, changed, jsonOf, teams, teamsVariants, withFile } from './support.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'manifest', 'teams');

/** The intent that each prompt is about, in the order of the manifest; or the list of words that it is on. */
const PROMPTS: readonly (readonly string[])[] = [
  [
    'leave.balance',
    'leave.booked',
    'salary.payslip',
    'expenses.status',
    'benefits.enrolled',
    'it.tickets',
    'help.capabilities',
    'privacy',
    'restrictions',
  ],
  ['salary.payday', 'leave.policy', 'expenses.howto', 'it.password', 'help.capabilities'],
];

const colour = colourIcon();
const outline = outlineIcon();

const recogniser = await sharedRecogniser(loadCatalogue({ folders: packFolders(null) }));

const requireHere = createRequire(import.meta.url);

/** The same picture, every pixel in this colour; its own opacity where none is given. */
const repainted = ({ size, pixels }: Picture, [red = 0, green = 0, blue = 0, opacity]: readonly number[]): Buffer =>
  pngOf({ size, pixels: pixels.map((value, at) => [red, green, blue, opacity ?? value][at % 4] ?? value) });

/** Colour without opacity, which `pngOf` does not write. */
const opaquePng = (size: number): Buffer =>
  encodePng({ width: size, height: size, colour: 2 }, Buffer.alloc(size * size * 3));

/** One byte of the compressed rows is another one, and nothing tells. */
const damaged = (png: Buffer): Buffer => {
  const copy = Buffer.from(png);
  copy[60] = (copy[60] ?? 0) ^ 0xff;
  return copy;
};

/** The compressed rows of a PNG that has one IDAT, at the place where `pngOf` puts it. */
const rowsIn = (png: Buffer): Buffer => inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));

describe('the Teams manifest', () => {
  it.each(teamsVariants().map(({ name, files }) => [name, files] as const))(
    'satisfies Microsoft’s own schema of its version, which also finds faults: %s',
    async (_, files) => {
      const manifest = jsonOf(files, 'manifest.json');
      type Manifest = Parameters<typeof AppManifestUtils.validateAgainstSchema>[0];
      expect(await AppManifestUtils.validateAgainstSchema(manifest as unknown as Manifest)).toEqual([]);
      for (const wrong of [
        changed(manifest, 'bots[0].colour', 'teal'),
        changed(manifest, 'composeExtensions[0].commands[0].context', ['everywhere']),
        changed(manifest, 'composeExtensions[0].commands[0].title', 'x'.repeat(33)),
      ])
        expect(await AppManifestUtils.validateAgainstSchema(wrong as Manifest)).not.toEqual([]);
    },
  );

  it.each(teamsVariants().map(({ name, files }) => [name, files] as const))(
    'has nothing that Teams or good sense would mind: %s',
    (_, files) => {
      expect(lintTeamsManifest(files)).toEqual([]);
    },
  );

  it('is of the newest schema that Microsoft’s validator knows, unless an older one is asked for', () => {
    const folder = join(dirname(requireHere.resolve('@microsoft/app-manifest')), 'json-schemas', 'teams');
    const known = readdirSync(folder).flatMap((name) => {
      const [, minor] = /^v1\.([0-9]+)$/.exec(name) ?? [];
      return minor === undefined ? [] : [Number(minor)];
    });
    expect(SCHEMAS[0]).toBe(`1.${Math.max(...known)}`);
    for (const schema of SCHEMAS) {
      const files = teams({ schema });
      expect(jsonOf(files, 'manifest.json')['manifestVersion']).toBe(schema);
      for (const name of ['manifest.json', 'de.json'])
        expect(String(jsonOf(files, name)['$schema'])).toContain(`/teams/v${schema}/`);
    }
  });

  it('has messages that one person alone sees only where they were asked for, and then behind a slash', () => {
    for (const { name, files } of teamsVariants()) {
      const [bot] = jsonOf(files, 'manifest.json')['bots'] as readonly Record<string, unknown>[];
      const lists = bot?.['commandLists'] as readonly Record<string, unknown>[];
      const targeted = name === 'targeted messages';
      expect([name, bot?.['supportsTargetedMessages']]).toEqual([name, targeted ? true : undefined]);
      expect([name, ...lists.map((list) => list['triggers'])]).toEqual([
        name,
        undefined,
        targeted ? ['mention', 'slash'] : undefined,
      ]);
    }
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
        if (asksPrivacy(text)) return 'privacy';
        return asksRestrictions(text) ? 'restrictions' : recogniser.recognise({ text, locale }).intent;
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
    [
      'a list behind a slash without such messages',
      'bots[0].commandLists[1].triggers',
      ['slash'],
      'does not take such',
    ],
    [
      'an extension of another bot',
      'composeExtensions[0].botId',
      '11111111-2222-3333-4444-555555555555',
      'another bot',
    ],
    ['two extensions', 'composeExtensions[1]', { botId: APP_ID, commands: [] }, 'one message extension'],
    ['links that people post', 'composeExtensions[0].messageHandlers', [{ type: 'link' }], 'without asking it'],
    ['a search, which types into Teams', 'composeExtensions[0].commands[0].type', 'query', 'does not open a window'],
    ['a window that is not ours', 'composeExtensions[0].commands[0].fetchTask', undefined, 'does not open a window'],
    [
      'a window with fields of the manifest’s',
      'composeExtensions[0].commands[0].parameters',
      [{ name: 'q', title: 'Q' }],
      'does not open a window',
    ],
    ['an action whose title is too long', 'composeExtensions[0].commands[0].title', 'x'.repeat(33), 'title'],
    ['terms that are no address', 'developer.termsOfUseUrl', 'see the intranet', 'no https address'],
    ['terms by another way', 'developer.termsOfUseUrl', 'ftp://example.com/terms', 'no https address'],
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
    ['an icon that is cut short', 'outline.png', pngOf(outline).subarray(0, 20), 'cut short'],
    ['no German', 'de.json', null, 'de.json'],
    ['German that is no object', 'de.json', ['x'], 'de.json'],
    ['a file that nobody names', 'notes.txt', Buffer.from('x'), 'notes.txt'],
  ])('finds %s', (_, name, content, said) => {
    expect(lintTeamsManifest(withFile(teams(), name, content)).join('\n')).toContain(said);
  });

  it.each([
    ['an outline without opacity', 'outline.png', opaquePng(32), 'no opacity'],
    ['an outline in a colour', 'outline.png', repainted(outline, [0x12, 0x69, 0x6b]), 'another colour than white'],
    ['an outline of nothing', 'outline.png', repainted(outline, [255, 255, 255, 0]), 'is all one'],
    ['an outline that is a square', 'outline.png', repainted(outline, [255, 255, 255, 255]), 'is all one'],
    ['a ground that is seen through', 'color.png', repainted(colour, [1, 2, 3, 254]), 'seen through'],
    ['an icon whose pixels are damaged', 'color.png', damaged(pngOf(colour)), 'damaged'],
  ])('finds %s', (_, name, content, said) => {
    expect(lintTeamsManifest(withFile(teams(), name, content)).join('\n')).toContain(said);
  });

  it('finds what stands behind a slash in a schema that knows none', () => {
    const older = teams({ schema: '1.21' });
    for (const [path, to] of [
      ['bots[0].supportsTargetedMessages', true],
      ['composeExtensions[0].commands[0].triggers', ['slash']],
    ] as const) {
      const manifest = changed(jsonOf(older, 'manifest.json'), path, to);
      expect(lintTeamsManifest(withFile(older, 'manifest.json', manifest)).join('\n')).toContain('1.29 or later');
    }
  });

  it('finds a command that is there twice', () => {
    const manifest = jsonOf(teams(), 'manifest.json');
    const [extension] = manifest['composeExtensions'] as readonly { readonly commands: readonly unknown[] }[];
    const twice = changed(manifest, 'composeExtensions[0].commands[1]', extension?.commands[0]);
    expect(lintTeamsManifest(withFile(teams(), 'manifest.json', twice)).join('\n')).toContain('two commands');
  });

  it('finds German of another schema', () => {
    const german = { ...jsonOf(teams(), 'de.json'), $schema: jsonOf(teams({ schema: '1.21' }), 'de.json')['$schema'] };
    expect(lintTeamsManifest(withFile(teams(), 'de.json', german)).join('\n')).toContain('version 1.30');
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
