/** What the audit log says came of a forgetting, for whoever holds a receipt against it. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { receiptIn } from '../../adapters/audit-log/receipts.ts';
import { verifyAuditLogs } from '../../adapters/audit-log/verify.ts';
import type { Status, Subcommand } from '../../cli.ts';
import type { ReceiptEntry } from '../../core/audit.ts';
import { SottoError } from '../../core/errors.ts';
import { count } from '../../core/orders/words.ts';
import { auditFolder, logsOnRecord, trustedKeys } from './logs.ts';

export const receipt: Subcommand = {
  summary: 'what the audit log says came of a forgetting',
  help: [
    'sotto audit receipt NUMBER [--json]',
    'The numbers that stand in the log for a receipt that somebody shows, and whether that log is sound. Status 0: it is; 1: there is no',
    'such receipt in the logs of this machine, or the log is not sound; 2: could not be checked.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
      strict: true,
    });
    const [number, ...more] = positionals;
    if (number === undefined || more.length > 0)
      throw new SottoError('usage', 'Name one receipt: "sotto audit receipt NUMBER".');
    const { data, folder } = auditFolder();
    const publicKey = await trustedKeys();
    const results = await verifyAuditLogs({ folder, publicKey, registered: (await logsOnRecord(data)) ?? [] });
    for (const { origin, ok } of results) {
      const found = await receiptIn({ folder: join(folder, origin), number });
      if (found === null) continue;
      console.log(
        values.json
          ? JSON.stringify({ origin, sound: ok, receipt: found })
          : lines({ origin, ok, receipt: found }).join('\n'),
      );
      return ok ? 0 : 1;
    }
    if (values.json) console.log(JSON.stringify({ receipt: null }));
    else
      console.log(
        `No log in ${folder} has a receipt ${number}. Another machine of the same Sotto may have done it: look there.`,
      );
    return 1;
  },
};

const lines = (o: { readonly origin: string; readonly ok: boolean; readonly receipt: ReceiptEntry }): string[] => {
  const { origin, ok, receipt: it } = o;
  const own = it.target === it.by;
  return [
    `Receipt ${it.order}, ${new Date(it.at).toISOString()}, on ${own ? 'the person\u2019s own word' : 'an operator\u2019s order'} (${it.by}).`,
    `Removed through the platform: ${count(it.removed, 'message')} asked for, ${it.gone} gone by then.`,
    `Shredded: ${count(it.questions, 'question')}, ${count(it.transcripts, 'transcript')}, ${count(it.references, 'address', 'addresses')} of chats, ${count(it.signIns, 'sign-in')}, ${count(it.donations, 'phrase')}, ${count(it.decisions, 'policy request')} without words, ${count(it.marks, 'mark')} that they were told how it works, ${count(it.names, 'key', 'keys')} by which their name opened in the log.`,
    `Still held by legal holds then: ${it.held}. Left for another time: ${it.left}.`,
    ok
      ? `The log ${origin} that says so is sound.`
      : `The log ${origin} that says so is NOT sound: "sotto audit verify" names the entry.`,
  ];
};
