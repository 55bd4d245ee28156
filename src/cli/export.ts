import { closeSync, existsSync, fsyncSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { entriesAbout, type SaidOf } from '../adapters/audit-log/about.ts';
import type { Status, Subcommand } from '../cli.ts';
import { dataFolder, environment } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Receipt } from '../core/orders/types.ts';
import { safely } from '../core/safely.ts';
import { newFile } from './new-file.ts';
import { giveOrder, ORDER_HELP } from './order.ts';
import { askedOrder } from './order-asked.ts';

export const exportPerson: Subcommand = {
  summary: 'writes what is kept of a person into a file',
  help: [
    'sotto export PERSON [--to FILE] [--account slack:TEAM:USER]… [--account teams:TENANT:USER]… [--json]',
    'PERSON is the id of the directory. FILE (default: export-PERSON.json here) is made with 0600 and never overwritten. It holds their',
    'words that still wait, so guard it; nothing of it is printed or logged. The receipt says what is not in it. Their entries of the audit log',
    'are in it too, so two different operators must confirm it, and the person sees in "My privacy" that it was done.',
    ORDER_HELP.replace(' --no-wait: print the code and end.', ''),
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        to: { type: 'string' },
        account: { type: 'string', multiple: true, default: [] },
      },
      allowPositionals: true,
      strict: true,
    });
    const [person, ...more] = positionals;
    if (person === undefined || more.length > 0)
      throw new SottoError('usage', 'Name one person, by the id of the directory: "sotto export PERSON".');
    const order = askedOrder({ kind: 'export', person, accounts: values.account });
    const path = resolve(values.to ?? `export-${person.replace(/[^A-Za-z0-9._-]/g, '_')}.json`);
    // Made before anything is ordered, so that nobody confirms what cannot be written.
    const file = newFile(path);
    let written = false;
    try {
      return await giveOrder({
        order,
        json: values.json,
        wait: true,
        lost: 'If it was done, what it found is lost, and no file was left: order it again.',
        received: async (receipt) => {
          // What could not be read of them has no data, and leaves no file.
          if (Object.keys(receipt.data).length === 0) return receipt;
          const audit = await auditOf(receipt);
          writeSync(file, `${JSON.stringify({ ...receipt.data, ...audit.data }, null, 2)}\n`);
          fsyncSync(file);
          written = true;
          return {
            ok: receipt.ok && audit.ok,
            says: [...receipt.says, ...audit.says, `Written to ${path}, readable by you alone.`],
            data: { file: path },
          };
        },
      });
    } finally {
      closeSync(file);
      if (!written) rmSync(path, { force: true });
    }
  },
};

const fingerprints = z.array(z.string()).max(100);

/** The audit log is read here: the running Sotto only adds to it. */
const auditOf = async ({ data }: Receipt): Promise<Receipt> => {
  const wanted = safely(fingerprints, data['auditFingerprints']);
  const folder = join(dataFolder(environment()), 'audit');
  try {
    const origins = existsSync(folder) ? readdirSync(folder).sort() : [];
    const found: SaidOf[] = [];
    for (const origin of origins)
      found.push(await entriesAbout({ folder: join(folder, origin), fingerprints: wanted.data ?? [] }));
    const entries = found.flatMap((each) => z.array(z.json()).parse(each.entries));
    const leftOut = found.reduce((sum, each) => sum + each.leftOut, 0);
    return {
      ok: leftOut === 0,
      says: [
        `${entries.length} entries of the audit log on this machine.`,
        ...(leftOut === 0 ? [] : [`${leftOut} more were left out: they are too many for one file.`]),
      ],
      data: { auditEntries: entries, auditEntriesLeftOut: leftOut },
    };
  } catch {
    return {
      ok: false,
      says: [`The audit log in ${folder} could not be read, so its entries are not in it.`],
      data: { auditEntries: null },
    };
  }
};
