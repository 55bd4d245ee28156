import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createFileSecrets } from '../../src/adapters/files/secrets.ts';
import { COUNTERS, GAUGES, OBSERVATIONS } from '../../src/adapters/metrics/known.ts';
import { newKey } from '../adapters/audit-log/support.ts';
import { compose, ROOT } from './files.ts';

const docs = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/asking.md',
  'docs/audit.md',
  'docs/backends.md',
  'docs/connect-a-backend.md',
  'docs/packs.md',
  'docs/policies.md',
  'docs/restricting.md',
  'docs/decisions/README.md',
  'docs/identity.md',
  'docs/install.md',
  'docs/install-slack.md',
  'docs/install-teams.md',
  'docs/operations.md',
  'docs/orders.md',
  'docs/tls.md',
  'manifest/README.md',
] as const;
const decisions = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^[0-9]/.test(name));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const sources = [
  'src/config.ts',
  'src/main/secrets.ts',
  'src/main/opening.ts',
  ...readdirSync(join(ROOT, 'src/config')).map((name) => `src/config/${name}`),
]
  .map(read)
  .join('\n');

/** As GitHub makes them. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

const headingsOf = (path: string): readonly string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Compose's own, and no setting of Sotto's. */
const COMPOSE_ONLY = 'SOTTO_PORTS';

/** Mistakes that somebody could make, in the list of what does not start. */
const MISTAKEN: readonly string[] = ['SOTTO_DIRECTROY', 'SLACK_SIGNATURE_VERIFICATION'];

