/** The `sotto` command as people and scripts use it: a process of its own, its outputs and its status. */

import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment, LEARNT, QUICK } from '../support/child.ts';
import { learntBefore } from '../support/learnt-before.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sotto-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

const sotto = (
  args: readonly string[],
  o: {
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** It finds nothing of what the tests share. */
    readonly alone?: boolean;
  } = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...QUICK, ...(o.alone === true ? [] : LEARNT), 'bin/sotto.js', ...args], {
      cwd: ROOT,
      env: childEnvironment({ SOTTO_DATA: join(folder, 'data'), ...o.env }),
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('close', (status) => resolve({ status, out, err }));
    child.stdin.end(o.input ?? '');
  });

const lines = (out: string): readonly Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const explain = async (...questions: readonly object[]): Promise<readonly Record<string, unknown>[]> =>
  lines((await sotto(['explain'], { input: questions.map((question) => JSON.stringify(question)).join('\n') })).out);

describe('sotto', () => {
  it('lists its commands, and knows when it is used wrongly', async () => {
    const help = await sotto(['--help']);
    expect(help.status).toBe(0);
    for (const name of [
      'playground',
      'serve',
      'ask',
      'explain',
      'donated',
      'unmet',
      'recognise',
      'check',
      'audit',
      'pause',
      'expiries',
      'dead',
    ])
      expect(help.out).toContain(name);
    expect(await sotto(['dance'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('"dance" is not a command'),
    });
    expect((await sotto([])).status).toBe(2);
  });

  it.each(['playground', 'serve', 'ask', 'explain', 'recognise', 'check', 'audit', 'pause', 'expiries', 'dead'])(
    '%s explains itself',
    async (name) => {
      const { status, out } = await sotto([name, '--help']);
      expect(status).toBe(0);
      expect(out).toContain(`sotto ${name}`);
    },
  );

  it('explains a part of a command alone', async () => {
    const { status, out } = await sotto(['audit', 'verify', '--help']);
    expect(status).toBe(0);
    expect(out).toMatch(/^sotto audit verify: /);
    expect(out).not.toContain('sotto audit receipt');
    expect(await sotto(['audit', 'dance'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('"sotto audit verify"'),
    });
  });
});

describe('sotto explain', () => {
  beforeAll(() => learntBefore(join(folder, 'data')), 120_000);

  it('judges questions in order, each with its reasons', async () => {
    const answers = await explain(
      { as: 'evan', platform: 'slack', place: 'direct', text: 'how many days of leave have I left?' },
      { as: 'evan', platform: 'slack', place: 'direct', text: 'what does Mona earn?' },
      { as: 'pia', platform: 'slack', place: 'direct', text: 'what does Mona earn?' },
      { as: 'evan', platform: 'slack', place: 'direct', text: 'show me my payslip' },
      { as: 'evan', platform: 'slack', place: 'direct', text: 'show me my payslip', mfaAgeMinutes: 3 },
      { as: 'evan', platform: 'slack', place: 'channel', text: 'show me my payslip', mfaAgeMinutes: 3 },
      { as: 'gus', platform: 'slack', place: 'direct', text: 'what does Mona earn?' },
      { as: 'evan', platform: 'teams', place: 'direct', text: 'xylophone quartz zebra' },
    );
    expect(answers.map(({ outcome, intent, about }) => [outcome, intent, about])).toEqual([
      ['answer', 'leave.balance', 'self'],
      ['refuse', 'salary.compensation', 'other'],
      ['answer', 'salary.compensation', 'other'],
      ['step-up', 'salary.payslip', 'self'],
      ['answer', 'salary.payslip', 'self'],
      ['private-only', 'salary.payslip', 'self'],
      ['refuse', 'salary.compensation', 'other'],
      ['unknown', null, null],
    ]);
    // Words of the text only where they are asked for.
    expect(answers[1]).not.toHaveProperty('why');
    expect(answers[2]).toMatchObject({ show: 'hold-reveal', expiresSeconds: 120, reasons: ['payroll-pay-of-others'] });
    expect(answers[1]).toMatchObject({
      topics: ['salary'],
      reply: expect.stringContaining('restricted'),
      show: null,
      expiresSeconds: null,
    });
  });

  it('answers a bad line with an error, goes on, and says so in its status', async () => {
    const input = ['not json', '{"as":"nobody","text":"x"}', '{"as":"evan","text":"help"}'].join('\n');
    const { status, out } = await sotto(['explain'], { input });
    expect(status).toBe(2);
    expect(lines(out)).toMatchObject([
      { error: expect.any(String) },
      { error: expect.stringContaining('nobody') },
      { outcome: 'answer', intent: 'help.capabilities' },
    ]);
  });

  it('says with --why which words a decision rests on', async () => {
    // Of the second text it knows no word, so that it has no reason either.
    const input = ['what does Mona earn?', 'Привет'].map((text) => JSON.stringify({ as: 'evan', text })).join('\n');
    const [asked, nothing] = lines((await sotto(['explain', '--why'], { input })).out);
    expect(asked).toMatchObject({
      outcome: 'refuse',
      why: {
        intents: [{ of: 'salary.compensation', features: expect.any(Array) }, {}],
        topics: [{ of: 'salary', features: expect.arrayContaining([expect.objectContaining({ kind: 'word' })]) }],
      },
    });
    expect(nothing).toMatchObject({ outcome: 'unknown', why: null });
  });

  it('knows the same where nothing was learnt before, and leaves no trace', async () => {
    const data = join(folder, 'untouched');
    const input = '{"as":"evan","text":"what does Mona earn?"}';
    const [learnt, kept] = await Promise.all([
      sotto(['explain'], { input, env: { SOTTO_DATA: data }, alone: true }),
      sotto(['explain'], { input }),
    ]);
    expect(lines(learnt.out)).toMatchObject([{ intent: 'salary.compensation' }]);
    expect(learnt).toEqual(kept);
    expect(existsSync(data)).toBe(false);
  });
});

describe('sotto recognise', () => {
  it('says which intent a text is, and how sure it is', async () => {
    const { status, out } = await sotto(['recognise'], {
      input: '{"text":"how many days of leave have I left?"}\n{"text":""}\n',
    });
    expect(status).toBe(0);
    const [known, empty] = lines(out);
    expect(known).toMatchObject({ intent: 'leave.balance', best: 'leave.balance' });
    expect(known?.['confidence']).toBeGreaterThan(0);
    expect(empty).toEqual({ intent: null, best: '', confidence: 0, topics: [] });
  });

  it('learns from a file instead, and needs both files', async () => {
    const rows = (of: readonly (readonly [string, string | null])[]): string =>
      of.map(([text, intent]) => JSON.stringify({ text, intent })).join('\n');
    const train: (readonly [string, string | null])[] = [];
    for (const word of ['red', 'green', 'blue', 'pink', 'grey'])
      train.push([`paint it ${word}`, 'paint'], [`cut the ${word} hedge`, 'garden'], [`${word} noise`, null]);
    writeFileSync(join(folder, 'train.jsonl'), rows(train));
    writeFileSync(
      join(folder, 'validation.jsonl'),
      rows([
        ['paint it black', 'paint'],
        ['cut the hedge', 'garden'],
        ['noise', null],
      ]),
    );
    const { out, status } = await sotto(
      ['recognise', '--train', join(folder, 'train.jsonl'), '--validation', join(folder, 'validation.jsonl')],
      {
        input: '{"text":"paint the door"}',
      },
    );
    expect([status, lines(out)[0]]).toMatchObject([0, { best: 'paint', topics: [] }]);
    expect((await sotto(['recognise', '--train', join(folder, 'train.jsonl')])).status).toBe(2);
  });
});

describe('sotto ask', () => {
  it('goes the whole way and prints what was shown and when it leaves', async () => {
    const { status, out } = await sotto(['ask', '--as', 'pia', '--json', 'what', 'does', 'Mona', 'earn?']);
    expect(status).toBe(0);
    const [asked] = lines(out);
    expect(asked).toMatchObject({
      outcome: 'answer',
      intent: 'salary.compensation',
      show: 'hold-reveal',
      expiresSeconds: 120,
    });
    expect(asked?.['messages']).toMatchObject([
      {
        mode: 'hold-reveal',
        text: expect.stringContaining('97,400'),
        expiresAt: expect.stringMatching(/^20\d\d-.*Z$/),
      },
    ]);
  });

  it('gives a sign-in when told to, and says who there is when nobody is called so', async () => {
    const { out } = await sotto(['ask', '--as', 'evan', '--mfa-age', '2', 'show me my payslip']);
    expect(out).toContain('in a window');
    expect(out).not.toContain('$');
    expect(await sotto(['ask', '--as', 'nobody', 'help'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('erin, evan'),
    });
  });

  it('presses the button of a view when told to, and prints what the view shows as well', async () => {
    const args = ['ask', '--as', 'evan', '--mfa-age', '2', '--press', '--json', 'show me my payslip'];
    const [asked] = lines((await sotto(args)).out);
    const iso = expect.stringMatching(/^20\d\d-.*Z$/);
    expect(asked).toMatchObject({ outcome: 'answer', show: 'view', reply: expect.stringContaining('in a window') });
    expect(asked?.['messages']).toEqual([
      { mode: 'message', text: asked?.['reply'], expiresAt: iso },
      { mode: 'view', text: expect.stringContaining('$'), expiresAt: iso },
    ]);
    const [unpressed] = lines((await sotto(['ask', '--as', 'evan', '--press', '--json', 'when is payday'])).out);
    expect(unpressed?.['messages']).toMatchObject([{ mode: 'message', expiresAt: null }]);
  });

  it('keeps out of a folder that may be a real one, and serve keeps out of the playground’s', async () => {
    const real = join(folder, 'real');
    mkdirSync(real);
    writeFileSync(join(real, 'sotto.db'), 'x');
    expect(await sotto(['ask', '--as', 'evan', 'help'], { env: { SOTTO_DATA: real } })).toMatchObject({
      status: 2,
      err: expect.stringContaining('not empty'),
    });
  });
});

describe('sotto serve', () => {
  it('says everything that is missing in one message, and does not start', async () => {
    const { status, err } = await sotto(['serve'], {
      env: {
        SLACK_APP_ID: 'A0SOTTO000',
        SOTTO_HOST: '0.0.0.0',
        SLACK_BOT_TOKEN: 'xoxb-in-the-open',
        SOTTO_COLOUR: 'red',
      },
    });
    expect(status).toBe(2);
    for (const name of [
      'SLACK_TEAM_IDS',
      'SOTTO_VAULT',
      'SOTTO_DIRECTORY',
      'SOTTO_BACKENDS',
      'SOTTO_HOST',
      'SLACK_BOT_TOKEN',
      'SOTTO_COLOUR',
    ]) {
      expect([name, err.includes(name)]).toEqual([name, true]);
    }
    expect(err).not.toContain('xoxb-in-the-open');
  });

  it('names the secrets that the vault lacks beside the settings that are missing', async () => {
    const vault = join(folder, 'vault');
    mkdirSync(vault, { mode: 0o700 });
    const { status, err } = await sotto(['serve'], { env: { SOTTO_VAULT: `files:${vault}` } });
    expect(status).toBe(2);
    for (const name of ['data-key', 'audit-signing-key', 'slack-signing-secret', 'slack-bot-token', 'SLACK_APP_ID'])
      expect(err).toContain(name);
  });
});

describe('sotto serve with TLS that will not do', () => {
  const settings = { SLACK_APP_ID: 'A0SOTTO000', SLACK_TEAM_IDS: 'T0SOTTO000' };

  it('says what is wrong with the certificates beside everything else; so does check', async () => {
    const key = join(folder, 'tls.key');
    writeFileSync(key, 'hello', { mode: 0o644 });
    const env = {
      ...settings,
      SOTTO_HOST: '0.0.0.0',
      SOTTO_TLS_CERT: join(folder, 'none.crt'),
      SOTTO_TLS_KEY: key,
      SOTTO_STORE: 'rediss://redis.example.com',
      SOTTO_REDIS_CA: join(folder, 'none.pem'),
    };
    const served = await sotto(['serve'], { env });
    const checked = await sotto(['check'], { env });
    expect([served.status, checked.status]).toEqual([2, 1]);
    for (const said of [served.err, checked.out])
      for (const words of ['none.crt cannot be read', `chmod 600 ${key}`, 'none.pem cannot be read', 'SOTTO_BACKENDS'])
        expect(said).toContain(words);
    expect(served.err).not.toContain('SOTTO_HOST is');
  });

  it('asks no vault where nobody could tell who answers', async () => {
    const vault = createServer();
    let connected = 0;
    vault.on('connection', (socket) => {
      connected += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve));
    const address = vault.address();
    const url = `https://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
    const env = {
      ...settings,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      SOTTO_VAULT: url,
      AZURE_AUTHORITY_HOST: url,
      AZURE_TENANT_ID: '11111111-2222-3333-4444-555555555555',
      AZURE_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
      AZURE_CLIENT_SECRET: 'secret',
    };
    const { status, err } = await sotto(['serve'], { env });
    expect(status).toBe(2);
    expect(err).toContain('NODE_TLS_REJECT_UNAUTHORIZED is 0');
    expect(err).toContain('NODE_EXTRA_CA_CERTS');
    expect((await sotto(['check'], { env })).out).toContain('NODE_TLS_REJECT_UNAUTHORIZED is 0');
    expect(connected).toBe(0);
    await new Promise((resolve) => vault.close(resolve));
  });

  it('does not start under options of Node that weaken every connection', async () => {
    for (const option of ['--tls-min-v1.0', '--tls-cipher-list=ALL', '--insecure-http-parser']) {
      const { status, err } = await sotto(['serve'], { env: { ...settings, NODE_OPTIONS: option } });
      expect([option, status]).toEqual([option, 2]);
      expect(err).toContain(`Node was started with ${option.replace('=ALL', '')}`);
    }
  });
});

describe('sotto serve with a secret that anybody could guess', () => {
  it('does not start, and ends', async () => {
    const vault = join(folder, 'weak');
    mkdirSync(vault, { mode: 0o700 });
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const secrets = {
      'data-key': randomBytes(32).toString('base64'),
      'audit-signing-key': key,
      'slack-signing-secret': 'short',
      'slack-bot-token': 'xoxb-1-2-abcdefghijkl',
    };
    for (const [name, value] of Object.entries(secrets)) writeFileSync(join(vault, name), value, { mode: 0o600 });
    const env = {
      SOTTO_DATA: join(folder, 'weak-data'),
      SOTTO_VAULT: `files:${vault}`,
      SOTTO_DIRECTORY: `file:${join(ROOT, 'src/policies/default/people.yaml')}`,
      SOTTO_BACKENDS: join(ROOT, 'src/policies/default/backends'),
      SLACK_APP_ID: 'A0SOTTO000',
      SLACK_TEAM_IDS: 'T0SOTTO000',
      SLACK_API_URL: 'http://127.0.0.1:9/',
      PORT: '0',
      SOTTO_OPS_PORT: '0',
    };
    const { status, err } = await sotto(['serve'], { env });
    expect(status).toBe(2);
    expect(err).toContain('signing secret');
  });
});

describe('sotto playground', () => {
  it('listens on this machine only', async () => {
    const env = { SOTTO_HOST: '0.0.0.0', SOTTO_BEHIND_PROXY: 'yes', PORT: '0', SOTTO_OPS_PORT: '0' };
    expect(await sotto(['playground'], { env })).toMatchObject({
      status: 2,
      err: expect.stringContaining('this machine only'),
    });
  });
});

describe('sotto check', () => {
  it('finds nothing wrong with what ships', async () => {
    expect(await sotto(['check', '--json'])).toMatchObject({ status: 0, out: expect.stringContaining('"ok":true') });
  });

  it('finds what would stop a start, all at once', async () => {
    const pack = join(folder, 'pack');
    mkdirSync(join(pack, 'intents'), { recursive: true });
    writeFileSync(join(pack, 'intents', 'odd.yaml'), 'topic: odd\ncolour: red\n');
    const { status, out } = await sotto(['check'], {
      env: { SOTTO_POLICIES: pack, SOTTO_DIRECTORY: 'file:/nowhere.yaml' },
    });
    expect(status).toBe(1);
    for (const word of ['settings:', 'people:', 'pack:', 'colour']) expect(out).toContain(word);
  });

  it('finds that whoever should be told of probing is nobody whom the directory lets in, whatever else is wrong', async () => {
    // With a pack that nothing can be learnt from, which spares the seconds of that.
    const SOTTO_POLICIES = join(folder, 'pack');
    const found = async (id: string) =>
      (await sotto(['check'], { env: { SOTTO_POLICIES, SOTTO_SECURITY_CONTACT: id } })).out;
    expect(await found('nobody')).toContain('people: SOTTO_SECURITY_CONTACT is "nobody"');
    expect(await found('hana')).not.toContain('SOTTO_SECURITY_CONTACT');
  });
});
