/** The environment, read in one place into one frozen object. Everything that is wrong is said at once. */

import { resolve } from 'node:path';
import { z } from 'zod';
import { readAuditDays } from './config/audit-days.ts';
import { type AuditSinksConfig, readAuditSinks, type SyslogTlsConfig } from './config/audit-sinks.ts';
import { type AzureConfig, readAzure } from './config/azure.ts';
import { type BackupsConfig, readBackups } from './config/backups.ts';
import { readSecurityContact } from './config/contact.ts';
import { readWarning } from './config/ends.ts';
import { createReading, type Environment, type Reading } from './config/findings.ts';
import {
  DEFAULT_HR,
  DEFAULT_OPERATORS,
  type DirectoryConfig,
  readDirectory,
  readHr,
  readOperators,
  readStore,
  readVault,
  readWrappingKey,
  type StoreConfig,
  type VaultConfig,
  type WrappingKey,
  wrappingKey,
} from './config/keeping.ts';
import { checkNames } from './config/known.ts';
import { type LogLevel, readLogLevel, whatPrints } from './config/logging.ts';
import { readPlatforms, type SlackConfig, type TeamsConfig } from './config/platforms.ts';
import { readSignIn, type SignInConfig } from './config/sign-in.ts';
import { toldSettings } from './config/told.ts';
import { checkListening, checkNode, readTransit, type TransitConfig } from './config/transit.ts';
import { SottoError } from './core/errors.ts';

export type { AuditSinksConfig, SyslogTlsConfig } from './config/audit-sinks.ts';
export type { AzureConfig } from './config/azure.ts';
export type { BackupsConfig } from './config/backups.ts';
export { type Environment, isLoopback, LOOPBACK, shown } from './config/findings.ts';
export type { DirectoryConfig, RedisTlsConfig, StoreConfig, VaultConfig, WrappingKey } from './config/keeping.ts';
export type { SlackConfig, SlackMode, TeamsConfig, TeamsCredential, TeamsStandIn } from './config/platforms.ts';
export { publicUrlFault } from './config/public-url.ts';
export type { SignInConfig } from './config/sign-in.ts';
export type { TransitConfig } from './config/transit.ts';
export { DEFAULT_HR, DEFAULT_OPERATORS };

export interface Config extends TransitConfig {
  readonly dataFolder: string;
  readonly store: StoreConfig;
  /** A pack laid over the one that ships; null: none. */
  readonly policiesFolder: string | null;
  readonly vault: VaultConfig;
  readonly directory: DirectoryConfig;
  /** The directory's group of the people who may confirm orders. */
  readonly operators: string;
  /** The directory's group of HR, who restrict what may be asked. */
  readonly hr: string;
  /** Directory id of whoever is told of probing; null: nobody is. */
  readonly securityContact: string | null;
  readonly backendsFolder: string;
  /** What a conversation remembers is shredded so long after its first turn, ms. */
  readonly transcriptMs: number;
  /** Entries of the audit log go after so many whole days; null: they stay for good. */
  readonly auditDays: number | null;
  readonly logLevel: LogLevel;
  /** Where backups go, how often, and for how long. */
  readonly backups: BackupsConfig;
  /** Where the audit log goes beside the disk. */
  readonly auditSinks: AuditSinksConfig;
  /** As they stand in the environment, by name, none that could be a secret: what a backup tells of them. */
  readonly settings: Readonly<Record<string, string>>;
  /** So long before a secret or a certificate ends it is warned of, ms. */
  readonly warnMs: number;
  /** Who Sotto is to Azure; used where a vault, a directory, a platform or a backup asks for it. */
  readonly azure: AzureConfig;
  /** Where people sign in strongly; null: nowhere. */
  readonly signIn: SignInConfig | null;
  /** Null: off. At least one platform is on. */
  readonly slack: SlackConfig | null;
  readonly teams: TeamsConfig | null;
  readonly host: string;
  readonly port: number;
  readonly opsPort: number;
}

/** A day: long enough for a talk to be one, short enough that yesterday's is nobody's business. */
const TRANSCRIPT_HOURS = 24;

/** At most a month of days: what is to be proved later stands in the audit log, without words. */
const MOST_TRANSCRIPT_HOURS = 720;

const hours = z.coerce.number().int().min(1).max(MOST_TRANSCRIPT_HOURS);

const port = z.coerce.number().int().min(0).max(65_535);

/** Where the local things are; the same for every command. */
export const dataFolder = (env: Environment): string => resolve(env['SOTTO_DATA']?.trim() || './data');

/** Where to listen; the playground reads no more than this. Refuses with code `settings`. */
export const listening = (
  env: Environment,
): { readonly host: string; readonly port: number; readonly opsPort: number } => {
  const { reading, findings } = createReading(env);
  const { optional, find } = reading;
  const read = (name: string, fallback: number): number => {
    const parsed = port.safeParse(optional(name) ?? fallback);
    if (!parsed.success) find(`${name} is "${env[name]}". It must be a port, 0 to 65535.`);
    return parsed.success ? parsed.data : fallback;
  };
  const result = {
    host: optional('SOTTO_HOST') ?? '127.0.0.1',
    port: read('PORT', 3978),
    opsPort: read('SOTTO_OPS_PORT', 9464),
  };
  checkListening(reading, result.host);
  if (findings.length > 0) throw new SottoError('settings', findings.join('\n'));
  return result;
};

