/** Set-ups that must not start, each as one change of a good one. What is said of each stands in docs/operations.md. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { generate } from 'selfsigned';
import { backendsFor } from '../../playground/stage.ts';
import { ensureFileSecrets } from '../../src/adapters/files/secrets.ts';
import { DEFAULT_PACK, SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { childEnvironment } from '../support/child.ts';
import { packFor } from '../support/pack.ts';
import { ROOT } from './files.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Unsafe {
  /** As in the first column of the table. */
  readonly what: string;
  /** Settings that differ; undefined: not set. */
  readonly env?: Environment | ((folder: string) => Environment);
  readonly node?: readonly string[];
  /** Changes what lies in the folder. */
  readonly spoil?: (folder: string) => void;
}

const write =
  (path: string, text: string, mode = 0o600) =>
  (folder: string): void =>
    writeFileSync(join(folder, path), text, { mode });

const CLIENT_SECRET = write('secrets/slack-client-secret', 'client-secret-of-the-tests');
const PUBLIC = { SOTTO_PUBLIC_URL: 'https://sotto.example.com' };
const SIGN_IN = { OIDC_ISSUER: 'https://id.example.com', OIDC_CLIENT_ID: 'sotto', ...PUBLIC };

const open =
  (path: string, mode: number) =>
  (folder: string): void => {
    mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
    chmodSync(join(folder, path), mode);
  };

/** A description of a system that reports back. */
const HOOK = write(
  'backends/desk.yaml',
  `backend: desk
baseUrl: https://desk.example
operations: {}
hooks:
  ticket-closed:
    proof: { standard: { secret: desk-hook } }
    subject: who
    data: ticket
    fields: { number: text }
    intent: it.tickets
    say: { en: "{number} is closed.", de: "{number} ist geschlossen." }
`,
);

const change =
  (path: string, from: RegExp, to: string) =>
  (folder: string): void => {
    const text = readFileSync(join(folder, path), 'utf8');
    if (!from.test(text)) throw new Error(`${path} does not hold what is to be changed`);
    writeFileSync(join(folder, path), text.replace(from, to));
  };

/** Of a server, for the time that is named; both files. */
const pair = async (o: { readonly from: string; readonly to: string }): Promise<(folder: string) => void> => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    notBeforeDate: new Date(o.from),
    notAfterDate: new Date(o.to),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  return (folder) => {
    writeFileSync(join(folder, 'cert.pem'), cert, { mode: 0o600 });
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  };
};
const good = await pair({ from: '2020-01-01', to: '2060-01-01' });
const ended = await pair({ from: '2020-01-01', to: '2021-01-01' });
const other = await pair({ from: '2020-01-01', to: '2060-01-01' });
const TLS = (folder: string): Environment => ({
  SOTTO_TLS_CERT: join(folder, 'cert.pem'),
  SOTTO_TLS_KEY: join(folder, 'key.pem'),
});

const NO_SLACK = { SLACK_APP_ID: undefined, SLACK_TEAM_IDS: undefined, SLACK_API_URL: undefined };
const TEAMS = {
  TEAMS_APP_ID: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  TEAMS_TENANT_IDS: '1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  TEAMS_CREDENTIAL: 'managed-identity',
};
const TEAMS_STAND_INS = {
  TEAMS_OPENID_METADATA_URL: 'http://127.0.0.1:1/keys',
  TEAMS_TOKEN_ISSUER: 'https://issuer.example',
  TEAMS_LOGIN_URL: 'http://127.0.0.1:1/login',
  TEAMS_OAUTH_URL: 'http://127.0.0.1:1/oauth',
};
const VAULT_STAND_IN = { SOTTO_VAULT: 'https://localhost:1' };

