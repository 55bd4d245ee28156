/** `sotto data-key`: makes a data key, plain or wrapped by a key of Key Vault, for the vault. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createLog } from '../adapters/log/log.ts';
import { createMetrics } from '../adapters/metrics/metrics.ts';
import { systemClock, systemRandom } from '../adapters/system/system.ts';
import type { Status, Subcommand } from '../cli.ts';
import { environment, readWrapping } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import { azureOf, keyWrapping } from '../main/opening.ts';

const KEY_BYTES = 32;

const usage = (): SottoError => new SottoError('usage', 'Write: sotto data-key new [--wrap KEYURL]');

export const dataKey: Subcommand = {
  summary: 'makes a data key, for the secret of that name; --wrap KEYURL wraps it by a key of Key Vault',
  help:
    'sotto data-key new [--wrap https://NAME.vault.azure.net/keys/KEY]\n' +
    'Prints a fresh key and nothing else, so that it can go straight into the vault: it is kept nowhere. With --wrap, or where SOTTO_DATA_KEY_WRAPPED_BY is set, it is printed wrapped by that key; the identity then needs "get" and "wrapKey" there, and Sotto itself "unwrapKey".\n' +
    'Put it in as a new version and leave the old one until "data-key.rewrapped" was logged.\nStatus 0: printed; 2: it could not be made.',
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { wrap: { type: 'string' } },
      strict: true,
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== 'new') throw usage();
    const read = readWrapping(
      environment(),
      values.wrap === undefined ? null : { name: '--wrap', value: values.wrap.trim() },
    );
    const tools = {
      clock: systemClock(),
      random: systemRandom(),
      log: createLog({ level: 'silent' }),
      metrics: createMetrics(),
    };
    const wrapping = await keyWrapping(read.key, azureOf(read, tools));
    const fresh = randomBytes(KEY_BYTES).toString('base64');
    process.stdout.write(`${wrapping === null ? fresh : await wrapping.wrap(fresh)}\n`);
    return 0;
  },
};
