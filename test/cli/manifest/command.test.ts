import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { teamsVersion } from '../../../src/cli/manifest/teams.ts';
import { fill, readPublicUrl } from '../../../src/cli/manifest/templates.ts';
import { manifest as subcommand } from '../../../src/cli/manifest.ts';
import { APP_ID, PUBLIC_URL, teams } from './support.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sotto-manifest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In a folder that is not the package's, since the committed manifests must be found from anywhere. */
const manifest = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly out: string; readonly err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'src/cli.ts'), 'manifest', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
};

describe('sotto manifest slack', () => {
  it('prints JSON for the host, and writes the same when told where', () => {
    const { status, out } = manifest(['slack', '--url', PUBLIC_URL]);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      settings: { event_subscriptions: { request_url: `${PUBLIC_URL}/slack/events` } },
    });
    expect(manifest(['slack', '--out', 'slack.json'], { SOTTO_PUBLIC_URL: `${PUBLIC_URL}/` }).status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'slack.json'), 'utf8'))).toEqual(JSON.parse(out));
  });

  it('prints it for Socket Mode, for a whole organisation, and with tokens that are renewed', () => {
    const socket = manifest(['slack', '--socket', '--org'], { SOTTO_PUBLIC_URL: PUBLIC_URL });
    expect([socket.status, socket.out.includes('https:')]).toEqual([0, false]);
    expect(JSON.parse(socket.out)).toMatchObject({ settings: { socket_mode_enabled: true, org_deploy_enabled: true } });
    const rotating = manifest(['slack', '--url', PUBLIC_URL, '--rotate']);
    expect(JSON.parse(rotating.out)).toMatchObject({ settings: { token_rotation_enabled: true } });
  });
});

describe('sotto manifest teams', () => {
  it('writes the package, all of it at its root, the same twice and in every time zone', () => {
    const hash = (name: string): string =>
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex');
    const args = ['teams', '--url', PUBLIC_URL, '--app-id', APP_ID.toUpperCase()];
    const { status, out } = manifest(args, { TZ: 'Pacific/Auckland' });
    expect(status).toBe(0);
    expect(out).toContain(hash('sotto-teams.zip'));
    expect(
      manifest(['teams', '--out', 'again.zip'], {
        TZ: 'America/Lima',
        SOTTO_PUBLIC_URL: PUBLIC_URL,
        TEAMS_APP_ID: APP_ID,
      }).status,
    ).toBe(0);
    expect(hash('again.zip')).toBe(hash('sotto-teams.zip'));

    const files = unzipSync(readFileSync(join(folder, 'again.zip')));
    expect(Object.keys(files).toSorted()).toEqual(['color.png', 'de.json', 'manifest.json', 'outline.png']);
    for (const name of ['color.png', 'outline.png', 'de.json'])
      expect(Buffer.from(files[name] ?? '').equals(Buffer.from(teams().get(name) ?? ''))).toBe(true);
    expect(JSON.parse(Buffer.from(files['manifest.json'] ?? '').toString('utf8'))).toMatchObject({
      id: APP_ID,
      version: teamsVersion(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version, '0'),
      bots: [{ botId: APP_ID }],
      webApplicationInfo: { id: APP_ID, resource: `api://botid-${APP_ID}` },
    });
  });
});

describe('sotto manifest teams, told more', () => {
  const made = async (args: readonly string[]): Promise<Record<string, unknown>> => {
    const out = join(folder, 'made.zip');
    const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      const more = ['teams', '--url', PUBLIC_URL, '--app-id', APP_ID, '--out', out];
      expect(await subcommand.run([...more, ...args])).toBe(0);
    } finally {
      said.mockRestore();
    }
    return JSON.parse(Buffer.from(unzipSync(readFileSync(out))['manifest.json'] ?? '').toString('utf8'));
  };

  it('makes it for targeted messages, for pages of the company’s own, and of an older schema', async () => {
    const bots = [{ supportsTargetedMessages: true }];
    expect(await made(['--targeted'])).toMatchObject({ bots });
    process.env['TEAMS_TARGETED'] = 'yes';
    try {
      expect(await made([])).toMatchObject({ bots });
    } finally {
      delete process.env['TEAMS_TARGETED'];
    }
    expect(await made([])).not.toMatchObject({ bots });
    const pages = ['--privacy', 'https://example.com/datenschutz?lang=de', '--terms', 'https://example.com/terms'];
    expect(await made(pages)).toMatchObject({
      developer: { privacyUrl: 'https://example.com/datenschutz?lang=de', termsOfUseUrl: 'https://example.com/terms' },
    });
    expect(await made(['--schema', '1.21'])).toMatchObject({ manifestVersion: '1.21' });
    const [first, second] = [await made([]), await made(['--edition', '1'])].map(({ version }) =>
      String(version).split('.'),
    );
    expect(Number(second?.[2])).toBe(Number(first?.[2]) + 1);
  });

  it('has a higher version for each edition, and a higher one than all of them for the next version of Sotto', () => {
    const rank = (version: string): number =>
      version.split('.').reduce((sum, part) => sum * 1_000_000 + Number(part), 0);
    const versions = ['0.7.0', '0.7.1', '0.8.0', '1.0.0'].flatMap((version) =>
      ['0', '1', '99'].map((edition) => teamsVersion(version, edition)),
    );
    expect(versions.slice(0, 4)).toEqual(['0.7.0', '0.7.1', '0.7.99', '0.7.100']);
    expect(versions.map(rank)).toEqual(versions.map(rank).toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
  });
});

