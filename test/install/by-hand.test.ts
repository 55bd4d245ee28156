/**
 * No container engine is needed for this: it does by hand what the image does. What the Dockerfile copies, and no package of
 * development, lies in a folder that nobody may write to; Sotto runs there as a stranger to the machine, without a home.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureFileSecrets } from '../../src/adapters/files/secrets.ts';
import { until } from '../support/until.ts';
import { copiedFrom, healthCheck, image, ROOT, said } from './files.ts';

/** Some 20,000 files are copied first, on a machine that may be busy, ms. */
const SLOW_MS = 240_000;

/** What lies in memory may not be run on many a system, and the tests lay by what they can there. */
const DISK = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();

const top = mkdtempSync(join(DISK, 'sotto-image-'));
const app = join(top, 'app');
const data = join(top, 'data');
const secrets = join(top, 'secrets');
const node = join(top, 'node');

/** Only root may become somebody else; whoever else runs this stays who they are. */
const root = process.getuid?.() === 0;
const [uid, gid] = (said('USER')[0] ?? '').split(':').map(Number);
const stranger = root && uid !== undefined && gid !== undefined ? { uid, gid } : {};

const packages = (): readonly string[] => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path);
};

/** The system's own programs: there are thousands of files. */
const system = (program: string, ...args: readonly string[]): void => {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
};

const copyPackages = (): void => {
  const outer = packages().filter((path) => path.lastIndexOf('node_modules/') === 0);
  for (const scope of new Set(outer.map(dirname))) {
    mkdirSync(join(app, scope), { recursive: true });
    const of = outer.filter((path) => dirname(path) === scope).map((path) => join(ROOT, path));
    system('cp', '-R', ...of, join(app, scope));
  }
};

/** What lies in the app's folder, not counting the insides of packages. */
const contents = (): readonly string[] => [
  ...readdirSync(app),
  ...copiedFrom(image).flatMap((path) =>
    statSync(join(app, path)).isDirectory() ? readdirSync(join(app, path), { recursive: true }).map(String) : [],
  ),
  ...readdirSync(join(app, 'node_modules')),
];

const env = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  NODE_ENV: 'production',
  SOTTO_DATA: data,
  ...more,
});

const options = (more: Readonly<Record<string, string>>) => ({ cwd: app, env: env(more), ...stranger });

const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  spawnSync(node, [...args], { ...options(more), encoding: 'utf8' });

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

beforeAll(async () => {
  chmodSync(top, 0o755);
  mkdirSync(app);
  copyPackages();
  system('cp', '-R', ...copiedFrom(image).map((path) => join(ROOT, path)), app);
  system('cp', process.execPath, node);
  await ensureFileSecrets({
    folder: secrets,
    wanted: {
      'data-key': 'random-32-bytes',
      'audit-signing-key': 'ed25519-key',
      'slack-signing-secret': 'token',
      'slack-bot-token': 'slack-bot-token',
    },
  });
  mkdirSync(data, { mode: 0o700 });
  system('chmod', '-R', 'a+rX,a-w', app, node);
  if (root) system('chown', '-R', `${uid}:${gid}`, data, secrets);
}, SLOW_MS);

afterAll(() => {
  system('chmod', '-R', 'u+w', app);
  rmSync(top, { recursive: true, force: true });
}, SLOW_MS);

const serving = {
  SLACK_APP_ID: 'A0SOTTO000',
  SLACK_TEAM_IDS: 'T0SOTTO000',
  SOTTO_VAULT: `files:${secrets}`,
  SOTTO_DIRECTORY: `file:${join(app, 'src/policies/default/people.yaml')}`,
  SOTTO_BACKENDS: join(app, 'src/policies/default/backends'),
};

describe('what the image holds', () => {
  it('finds nothing against a start, secrets among it', () => {
    const { status, stdout, stderr } = run(['src/cli.ts', 'check', '--json'], serving);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, findings: [] });
    expect(status).toBe(0);
  });

  it('makes both manifests', () => {
    const { status, stdout } = run(['src/cli.ts', 'manifest', 'slack', '--url', 'https://sotto.example.com']);
    expect([status, JSON.parse(stdout).display_information.name]).toEqual([0, 'Sotto']);
    const zip = join(data, 'sotto-teams.zip');
    const id = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
    const args = [
      'src/cli.ts',
      'manifest',
      'teams',
      '--url',
      'https://sotto.example.com',
      '--app-id',
      id,
      '--out',
      zip,
    ];
    expect(run(args).status).toBe(0);
    rmSync(zip);
  });

  it('is ready as its health check finds, writes to its data folder alone, and stops when told to', async () => {
    const before = contents();
    const ports = { PORT: String(await freePort()), SOTTO_OPS_PORT: String(await freePort()) };
    const [, ...check] = healthCheck();
    expect(run(check, ports).status).toBe(1);

    let output = '';
    const child: ChildProcess = spawn(node, ['src/cli.ts', 'playground'], options(ports));
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    try {
      await until(() => output.includes('http://127.0.0.1') || child.exitCode !== null, 60_000);
      expect([output, child.exitCode]).toEqual([expect.stringContaining('http://127.0.0.1'), null]);
      expect(run(check, ports)).toMatchObject({ status: 0, stderr: '' });
      expect(readdirSync(data)).toContain('PLAYGROUND');
      expect(contents()).toEqual(before);
      expect(readdirSync(top).toSorted()).toEqual([app, data, node, secrets].map((path) => basename(path)).toSorted());
      child.kill('SIGTERM');
      await until(() => child.exitCode !== null || child.signalCode !== null, 20_000);
      expect([child.exitCode, child.signalCode]).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  }, 120_000);
});