export const UNSAFE: readonly Unsafe[] = [
  // Authentication and who may ask
  { what: 'no platform', env: NO_SLACK },
  { what: 'half of Slack', env: { SLACK_APP_ID: undefined } },
  { what: 'an app id of Slack that is none', env: { SLACK_APP_ID: 'sotto' } },
  { what: 'no workspace on Slack’s list', env: { SLACK_TEAM_IDS: ',' } },
  {
    what: 'half of OAuth for Slack',
    env: { SLACK_CLIENT_ID: '1234.5678', SOTTO_PUBLIC_URL: undefined },
    spoil: CLIENT_SECRET,
  },
  { what: 'a client id that is none', env: { SLACK_CLIENT_ID: 'sotto', ...PUBLIC }, spoil: CLIENT_SECRET },
  { what: 'tokens to renew, and nothing to renew them with', env: { SLACK_TOKEN_ROTATION: 'yes' } },
  { what: 'a sign-in without its provider', env: { OIDC_CLIENT_ID: 'sotto' } },
  { what: 'a sign-in from which nobody comes back', env: { ...SIGN_IN, SOTTO_PUBLIC_URL: undefined } },
  { what: 'a provider of sign-ins by plain http', env: { ...SIGN_IN, OIDC_ISSUER: 'http://id.example.com' } },
  {
    what: 'a provider at which any company signs in',
    env: { ...SIGN_IN, OIDC_ISSUER: 'https://login.microsoftonline.com/common/v2.0' },
  },
  { what: 'a sign-in of no client', env: { ...SIGN_IN, OIDC_CLIENT_ID: undefined } },
  { what: 'an authentication context that is none', env: { ...SIGN_IN, OIDC_AUTH_CONTEXT: 'mfa' } },
  { what: 'a secret of sign-ins in the environment', env: { ...SIGN_IN, OIDC_CLIENT_SECRET: 'hunter2' } },
  {
    what: 'a rotation that nobody may have meant',
    env: { SLACK_CLIENT_ID: '1234.5678', ...PUBLIC, SLACK_TOKEN_ROTATION: 'true' },
    spoil: CLIENT_SECRET,
  },
  { what: 'half of Teams', env: { ...TEAMS, TEAMS_TENANT_IDS: undefined } },
  { what: 'no tenant on Teams’ list', env: { ...TEAMS, TEAMS_TENANT_IDS: ',' } },
  { what: 'a preview that nobody may have meant', env: { ...TEAMS, TEAMS_TARGETED: 'true' } },
  { what: 'everybody as operators', env: { SOTTO_OPERATORS: 'employee' } },
  { what: 'everybody as HR', env: { SOTTO_HR: 'employee' } },
  // Foreign addresses in the place of the real ones
  { what: 'a way in from Slack that nobody knows', env: { SLACK_MODE: 'websocket' } },
  { what: 'a switch of Bolt’s that would turn a check off', env: { SLACK_SIGNATURE_VERIFICATION: 'false' } },
  { what: 'a foreign stand-in for Slack', env: { SLACK_API_URL: 'https://slack.example.com/api/' } },
  {
    what: 'a foreign stand-in for Teams',
    env: { ...TEAMS, ...TEAMS_STAND_INS, TEAMS_LOGIN_URL: 'https://login.example.com' },
  },
  { what: 'stand-ins for a part of Teams', env: { ...TEAMS, ...TEAMS_STAND_INS, TEAMS_OAUTH_URL: undefined } },
  { what: 'a foreign service host of Teams', env: { ...TEAMS, TEAMS_SERVICE_HOSTS: 'smba.example.com' } },
  {
    what: 'a foreign stand-in for Graph',
    env: { SOTTO_DIRECTORY: `entra:${TEAMS.TEAMS_TENANT_IDS}`, GRAPH_URL: 'https://graph.example.com' },
  },
  { what: 'a foreign stand-in for Entra', env: { AZURE_AUTHORITY_HOST: 'https://login.example.com' } },
  { what: 'a stand-in for Entra by plain http', env: { AZURE_AUTHORITY_HOST: 'http://127.0.0.1:1' } },
  { what: 'a stand-in for the vault with the real Entra', env: VAULT_STAND_IN },
  { what: 'a vault that is none of Azure’s', env: { SOTTO_VAULT: 'https://vault.example.com' } },
  { what: 'a vault by plain http', env: { SOTTO_VAULT: 'http://acme.vault.azure.net' } },
  { what: 'a variable of botbuilder’s own', env: { BotOpenIdMetadata: 'https://keys.example.com' } },
  // In the clear
  { what: 'plain http beyond this machine', env: { SOTTO_HOST: '0.0.0.0' } },
  { what: 'a Redis without TLS beyond this machine', env: { SOTTO_STORE: 'redis://redis.example.com:6379' } },
  { what: 'a password in the address of Redis', env: { SOTTO_STORE: 'rediss://:hush@redis.example.com:6380' } },
  {
    what: 'a backend by plain http',
    spoil: change('backends/hr.yaml', /^baseUrl: .*$/m, 'baseUrl: http://hr.example'),
  },
  {
    what: 'a password in the address of a backend',
    spoil: change('backends/hr.yaml', /^baseUrl: .*$/m, 'baseUrl: https://me:hush@hr.example'),
  },
  { what: 'a certificate without its key', env: { SOTTO_TLS_CERT: '/etc/ssl/sotto.pem' } },
  { what: 'a certificate that has ended', env: TLS, spoil: ended },
  {
    what: 'a certificate with another one’s key',
    env: TLS,
    spoil: (folder) => {
      other(folder);
      const key = readFileSync(join(folder, 'key.pem'));
      good(folder);
      writeFileSync(join(folder, 'key.pem'), key);
    },
  },
  {
    what: 'a key of a certificate that others can read',
    env: TLS,
    spoil: (folder) => {
      good(folder);
      chmodSync(join(folder, 'key.pem'), 0o644);
    },
  },
  { what: 'an address for people by plain http', env: { SOTTO_PUBLIC_URL: 'http://sotto.example.com' } },
  { what: 'an address for people with a path', env: { SOTTO_PUBLIC_URL: 'https://sotto.example.com/bot' } },
  { what: 'a proxy that is there by a word nobody knows', env: { SOTTO_BEHIND_PROXY: 'true' } },
  { what: 'a closed network by a word nobody knows', env: { SOTTO_REDIS_PLAIN: 'yes' } },
  {
    what: 'half a certificate for Redis',
    env: { SOTTO_STORE: 'rediss://redis.example.com:6380', SOTTO_REDIS_KEY: '/etc/ssl/redis.key' },
  },
  {
    what: 'TLS for a Redis that is spoken to without',
    env: { SOTTO_STORE: 'redis://127.0.0.1:6379', SOTTO_REDIS_NAME: 'redis.example.com' },
  },
  { what: 'TLS for a store that is no Redis', env: { SOTTO_REDIS_CA: '/etc/ssl/redis-ca.pem' } },
  { what: 'entries of the audit log that go before anybody misses them', env: { SOTTO_AUDIT_DAYS: '7' } },
  { what: 'backups to nowhere', env: { SOTTO_BACKUP_HOURS: '1' } },
  { what: 'backups to a foreign host', env: { SOTTO_BACKUP_TO: 'https://backups.example.com/sotto' } },
  { what: 'backups by plain http', env: { SOTTO_BACKUP_TO: 'http://acme.blob.core.windows.net/sotto' } },
  {
    what: 'a key in the address of backups',
    env: { SOTTO_BACKUP_TO: 'https://acme.blob.core.windows.net/sotto?sig=hush' },
  },
  { what: 'a copy of the audit log to a foreign host', env: { SOTTO_AUDIT_COPY: 'https://copies.example.com/sotto' } },
  {
    what: 'a key in the address of the audit log’s copy',
    env: { SOTTO_AUDIT_COPY: 'https://acme.blob.core.windows.net/sotto?sig=hush' },
  },
  { what: 'a stream of the audit log without TLS', env: { SOTTO_AUDIT_STREAM: 'syslog://siem.example.com:514' } },
  { what: 'a copy of the audit log without TLS', env: { SOTTO_AUDIT_COPY: 'syslog://siem.example.com:514' } },
  { what: 'a stream of the audit log to nobody knows where', env: { SOTTO_AUDIT_STREAM: 'siem.example.com' } },
  {
    what: 'a format of the stream that is none',
    env: { SOTTO_AUDIT_STREAM: 'syslog+tls://siem.example.com', SOTTO_AUDIT_STREAM_FORMAT: 'cef' },
  },
  { what: 'a format of a stream that is not there', env: { SOTTO_AUDIT_STREAM_FORMAT: 'ocsf' } },
  {
    what: 'half of a certificate for syslog',
    env: { SOTTO_AUDIT_STREAM: 'syslog+tls://siem.example.com', SOTTO_SYSLOG_CERT: '/etc/ssl/sotto.pem' },
  },
  { what: 'TLS for syslog that goes nowhere', env: { SOTTO_SYSLOG_CA: '/etc/ssl/siem-ca.pem' } },
  { what: 'certificates that nobody checks', env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  // Secrets
  { what: 'a webhook without its secret', spoil: HOOK },
  {
    what: 'a webhook for a question that nobody can ask',
    spoil: (folder) => {
      HOOK(folder);
      write('secrets/desk-hook', Buffer.alloc(32, 7).toString('base64'))(folder);
      change('backends/desk.yaml', /it\.tickets/, 'it.strange')(folder);
    },
  },
  {
    what: 'a webhook whose secret could be guessed',
    spoil: (folder) => {
      HOOK(folder);
      write('secrets/desk-hook', 'hunter2')(folder);
    },
  },
  { what: 'no vault', env: { SOTTO_VAULT: undefined } },
  { what: 'a secret in the environment', env: { SLACK_BOT_TOKEN: 'xoxb-in-the-open' } },
  {
    what: 'Azure’s client secret in the environment',
    env: {
      AZURE_CLIENT_SECRET: 'in-the-open',
      AZURE_CLIENT_ID: TEAMS.TEAMS_APP_ID,
      AZURE_TENANT_ID: TEAMS.TEAMS_TENANT_IDS,
    },
  },
  {
    what: 'a password of a certificate in the environment',
    env: { AZURE_CLIENT_CERTIFICATE_PASSWORD: 'in-the-open' },
  },
  {
    what: 'two ways to sign in at Azure',
    env: {
      AZURE_FEDERATED_TOKEN_FILE: '/var/run/token',
      AZURE_CLIENT_CERTIFICATE_PATH: '/etc/sotto/azure.pem',
      AZURE_CLIENT_ID: TEAMS.TEAMS_APP_ID,
      AZURE_TENANT_ID: TEAMS.TEAMS_TENANT_IDS,
    },
  },
  {
    what: 'a foreign vault that wraps the data key',
    env: { SOTTO_DATA_KEY_WRAPPED_BY: 'https://vault.example.com/keys/sotto' },
  },
  {
    what: 'a data key in plain that should be wrapped',
    env: { SOTTO_DATA_KEY_WRAPPED_BY: 'https://acme.vault.azure.net/keys/sotto' },
  },
  { what: 'no signing secret', env: (folder) => ({ SOTTO_VAULT: `files:${join(folder, 'lacking')}` }), spoil: lacking },
  { what: 'a signing secret that could be guessed', spoil: write('secrets/slack-signing-secret', 'short') },
  { what: 'Socket Mode without its token', env: { SLACK_MODE: 'socket' } },
  {
    what: 'another token for Socket Mode',
    env: { SLACK_MODE: 'socket' },
    spoil: write('secrets/slack-app-token', 'xoxb-1-2-abcdefghijkl'),
  },
  {
    what: 'a client secret that is none',
    env: { SLACK_CLIENT_ID: '1234.5678', ...PUBLIC },
    spoil: write('secrets/slack-client-secret', 'short'),
  },
  { what: 'a person’s token for the bot', spoil: write('secrets/slack-bot-token', 'xoxp-1-2-abcdefghijkl') },
  { what: 'a data key that is none', spoil: write('secrets/data-key', 'hello') },
  {
    what: 'a data key that is nothing but zeros',
    spoil: write('secrets/data-key', Buffer.alloc(32).toString('base64')),
  },
  { what: 'an audit key that is none', spoil: write('secrets/audit-signing-key', 'hello') },
  { what: 'a secret that others can read', spoil: open('secrets/data-key', 0o644) },
  { what: 'a folder of secrets that others can change', spoil: open('secrets', 0o777) },
  // Files that decide
  { what: 'a setting that is none', env: { SOTTO_DIRECTROY: 'x' } },
  { what: 'a policy with an unknown key', spoil: oddPack },
  {
    what: 'a rule that names what there is not',
    spoil: (folder) =>
      writeFileSync(
        join(folder, 'pack', 'rules.cedar'),
        '@id("odd")\npermit (principal, action == Action::"odd.thing", resource);\n',
      ),
  },
  {
    what: 'a backend of which something is still to be decided',
    spoil: change('backends/hr.yaml', /data: leave$/m, 'data: FILL IN whose rules it goes by'),
  },
  { what: 'a backend with an unknown key', spoil: change('backends/hr.yaml', /^baseUrl:/m, 'colour: red\nbaseUrl:') },
  { what: 'people with an unknown key', spoil: change('people.yaml', /^(\s+)(name:)/m, '$1colour: red\n$1$2') },
  {
    what: 'people whom Slack alone knows, on Teams',
    env: { SOTTO_DIRECTORY: 'slack-groups', SOTTO_SLACK_COUNTRY: 'DE', ...TEAMS },
  },
  { what: 'people whom Slack alone knows, and nobody says where they work', env: { SOTTO_DIRECTORY: 'slack-groups' } },
  { what: 'people that anybody can change', spoil: open('people.yaml', 0o666) },
  { what: 'policies that anybody can change', spoil: open('pack/rules.cedar', 0o666) },
  { what: 'backends that anybody can change', spoil: open('backends', 0o777) },
  // The data folder, the store, and copies of both
  {
    what: 'backups in the data folder',
    env: (folder) => ({ SOTTO_BACKUP_TO: `folder:${join(folder, 'data', 'backups')}` }),
  },
  {
    what: 'backups beside the keys to them',
    env: (folder) => ({ SOTTO_BACKUP_TO: `folder:${join(folder, 'secrets', 'backups')}` }),
  },
  {
    what: 'a data folder that others can change',
    spoil: (folder) => {
      open('data', 0o770)(folder);
      write('data/other.txt', 'somebody else’s')(folder);
    },
  },
  {
    what: 'a data folder of the playground',
    spoil: (folder) => {
      mkdirSync(join(folder, 'data'), { mode: 0o700 });
      write('data/PLAYGROUND', '')(folder);
    },
  },
  {
    what: 'a folder that is half restored',
    spoil: (folder) => {
      mkdirSync(join(folder, 'data'), { mode: 0o700 });
      write('data/restoring', '')(folder);
    },
  },
  {
    what: 'a store that others can replace',
    env: (folder) => ({ SOTTO_STORE: `sqlite:${join(folder, 'store', 'sotto.db')}` }),
    spoil: (folder) => {
      mkdirSync(join(folder, 'store'));
      chmodSync(join(folder, 'store'), 0o777);
    },
  },
  {
    what: 'a store of a newer version',
    spoil: (folder) => {
      mkdirSync(join(folder, 'data'), { mode: 0o700 });
      const db = new DatabaseSync(join(folder, 'data', 'sotto.db'));
      db.exec('PRAGMA application_id = 1397707860; PRAGMA user_version = 9999');
      db.close();
    },
  },
  // How Node was started
  { what: 'a debugger', env: { NODE_OPTIONS: '--inspect=127.0.0.1:0' } },
  { what: 'a debugger on the command line', node: ['--inspect=127.0.0.1:0'] },
  { what: 'old versions of TLS', env: { NODE_OPTIONS: '--tls-min-v1.0' } },
  { what: 'keys of TLS that are written down', node: ['--tls-keylog=/dev/null'] },
  { what: 'ciphers of one’s own', env: { NODE_OPTIONS: '--tls-cipher-list=AES128-SHA' } },
  { what: 'a lenient parser of http', env: { NODE_OPTIONS: '--insecure-http-parser' } },
  { what: 'memory written to the disk', node: ['--heapsnapshot-signal=SIGUSR2'] },
  { what: 'memory written when it crashes', env: { NODE_OPTIONS: '--abort-on-uncaught-exception' } },
  { what: 'Azure’s libraries printing what they send', env: { AZURE_LOG_LEVEL: 'verbose' } },
  { what: 'Node printing what it sends', env: { NODE_DEBUG: 'http' } },
  { what: 'libraries printing what they send', env: { DEBUG: 'ioredis:*' } },
];

function oddPack(folder: string): void {
  copyFileSync(join(DEFAULT_PACK, 'intents', 'help.yaml'), join(folder, 'pack', 'intents', 'help.yaml'));
  change('pack/intents/help.yaml', /^topic:/m, 'colour: red\ntopic:')(folder);
}

function lacking(folder: string): void {
  mkdirSync(join(folder, 'lacking'), { mode: 0o700 });
  for (const name of ['data-key', 'audit-signing-key', 'slack-bot-token'])
    copyFileSync(join(folder, 'secrets', name), join(folder, 'lacking', name));
}

/** With `a Redis that drops keys` goes one that does: the set-up needs the program. */
export const EVICTING = 'a Redis that drops keys';

/** A set-up with which `sotto serve` starts. */
export const goodSetUp = async (): Promise<{ readonly folder: string; readonly env: Environment }> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-unsafe-'));
  await ensureFileSecrets({
    folder: join(folder, 'secrets'),
    wanted: {
      'data-key': 'random-32-bytes',
      'audit-signing-key': 'ed25519-key',
      'slack-signing-secret': 'token',
      'slack-bot-token': 'slack-bot-token',
    },
  });
  backendsFor({ folder: join(folder, 'backends'), base: 'http://127.0.0.1:1' });
  packFor({ folder: join(folder, 'pack'), expiresSeconds: null });
  mkdirSync(join(folder, 'pack', 'intents'));
  copyFileSync(SAMPLE_PEOPLE, join(folder, 'people.yaml'));
  chmodSync(join(folder, 'people.yaml'), 0o600);
  const env = {
    PATH: process.env['PATH'],
    SOTTO_DATA: join(folder, 'data'),
    SOTTO_VAULT: `files:${join(folder, 'secrets')}`,
    SOTTO_DIRECTORY: `file:${join(folder, 'people.yaml')}`,
    SOTTO_BACKENDS: join(folder, 'backends'),
    SOTTO_POLICIES: join(folder, 'pack'),
    SLACK_APP_ID: 'A0SOTTO000',
    SLACK_TEAM_IDS: 'T0SOTTO000',
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
    PORT: '0',
    SOTTO_OPS_PORT: '0',
  };
  return { folder, env };
};