describe('what an admin reads', () => {
  it.each(docs)('names only settings that there are: %s', (path) => {
    const named = new Set(read(path).match(/\b(?:SOTTO|SLACK|TEAMS|AZURE)_[A-Z_]+\b/g));
    const strange = [...named].filter(
      (name) => name !== COMPOSE_ONLY && !MISTAKEN.includes(name) && !new RegExp(`\\b${name}\\b`).test(sources),
    );
    expect(strange).toEqual([]);
  });

  it('sets only settings that there are: compose.yaml', () => {
    const names = Object.keys(compose.services.sotto.environment ?? {});
    expect(names.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
  });

  it.each(docs)('names only secrets that are asked for: %s', (path) => {
    const named = new Set(
      read(path).match(/\b(?:slack|teams|redis|data|audit)(?:-[a-z]+)*-(?:secret|token|password|key)\b/g),
    );
    expect([...named].filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
  });

  it.each(docs)('names only commands that there are: %s', (path) => {
    const commands = read('src/cli.ts');
    const named = new Set([...read(path).matchAll(/\b(?:npx|`)\s*sotto ([a-z][a-z-]*)/g)].map(([, name = '']) => name));
    expect(
      [...named].filter((name) => !commands.includes(`  ${name}: async`) && !commands.includes(`  '${name}': async`)),
    ).toEqual([]);
  });

  it('is of one version, wherever that stands', () => {
    const { version } = JSON.parse(read('package.json'));
    const locked = JSON.parse(read('package-lock.json'));
    const [, newest] = /^## (\S+)/m.exec(read('CHANGELOG.md')) ?? [];
    const [, told] = /^export const VERSION = '(.*)';$/m.exec(read('src/main.ts')) ?? [];
    expect([locked.version, locked.packages[''].version, newest, told]).toEqual([version, version, version, version]);
  });

  it('lists each decision by its own title', () => {
    const listed = [...read('docs/decisions/README.md').matchAll(/^\| \[(\d{4})\]\((.+)\) \| (.+) \|$/gm)];
    expect(listed.map(([, number, file, title]) => `${file} # ${number}: ${title}`)).toEqual(
      decisions.map((file) => `${file} ${read(`docs/decisions/${file}`).split('\n')[0]}`),
    );
  });

  it.each([...docs, ...decisions.map((file) => `docs/decisions/${file}`)])(
    'links to files that there are: %s',
    (path) => {
      const targets = [...read(path).matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
      expect(targets.length > 0 || path.startsWith('docs/decisions/0')).toBe(true);
      const broken = targets.filter((target) => {
        if (target.startsWith('https://')) return false;
        const [file = '', heading] = target.split('#');
        const linked = file === '' ? path : join(path, '..', file);
        return !existsSync(join(ROOT, linked)) || (heading !== undefined && !headingsOf(linked).includes(heading));
      });
      expect(broken).toEqual([]);
    },
  );

  it.each(docs)('names only metrics that there are: %s', (path) => {
    const known = [
      ...Object.keys(COUNTERS).map((name) => `${name}_total`),
      ...Object.keys(GAUGES),
      ...Object.keys(OBSERVATIONS),
    ];
    const named = new Set([...read(path).matchAll(/\bsotto_([a-z_]+)/g)].map(([, name = '']) => name));
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('replaces a secret in a folder by the very lines that stand there', async () => {
    const [, lines = ''] = /^```sh\n(SECRETS=[\s\S]*?retire\(\)[^\n]*\n)/m.exec(read('docs/operations.md')) ?? [];
    const top = mkdtempSync(join(tmpdir(), 'sotto-rotate-'));
    try {
      const folder = join(top, 'secrets');
      mkdirSync(folder, { mode: 0o700 });
      writeFileSync(join(folder, 'slack-bot-token'), 'xoxb-old\n', { mode: 0o600 });
      const run = (then: string, input = '') =>
        spawnSync('bash', ['-ec', `umask 022\n${lines}\n${then}`], { cwd: top, input, encoding: 'utf8' });
      const held = () => createFileSecrets({ folder }).get('slack-bot-token');
      expect(run('rotate slack-bot-token', 'xoxb-new\n')).toMatchObject({ status: 0, stderr: '' });
      expect(await held()).toEqual({ current: 'xoxb-new', accepted: ['xoxb-new', 'xoxb-old'] });
      expect(run('retire slack-bot-token')).toMatchObject({ status: 0, stderr: '' });
      expect(await held()).toEqual({ current: 'xoxb-new', accepted: ['xoxb-new'] });
      expect(readdirSync(folder)).toEqual(['slack-bot-token']);

      // What could lose the only value that opens something is not done.
      const [one, two, three] = [1, 2, 3].map((n) => Buffer.alloc(32, n).toString('base64'));
      writeFileSync(join(folder, 'data-key'), `${one}\n`, { mode: 0o600 });
      const dataKey = () => createFileSecrets({ folder }).get('data-key');
      for (const bad of ['', ' \n', 'oops\n', `${two}\n${three}\n`, `${two}x\n`]) {
        expect(run('rotate data-key', bad)).toMatchObject({ status: 1, stderr: expect.stringMatching(/no data-key/) });
        expect(await dataKey()).toEqual({ current: one, accepted: [one] });
      }
      for (const good of [two, `wrapped.v1.https://acme.vault.azure.net/keys/sotto/1.${two}\n`]) {
        expect(run('rotate data-key', good)).toMatchObject({ status: 0, stderr: '' });
        expect((await dataKey()).accepted).toEqual([good?.trim(), one]);
        expect(run('rotate data-key', `${three}\n`)).toMatchObject({
          status: 1,
          stderr: expect.stringMatching(/still/),
        });
        expect((await dataKey()).accepted).toEqual([good?.trim(), one]);
        expect(run('mv secrets/data-key.previous secrets/data-key')).toMatchObject({ status: 0, stderr: '' });
      }
      const pem = newKey().secret.current;
      writeFileSync(join(folder, 'audit-signing-key'), pem, { mode: 0o600 });
      for (const bad of [newKey().publicPem, 'oops', one])
        expect(run('rotate audit-signing-key', bad)).toMatchObject({ status: 1 });
      expect(run('rotate audit-signing-key', newKey().secret.current)).toMatchObject({ status: 0, stderr: '' });
      expect(run('rotate slack-bot-token', '\n')).toMatchObject({ status: 1 });
      expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    } finally {
      rmSync(top, { recursive: true, force: true });
    }
  });

  it('says what was not tried', () => {
    expect(read('docs/install.md')).toMatch(/Nothing of it was tried\s+against a live/);
  });
});