describe('sotto manifest, used wrongly', () => {
  it.each([
    ['no platform', [], 'for which'],
    ['another platform', ['irc', '--url', PUBLIC_URL], 'for which'],
    ['two platforms', ['slack', 'teams', '--url', PUBLIC_URL], 'for which'],
    ['no address', ['slack'], '--url is missing'],
    ['no address, where there may be none', ['slack'], 'or --socket'],
    ['http', ['slack', '--url', 'http://sotto.example.com'], 'not https'],
    ['Socket Mode with an address', ['slack', '--socket', '--url', PUBLIC_URL], 'exclude each other'],
    ['Socket Mode with tokens that are renewed', ['slack', '--socket', '--rotate'], 'exclude each other'],
    ['Socket Mode for Teams', ['teams', '--socket', '--url', PUBLIC_URL, '--app-id', APP_ID], '--socket is for Slack'],
    ['an app id for Slack', ['slack', '--url', PUBLIC_URL, '--app-id', APP_ID], 'for Teams'],
    ['no app id for Teams', ['teams', '--url', PUBLIC_URL], '--app-id is missing'],
    ['an app id that is none', ['teams', '--url', PUBLIC_URL, '--app-id', 'A0SOTTO000'], 'GUID'],
    [
      'the app id of nobody',
      ['teams', '--url', PUBLIC_URL, '--app-id', '00000000-0000-0000-0000-000000000000'],
      'GUID',
    ],
    ['targeted messages for Slack', ['slack', '--url', PUBLIC_URL, '--targeted'], '--targeted is for Teams'],
    ['terms for Slack', ['slack', '--url', PUBLIC_URL, '--terms', 'https://example.com'], '--terms is for Teams'],
    ['a schema that is none', ['teams', '--url', PUBLIC_URL, '--app-id', APP_ID, '--schema', '1.5'], '1.30 or 1.21'],
    [
      'targeted messages in an older schema',
      ['teams', '--url', PUBLIC_URL, '--app-id', APP_ID, '--schema', '1.21', '--targeted'],
      'knows no messages',
    ],
    [
      'a page by plain http',
      ['teams', '--url', PUBLIC_URL, '--app-id', APP_ID, '--privacy', 'http://example.com/privacy'],
      '--privacy is "http://example.com/privacy"',
    ],
    [
      'a page that only this network knows',
      ['teams', '--url', PUBLIC_URL, '--app-id', APP_ID, '--terms', 'https://intranet/terms'],
      'people can open',
    ],
    ['an edition that is none', ['teams', '--url', PUBLIC_URL, '--app-id', APP_ID, '--edition', '100'], 'up to 99'],
    ['an edition for Slack', ['slack', '--url', PUBLIC_URL, '--edition', '1'], '--edition is for Teams'],
  ])('refuses %s with a sentence', async (_, args, said) => {
    const refused = { code: 'usage', message: expect.stringContaining(said) };
    await expect(subcommand.run(args)).rejects.toMatchObject(refused);
  });

  it('says so alone, and ends with 2, of options too', () => {
    for (const [args, said] of [
      [['slack'], '--url is missing'],
      [['slack', '--host', PUBLIC_URL], '--host'],
      [['slack', '--url', PUBLIC_URL, '--out', 'no/such/place.json'], 'ENOENT'],
    ] as const) {
      const { status, err } = manifest(args);
      expect(status).toBe(2);
      expect(err).toContain(said);
      expect(err).not.toContain('    at ');
    }
  });
});

describe('the public address', () => {
  it.each([
    'http://sotto.example.com',
    'HTTP://sotto.example.com',
    'ftp://sotto.example.com',
    'https://sotto.example.com/bot',
    'https://sotto.example.com?x=1',
    'https://sotto.example.com#x',
    'https://sotto.example.com/?',
    'https://user:secret@sotto.example.com',
    'https://localhost',
    'https://localhost.',
    'https://127.0.0.1',
    'https://0x7f000001',
    'https://[::1]',
    'https://intranet',
    'https://sotto.internal',
    'sotto.example.com',
    '',
  ])('refuses %j', (value) => {
    expect(() => readPublicUrl(value)).toThrow(/--url|Leave it out/);
  });

  it('never repeats a password', () => {
    expect(() => readPublicUrl('https://user:secret@sotto.example.com')).toThrow(/^(?!.*secret)/);
  });

  it.each([
    ['https://sotto.example.com', 'https://sotto.example.com'],
    ['https://Sotto.Example.com/', 'https://sotto.example.com'],
    ['https://sotto.example.com:443', 'https://sotto.example.com'],
    ['https://sotto.example.com:8443', 'https://sotto.example.com:8443'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ])('takes %s as %s', (value, url) => {
    expect(readPublicUrl(value)).toBe(url);
  });

  it('whatever is given, is refused or can stand inside JSON as it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ withQueryParameters: true }),
          fc.string().map((text) => `https://${text}`),
          fc.constantFrom('https://."', 'https://a.b"c.example', "https://a'.example.com", 'https://a..example.com'),
        ),
        (value) => {
          let url: string;
          try {
            url = readPublicUrl(value);
          } catch {
            return;
          }
          expect(JSON.parse(`"${url}"`)).toBe(url);
          expect(url).toMatch(/^https:\/\/[^/?#@\s]+$/);
        },
      ),
    );
  });
});

describe('filling', () => {
  it('leaves what has no value, for the lint to find', () => {
    expect(fill('{{A}} {{B}} {{A}}', { A: '$&' })).toBe('$& {{B}} $&');
    expect(fill('{{A}}', {})).toBe('{{A}}');
  });
});
