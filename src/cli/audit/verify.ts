import { parseArgs } from 'node:util';
import { verifyAuditLogs } from '../../adapters/audit-log/verify.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { auditFolder, logsOnRecord, trustedKeys } from './logs.ts';

export const verify: Subcommand = {
  summary: 'checks that the audit logs were not altered',
  help: [
    'sotto audit verify [--json]',
    'Reads every log under SOTTO_DATA/audit, follows its chain and checks every signed checkpoint against the key in the vault',
    '(SOTTO_VAULT; the playground has its own). Keys that were replaced need not be there any more: public-key.pem beside a log has',
    'them, and what the key in the vault signed vouches for them. A log that nobody writes any more is sound where one that is vouched',
    'for names its end. Where Sotto runs, it says how long each must be at least. Names the first bad entry.',
    'Status 0: sound; 1: not; 2: could not be checked.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      strict: true,
    });
    const { data, folder } = auditFolder();
    const publicKey = await trustedKeys();
    const registered = await logsOnRecord(data);
    const results = await verifyAuditLogs({ folder, publicKey, registered: registered ?? [] });
    const sound = results.length > 0 && results.every(({ ok }) => ok);
    if (values.json) {
      console.log(JSON.stringify({ ok: sound, compared: registered !== null, logs: results }));
      return sound ? 0 : 1;
    }
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
    return sound ? 0 : 1;
  },
};
