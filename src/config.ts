/** The environment, read in one place into one frozen object. Everything that is wrong is said at once. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { SottoError } from './core/errors.ts';

export interface SlackConfig {
  readonly appId: string;
  readonly teamIds: readonly string[];
  /** Loopback only, for stand-ins; null: Slack itself. */
  readonly apiUrl: string | null;
}

export interface Config {
  readonly dataFolder: string;
  readonly storePath: string;
  /** A pack laid over the one that ships; null: none. */
  readonly policiesFolder: string | null;
  readonly secretsFolder: string;
  readonly directoryPath: string;
  readonly backendsFolder: string;
  readonly slack: SlackConfig;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]', '::1'];

/** Settings of the design that this version does not know yet: setting one must not pass for having switched it on. */
const NOT_YET: Readonly<Record<string, string>> = {
  TEAMS_APP_ID: 'Microsoft Teams',
  TEAMS_TENANT_IDS: 'Microsoft Teams',
  SOTTO_TLS_CERT: 'TLS of its own; put a proxy in front and set SOTTO_BEHIND_PROXY=yes',
  SOTTO_TLS_KEY: 'TLS of its own; put a proxy in front and set SOTTO_BEHIND_PROXY=yes',
  OIDC_ISSUER: 'signing in',
  OIDC_CLIENT_ID: 'signing in',
  SLACK_CLIENT_ID: 'installing by OAuth',
  GRAPH_URL: 'Microsoft Entra',
  AZURE_AUTHORITY_HOST: 'Azure Key Vault',
};

const SECRETS: readonly string[] = ['SLACK_SIGNING_SECRET', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'TEAMS_APP_PASSWORD'];

const KNOWN: readonly string[] = [
  'SOTTO_DATA',
  'SOTTO_STORE',
  'SOTTO_POLICIES',
  'SOTTO_VAULT',
  'SOTTO_DIRECTORY',
  'SOTTO_BACKENDS',
  'SOTTO_HOST',
  'SOTTO_OPS_PORT',
  'SOTTO_PUBLIC_URL',
  'SOTTO_BEHIND_PROXY',
  ...Object.keys(NOT_YET),
];

const port = z.coerce.number().int().min(0).max(65_535);

/** Where the local things are; the same for every command. */
export const dataFolder = (env: Environment): string => resolve(env['SOTTO_DATA'] ?? './data');

/** Where to listen; the playground reads no more than this. Refuses with code `settings`. */
export const listening = (
  env: Environment,
): { readonly host: string; readonly port: number; readonly opsPort: number } => {
  const findings: string[] = [];
  const read = (name: string, fallback: number): number => {
    const parsed = port.safeParse(env[name] ?? fallback);
    if (!parsed.success) findings.push(`${name} is "${env[name]}". It must be a port, 0 to 65535.`);
    return parsed.success ? parsed.data : fallback;
  };
  const result = {
    host: env['SOTTO_HOST'] ?? '127.0.0.1',
    port: read('PORT', 3978),
    opsPort: read('SOTTO_OPS_PORT', 9464),
  };
  if (!LOOPBACK.includes(result.host) && env['SOTTO_BEHIND_PROXY'] !== 'yes') {
    findings.push(
      `SOTTO_HOST is "${result.host}", beyond this machine, where plain http could be read on the way. ` +
        'Put a proxy that ends TLS in front and set SOTTO_BEHIND_PROXY=yes, or listen on 127.0.0.1.',
    );
  }
  if (findings.length > 0) throw new SottoError('settings', findings.join('\n'));
  return result;
};

/** Everything `sotto serve` needs, or every finding that keeps it from starting. */
export const readConfig = (
  env: Environment,
): { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly findings: readonly string[] } => {
  const findings: string[] = [];
  const find = (finding: string): string => {
    findings.push(finding);
    return '';
  };
  const needed = (name: string, what: string): string => {
    const value = env[name]?.trim() ?? '';
    return value === '' ? find(`${name} is missing. Set it to ${what}.`) : value;
  };
  const prefixed = (name: string, prefix: string, value: string, otherwise: string): string => {
    if (value === '') return '';
    const rest = value.startsWith(prefix) ? value.slice(prefix.length) : '';
    return rest === '' ? find(`${name} is "${value}". ${otherwise}`) : resolve(rest);
  };

  for (const [name, what] of Object.entries(NOT_YET)) {
    if (env[name] !== undefined) find(`${name} is set, and this version has no ${what}. Remove it.`);
  }
  for (const name of SECRETS) {
    if (env[name] !== undefined) {
      find(
        `${name} is in the environment, where other processes can read it. Put it into the vault (SOTTO_VAULT) and unset it.`,
      );
    }
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('SOTTO_') && !KNOWN.includes(name))
      find(`${name} is not a setting. See the table in the README for the right name.`);
  }

  const data = dataFolder(env);
  const store = env['SOTTO_STORE'] ?? `sqlite:${join(data, 'sotto.db')}`;
  const vault = needed('SOTTO_VAULT', '"files:DIR", a folder with one file a secret');
  const directory = needed('SOTTO_DIRECTORY', '"file:PATH", a YAML file of people in the schema of the sample');
  const backends = needed('SOTTO_BACKENDS', 'the folder of your backend descriptions');
  const teamIds = needed('SLACK_TEAM_IDS', 'the workspaces that may use this bot, by id, separated by commas (T0…)')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  for (const id of teamIds) {
    if (!/^[TE][A-Z0-9]{5,20}$/.test(id))
      find(`SLACK_TEAM_IDS names "${id}". A workspace id is a T and capital letters or digits.`);
  }
  const appId = needed('SLACK_APP_ID', "the app's id (A0…), from its page at Slack under Basic Information");
  const mode = env['SLACK_MODE'] ?? 'http';
  if (mode !== 'http') find(`SLACK_MODE is "${mode}". This version knows "http" only.`);
  const apiUrl = env['SLACK_API_URL'] ?? null;
  if (apiUrl !== null && !isLoopback(apiUrl)) {
    find(
      `SLACK_API_URL is "${apiUrl}". It is for stand-ins and must be on this machine (127.0.0.1 or localhost): unset it to talk to Slack.`,
    );
  }

  let where = { host: '127.0.0.1', port: 3978, opsPort: 9464 };
  try {
    where = listening(env);
  } catch (error) {
    find(error instanceof Error ? error.message : String(error));
  }

  const config: Config = Object.freeze({
    dataFolder: data,
    storePath: prefixed('SOTTO_STORE', 'sqlite:', store, 'This version keeps its state in "sqlite:PATH" only.'),
    policiesFolder: env['SOTTO_POLICIES'] === undefined ? null : resolve(env['SOTTO_POLICIES']),
    secretsFolder: prefixed('SOTTO_VAULT', 'files:', vault, 'This version reads secrets from "files:DIR" only.'),
    directoryPath: prefixed('SOTTO_DIRECTORY', 'file:', directory, 'This version reads people from "file:PATH" only.'),
    backendsFolder: resolve(backends),
    slack: Object.freeze({ appId, teamIds: Object.freeze(teamIds), apiUrl }),
    ...where,
  });
  return findings.length > 0 ? { ok: false, findings } : { ok: true, config };
};

/** True for an http or https address on this machine. */
export const isLoopback = (url: string): boolean => {
  try {
    const { hostname, protocol } = new URL(url);
    return (protocol === 'http:' || protocol === 'https:') && LOOPBACK.includes(hostname);
  } catch {
    return false;
  }
};

/** The process's environment. The only place that reads it. */
export const environment = (): Environment => process.env;
