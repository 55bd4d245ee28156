import { parseArgs } from 'node:util';
import { type Verified, verifyAuditLogs } from '../../adapters/audit-log/verify.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { auditFolder, logsOnRecord, trustedKeys } from './logs.ts';
import { originsOf, readNotes } from './notes.ts';
import { notesOn } from './verify-notes.ts';

export const verify: Subcommand = {
  summary: 'checks that the audit logs were not altered',
  help: [
    'sotto audit verify [--since FILE] [--json]',
    'Reads every log under SOTTO_DATA/audit, recomputes every leaf and tile, and checks every signed checkpoint against the key in the vault',
    '(SOTTO_VAULT; the playground has its own). Keys that were replaced need not be there any more: public-key.pem beside a log has',
    'them, and what the key in the vault signed vouches for them. A log that nobody writes any more is sound where one that is vouched',
    'for names its end. Where Sotto runs, it says how long each must be at least, and its logs are verified as they were when this began.',
    'Entries that were pruned must be on record as such; their hashes still count. Names the first bad entry.',
    'A log that is on record as lost, in one that is sound, is named with whose order that was; what is left of it is evidence, and no finding. Where a clock went back',
    'is noted.',
    '--since: a file with checkpoints that were kept, as "sotto audit checkpoint" prints them, one of a log at most. Those logs must go on',
    'from them, and only what came after them is read; the others are read as a whole.',
    'Status 0: sound; 1: not; 2: could not be checked.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, since: { type: 'string' } },
      strict: true,
    });
    const since = values.since === undefined ? [] : readNotes(values.since);
    const { data, folder } = auditFolder();
    const publicKey = await trustedKeys();
    const registered = await logsOnRecord(data);
    const results = await verifyAuditLogs({ folder, publicKey, registered: registered ?? [], since });
    const partly = originsOf(since);
    const { lost, says } = await notesOn({ folder, results, partly, registered: registered ?? [] });
    const sound = results.length > 0 && results.every(({ ok, origin }) => ok || lost.has(origin));
    if (values.json) {
      const logs = results.map((one) => {
        const { checkpoint, noted: _, ...rest } = one;
        const at = checkpoint === null ? null : { size: checkpoint.size, root: checkpoint.root.toString('base64') };
        return { ...rest, checkpoint: at };
      });
      console.log(
        JSON.stringify({ ok: sound, compared: registered !== null, logs, lost: [...lost.values()], notes: says }),
      );
      return sound ? 0 : 1;
    }
    for (const one of results) console.log(verdictOf(one));
    for (const line of says) console.log(line);
    if (registered === null)
      console.log(
        'No Sotto runs on this folder, so the lengths were not compared with those in the store: a log that was cut exactly behind a checkpoint is found then, by the next start, or by a checkpoint that somebody kept (--since).',
      );
    if (results.length === 0) console.log(`${folder} holds no log.`);
    return sound ? 0 : 1;
  },
};

/** What was found of one log, in a sentence or two. */
const verdictOf = ({
  origin,
  ok,
  entries,
  pruned,
  checkpoint,
  firstBad,
}: Verified & { readonly origin: string }): string => {
  if (!ok && firstBad !== null)
    return `${origin}: NOT sound. Entry ${firstBad.index} (${firstBad.file}): ${firstBad.why}.`;
  const gone = pruned === 0 ? '' : `, of which ${pruned} were pruned and only their hashes are left`;
  const root = checkpoint === null ? '' : ` Root ${checkpoint.root.toString('base64')}.`;
  return `${origin}: sound. ${entries} entries${gone}.${root}`;
};
