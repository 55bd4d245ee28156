import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { OtherLog } from '../adapters/audit-log/endings.ts';
import { verifyAuditLogs } from '../adapters/audit-log/verify.ts';
import { askControl } from '../adapters/control/client.ts';
import type { Status, Subcommand } from '../cli.ts';
import { dataFolder, environment } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import { printReceipt } from './audit-receipt.ts';
import { vaultOf } from './vault.ts';

/** What the control socket answers to `/audit-logs`. */
const logsShape = z.object({ logs: z.array(z.object({ origin: z.string(), size: z.number() })) });

/** Which logs there must be and how long at least, as the store of the Sotto that runs there knows it; null: none runs that says so. */
export const logsOnRecord = async (dataFolder: string): Promise<readonly OtherLog[] | null> => {
  const answered = await askControl({ folder: dataFolder, method: 'GET', path: '/audit-logs' }).catch(() => null);
  return logsShape.safeParse(answered?.body).data?.logs ?? null;
};

export const audit: Subcommand = {
  summary: 'verify: checks that the audit log was not altered; receipt NUMBER: what it says came of a forgetting',
  help: [
    'sotto audit verify [--json]',
    'sotto audit receipt NUMBER [--json]',
    'Reads every log under SOTTO_DATA/audit, follows its chain and checks every signed checkpoint against the key in the vault',
    '(SOTTO_VAULT; the playground has its own). Keys that were replaced need not be there any more: public-key.pem beside a log has',
    'them, and what the key in the vault signed vouches for them. A log that nobody writes any more is sound where one that is vouched',
    'for names its end. Where Sotto runs, it says how long each must be at least. Names the first bad entry.',
    'Status 0: sound; 1: not; 2: could not be checked.',
    'receipt: the numbers that stand in the log for a receipt that somebody shows, and whether that log is sound. Status 1: there is no',
    'such receipt in the logs of this machine, or the log is not sound.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
      strict: true,
    });
    const [what, number, ...more] = positionals;
    const asksReceipt = what === 'receipt' && number !== undefined;
    if (more.length > 0 || (!asksReceipt && positionals.join(' ') !== 'verify'))
      throw new SottoError('usage', 'It is "sotto audit verify" or "sotto audit receipt NUMBER".');
    const env = environment();
    const data = dataFolder(env);
    const vault = await vaultOf({ SOTTO_VAULT: `files:${join(data, 'secrets')}`, ...env });
    if (vault === null)
      throw new SottoError(
        'usage',
        'SOTTO_VAULT names no vault that could be asked. "sotto check" says what is wrong with it.',
      );
    // All that are accepted; what was signed by keys of earlier years is vouched for by those that took their place.
    const { accepted } = await vault.it.get('audit-signing-key').finally(() => vault.close());
    const publicKey = accepted.map((key) => createPublicKey(key).export({ type: 'spki', format: 'pem' })).join('');
    const folder = join(data, 'audit');
    if (!existsSync(folder))
      throw new SottoError('usage', `There is no audit log in ${folder}. Name the folder with SOTTO_DATA.`);

    const registered = await logsOnRecord(data);
    const results = await verifyAuditLogs({ folder, publicKey, registered: registered ?? [] });
    const sound = results.length > 0 && results.every(({ ok }) => ok);
    if (asksReceipt) return printReceipt({ folder, number, results, json: values.json });
    if (values.json) {
      console.log(JSON.stringify({ ok: sound, compared: registered !== null, logs: results }));
    } else {
      for (const { origin, ok, entries, checkpoints, firstBad } of results) {
        console.log(
          ok || firstBad === null
            ? `${origin}: sound. ${entries} entries, ${checkpoints} signed checkpoints.`
            : `${origin}: NOT sound. Entry ${firstBad.index} (line ${firstBad.line}): ${firstBad.why}`,
        );
      }
      if (registered === null)
        console.log(
          'No Sotto runs on this folder, so the lengths were not compared with those in the store: a log that was cut exactly behind a checkpoint is found then, or by the next start.',
        );
      if (results.length === 0) console.log(`${folder} holds no log.`);
    }
    return sound ? 0 : 1;
  },
};
