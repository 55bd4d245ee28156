/** Descriptions of one's own, for whoever plays with them. */
import type { StageOptions } from '../../playground/stage.ts';
import type { Environment } from '../config.ts';

/** Nothing where `SOTTO_BACKENDS` is unset: the sample answers then. Of a vault only a folder counts, for nothing real is called. */
export const playedBackends = (env: Environment): Pick<StageOptions, 'ownBackends'> => {
  const folder = env['SOTTO_BACKENDS'];
  const [, secretsFolder = null] = /^files:(.+)$/.exec(env['SOTTO_VAULT'] ?? '') ?? [];
  return folder === undefined ? {} : { ownBackends: { folder, secretsFolder } };
};