/** What the process prints as soon as anything in it listens, whatever it is and however soon it ends again. */
export const LISTENED = 'A server was told to listen.';

const TELLING = `data:text/javascript,import net from 'node:net'; const { listen } = net.Server.prototype; net.Server.prototype.listen = function (...to) { console.error('${LISTENED}'); return listen.apply(this, to); };`;

/** One that starts although it must not is ended after this, ms; a first start, which learns, is up before, also on a busy machine. */
const MOST_MS = 240_000;

export interface Serve {
  readonly ended: Promise<{ readonly status: number | null; readonly err: string; readonly out: string }>;
  /** Everything that was printed so far. */
  printed(): string;
  stop(): void;
}

/** The real command, as somebody would run it. */
export const serve = (o: { readonly env: Environment; readonly node?: readonly string[] }): Serve => {
  const args = [...(o.node ?? []), '--import', TELLING, 'src/cli.ts', 'serve'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: childEnvironment(o.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return {
    ended: new Promise((resolve) => {
      child.once('close', (status) => resolve({ status, out, err }));
    }),
    printed: () => out + err,
    stop: () => void child.kill('SIGTERM'),
  };
};

/** What it said against a start, in one line; DIR stands for the folder, ORIGIN for the name of an audit log. */
export const said = (err: string, folder: string): string =>
  err
    .split('\n')
    .filter(
      (line) =>
        !/^(?:sotto serve does not start:|Sotto does not start:|Debugger |For help, see|)$|^(?:Debugger listening|For help, see)/.test(
          line,
        ),
    )
    // What was logged before, which is for programs.
    .filter((line) => !line.startsWith('{'))
    .map((line) => line.replace(/^- /, ''))
    .join(' ')
    .replaceAll(folder, 'DIR')
    .replace(/(?<=knows up to )\d+/g, 'N')
    .replace(/(?<=audit log )\S+/g, 'ORIGIN');

/** The table under "What does not start": what is said, by the set-up it is said of. */
export const tableOf = (page: string): ReadonlyMap<string, string> => {
  const [, part = ''] = page.split(/^## What does not start$/m);
  const [own = ''] = part.split(/^## /m);
  const rows = [...own.matchAll(/^\| (.*?) \| (.*) \|$/gm)].slice(2);
  return new Map(rows.map(([, what = '', says = '']) => [what, says]));
};