/** Transcripts' own time, in whole hours. */
const readTranscripts = ({ optional, find }: Reading): number => {
  const value = optional('SOTTO_TRANSCRIPT_HOURS');
  const parsed = hours.safeParse(value ?? TRANSCRIPT_HOURS);
  if (!parsed.success)
    find(
      `SOTTO_TRANSCRIPT_HOURS is "${(value ?? '').slice(0, 40)}". It must be whole hours, 1 to ${MOST_TRANSCRIPT_HOURS}: what a conversation remembers is shredded so long after its first turn.`,
    );
  return (parsed.success ? parsed.data : TRANSCRIPT_HOURS) * 60 * 60_000;
};

/** Settings that have to be there before a vault can be asked: so that `check` can look into it although others are wrong. */
export const readVaultConfig = (
  env: Environment,
): { readonly vault: VaultConfig; readonly azure: AzureConfig } | null => {
  const { reading, findings } = createReading(env);
  // Where certificates are not checked nobody can tell who would hear the token.
  checkNode(reading, process.execArgv);
  const read = { vault: readVault(reading), azure: readAzure(reading) };
  return findings.length > 0 ? null : read;
};

/** Places that a command names beside the settings, `folder:DIR` or an address each; or every finding that speaks against them. */
export const readBackupPlaces = (
  config: Pick<Config, 'dataFolder' | 'vault'>,
  to: string,
):
  | { readonly ok: true; readonly places: BackupsConfig['places'] }
  | { readonly ok: false; readonly findings: readonly string[] } => {
  const { reading, findings } = createReading({ ...environment(), SOTTO_BACKUP_TO: to });
  const { places } = readBackups(reading, config);
  return findings.length > 0 ? { ok: false, findings } : { ok: true, places };
};

/**
 * What wraps a data key, by the settings alone that this needs, or by the option that stands for one; null: nothing does. Refuses with
 * code `settings`.
 */
export const readWrapping = (
  env: Environment,
  option: { readonly name: string; readonly value: string } | null = null,
): { readonly key: WrappingKey | null; readonly azure: AzureConfig } => {
  const { reading, findings } = createReading(env);
  const key = option === null ? readWrappingKey(reading) : wrappingKey(reading, option);
  const read = { key, azure: readAzure(reading) };
  if (read.key !== null && findings.length > 0) throw new SottoError('settings', findings.join('\n'));
  return read;
};

/** Settings that name certificates: so that `check` can read them although others are wrong. */
export const readTransitConfig = (
  env: Environment,
): { readonly transit: TransitConfig; readonly store: StoreConfig; readonly syslog: SyslogTlsConfig } => {
  const { reading } = createReading(env);
  const { syslogTls: syslog } = readAuditSinks(reading);
  return { transit: readTransit(reading), store: readStore(reading, dataFolder(env)), syslog };
};

/** Everything `sotto serve` needs, or every finding that keeps it from starting. */
export const readConfig = (
  env: Environment,
): { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly findings: readonly string[] } => {
  const { reading, findings } = createReading(env);
  checkNames(reading);
  for (const finding of printing(env)) reading.find(finding);
  checkNode(reading, process.execArgv);
  const data = dataFolder(env);
  let where = { host: '127.0.0.1', port: 3978, opsPort: 9464 };
  try {
    where = listening(env);
  } catch (error) {
    reading.find(error instanceof Error ? error.message : String(error));
  }
  const policies = reading.optional('SOTTO_POLICIES');
  const vault = readVault(reading);
  const directory = readDirectory(reading);
  const transit = readTransit(reading);
  const config: Config = Object.freeze({
    dataFolder: data,
    store: readStore(reading, data),
    policiesFolder: policies === null ? null : resolve(policies),
    vault,
    directory,
    operators: readOperators(reading),
    hr: readHr(reading),
    securityContact: readSecurityContact(reading, directory),
    backendsFolder: resolve(reading.needed('SOTTO_BACKENDS', 'the folder of your backend descriptions')),
    transcriptMs: readTranscripts(reading),
    auditDays: readAuditDays(reading),
    logLevel: readLogLevel(reading),
    backups: readBackups(reading, { dataFolder: data, vault }),
    auditSinks: readAuditSinks(reading),
    settings: toldSettings(env),
    warnMs: readWarning(reading),
    azure: readAzure(reading),
    ...readPlatforms(reading),
    signIn: readSignIn(reading, { directory, publicUrl: transit.publicUrl }),
    ...transit,
    ...where,
  });
  return findings.length > 0 ? { ok: false, findings } : { ok: true, config };
};

/** What would make this process print past its log, or opens its memory; see `whatPrints`. To be asked before anything is sent. */
export const printing = (env: Environment): readonly string[] => whatPrints(env, process.execArgv);

/** The process's environment. The only place that reads it. */
export const environment = (): Environment => process.env;
