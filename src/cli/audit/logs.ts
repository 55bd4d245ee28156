/** The audit logs of this data folder, and the keys that the vault vouches for them with. */
import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openCheckpoint } from '../../adapters/audit-log/checkpoint.ts';
import type { OtherLog } from '../../adapters/audit-log/endings.ts';
import { fingerprintOf, readPublicKeys } from '../../adapters/audit-log/keys.ts';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import { keysBeside } from '../../adapters/audit-log/public-keys.ts';
import { askControl } from '../../adapters/control/client.ts';
import { dataFolder, environment } from '../../config.ts';
import { SottoError } from '../../core/errors.ts';
import { safely } from '../../core/safely.ts';
import { vaultOf } from '../vault.ts';

/** What the control socket answers to `/audit-logs`. */
const logsShape = z.object({ logs: z.array(z.object({ origin: z.string(), size: z.number() })) });

/** Which logs there must be and how long at least, as the store of the Sotto that runs there knows it; null: none runs that says so. */
export const logsOnRecord = async (dataFolder: string): Promise<readonly OtherLog[] | null> => {
  const answered = await askControl({ folder: dataFolder, method: 'GET', path: '/audit-logs' }).catch(() => null);
  return safely(logsShape, answered?.body).data?.logs ?? null;
};

/** The data folder and, in it, that of the logs. Refuses with code `usage` where there is none. */
export const auditFolder = (): { readonly data: string; readonly folder: string } => {
  const data = dataFolder(environment());
  const folder = join(data, 'audit');
  if (!existsSync(folder))
    throw new SottoError('usage', `There is no audit log in ${folder}. Name the folder with SOTTO_DATA.`);
  return { data, folder };
};

/**
 * The public keys that the vault (`SOTTO_VAULT`; the playground has its own) vouches for, PEM, one behind the other: all that are accepted.
 * What was signed by keys of earlier years is vouched for by those that took their place.
 */
export const trustedKeys = async (): Promise<string> => {
  const env = environment();
  const vault = await vaultOf({ SOTTO_VAULT: `files:${join(dataFolder(env), 'secrets')}`, ...env });
  if (vault === null)
    throw new SottoError(
      'usage',
      'SOTTO_VAULT names no vault that could be asked. "sotto check" says what is wrong with it.',
    );
  const { accepted } = await vault.it.get('audit-signing-key').finally(() => vault.close());
  return accepted.map((key) => createPublicKey(key).export({ type: 'spki', format: 'pem' })).join('');
};

/** All logs that were begun, or the one that is asked for. Refuses with code `usage` one that is not there, and more than one. */
export const originsAsked = async (folder: string, asked: readonly string[]): Promise<readonly string[]> => {
  const all = (await begunLogs(folder)).toSorted();
  const [origin, ...more] = asked;
  if (origin === undefined) return all;
  if (more.length === 0 && all.includes(origin)) return [origin];
  throw new SottoError('usage', `Name one log of those in ${folder}, or none for all: ${all.join(', ')}.`);
};

/** Who signed a checkpoint of this log: `trusted`, a key of the vault; `beside`, one that only lies beside the log. Null: neither. */
export const signedBy = async (folder: string, note: string): Promise<'trusted' | 'beside' | null> => {
  const trusted = readPublicKeys(await trustedKeys());
  const found = openCheckpoint(note, [...trusted, ...(await keysBeside(folder))]);
  if (found === null) return null;
  return trusted.some((key) => fingerprintOf(key) === fingerprintOf(found.signer)) ? 'trusted' : 'beside';
};
