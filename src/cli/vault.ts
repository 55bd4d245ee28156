/** Looks into the vault that the settings name, also where other settings are still wrong, so that everything is said at once. */
import type { Descriptions } from '../adapters/backend/described.ts';
import { readDescriptions } from '../adapters/backend/description.ts';
import { hookFaults } from '../adapters/backend/hooks/hooks.ts';
import { createLog } from '../adapters/log/log.ts';
import { createMetrics } from '../adapters/metrics/metrics.ts';
import { systemClock, systemRandom } from '../adapters/system/system.ts';
import { type Environment, readVaultConfig, type SlackMode, type TeamsCredential } from '../config.ts';
import type { Secrets } from '../core/ports.ts';
import { azureOf, type Opened, openSecrets } from '../main/opening.ts';
import { missingSecrets, neededSecrets, type SlackNeeds } from '../main/secrets.ts';

/** The vault; null where the settings name none that could be asked. */
export const vaultOf = async (env: Environment): Promise<Opened<Secrets> | null> => {
  if (env['SOTTO_VAULT'] === undefined) return null;
  const read = readVaultConfig(env);
  if (read === null) return null;
  const tools = {
    clock: systemClock(),
    random: systemRandom(),
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
  };
  return openSecrets({ vault: read.vault, azure: azureOf(read, tools), tools });
};

/** What is misspelt is said by the settings; until then it is the default. */
const modeOf = ({ SLACK_MODE: said }: Environment): SlackMode => (said?.trim() === 'socket' ? 'socket' : 'http');

/** What is misspelt is said by the settings; until then it is the default. */
const credentialOf = ({ TEAMS_CREDENTIAL: said }: Environment): TeamsCredential =>
  said === 'certificate' || said === 'managed-identity' ? said : 'password';

/** By which systems report back. A description that cannot be read is said by whoever looks at backends. */
const hooksIn = ({ SOTTO_BACKENDS: folder }: Environment): Descriptions['hooks'] => {
  try {
    return folder === undefined ? new Map() : readDescriptions(folder).hooks;
  } catch {
    return new Map();
  }
};

/** A sentence for each secret that is missing or cannot be what it should. Empty where no vault can be asked. */
export const secretFindings = async (env: Environment): Promise<readonly string[]> => {
  const vault = await vaultOf(env);
  if (vault === null) return [];
  const set = (prefix: string): boolean => Object.keys(env).some((name) => name.startsWith(prefix));
  const byOAuth = (env['SLACK_CLIENT_ID'] ?? '').trim() !== '';
  const needs: SlackNeeds = { mode: modeOf(env), oauth: byOAuth ? { clientId: '', rotate: false } : null };
  const slack = set('SLACK_') || !set('TEAMS_') ? needs : null;
  const teams = set('TEAMS_') ? credentialOf(env) : null;
  try {
    return [
      ...(await missingSecrets(vault.it, neededSecrets({ slack, teams }))),
      ...(await hookFaults({ hooks: hooksIn(env), secrets: vault.it })),
    ];
  } finally {
    await vault.close();
  }
};
