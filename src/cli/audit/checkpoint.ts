import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { durableNote } from '../../adapters/audit-log/durable.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { auditFolder, originsAsked } from './logs.ts';

export const checkpoint: Subcommand = {
  summary: 'prints how far each audit log has come, signed',
  help: [
    'sotto audit checkpoint [ORIGIN] [--json]',
    'The newest signed checkpoint of each log, or of one (C2SP tlog-checkpoint): its origin, its entries, its root, its signature. Keep them',
    'where nobody of this machine can change them: "sotto audit verify --since FILE" proves later that nothing before was changed.',
    'Status 0: printed; 1: there is none yet; 2: could not be read.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
      strict: true,
    });
    const { folder } = auditFolder();
    const notes: { readonly origin: string; readonly note: string }[] = [];
    for (const origin of await originsAsked(folder, positionals)) {
      const newest = await durableNote(join(folder, origin));
      if (newest !== null) notes.push({ origin, note: newest.note });
    }
    if (values.json) console.log(JSON.stringify({ checkpoints: notes }));
    else if (notes.length === 0) console.error(`No log in ${folder} has a checkpoint yet.`);
    else process.stdout.write(notes.map(({ note }) => note).join(''));
    return notes.length === 0 ? 1 : 0;
  },
};
