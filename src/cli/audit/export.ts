import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { verifyAuditLogs } from '../../adapters/audit-log/verify.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { SottoError } from '../../core/errors.ts';
import { EXPORT_FORMATS, type OrderOf, type Receipt } from '../../core/orders/types.ts';
import { safely } from '../../core/safely.ts';
import { askRunning, giveOrder, ORDER_HELP } from '../order.ts';
import { askedOrder } from '../order-asked.ts';
import { readCursor } from './export-cursor.ts';
import { linesToFile, linesToStream } from './export-out.ts';
import { type May, mayShape, taking } from './export-taking.ts';
import { auditFolder, logsOnRecord, trustedKeys } from './logs.ts';

type Asked = OrderOf<'audit-export'>;

const iso = z.iso.datetime({ offset: true });

export const exportLog: Subcommand = {
  summary: 'takes entries out of the audit log, for other systems or for one investigation',
  help: [
    'sotto audit export [--format native|ocsf|syslog] [--since TIME] [--until TIME] [--topic T] [--person P] [--kind K]… [--origin O]',
    '                   [--names] [--to FILE] [--cursor FILE] [--follow] [--verify] [--json]',
    'One line of JSON an entry on standard output, or in FILE, which is made with 0600 and never overwritten; what is said goes to standard',
    'error, or, with --to, to standard output. native: {"entry","origin","seq"}; ocsf: events of OCSF 1.5.0; syslog: lines of RFC 5424.',
    '--person, --topic: entries that name them, and those that follow from the same questions. PERSON is the id of the directory; two different',
    'operators must confirm that, and the person sees in "My privacy" that it was done. --since, --until: as 2026-01-31T09:00:00Z.',
    '--cursor FILE: goes on where the last export with that cursor ended; after a crash some entries come twice, none never. --follow: goes on',
    'with what comes, until it is stopped. Both are confirmed for thirty days at once, and neither goes with --person or --names.',
    '--names: with the directory ids of the people in it, where they were not forgotten; two different operators must confirm that as well.',
    '--verify: first proves the logs as "sotto audit verify" does; otherwise nothing is proved of what is given.',
    ORDER_HELP.replace(' --no-wait: print the code and end.', ''),
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        format: { type: 'string', default: 'native' },
        since: { type: 'string' },
        until: { type: 'string' },
        topic: { type: 'string' },
        person: { type: 'string' },
        kind: { type: 'string', multiple: true, default: [] },
        origin: { type: 'string' },
        to: { type: 'string' },
        cursor: { type: 'string' },
        follow: { type: 'boolean', default: false },
        names: { type: 'boolean', default: false },
        verify: { type: 'boolean', default: false },
      },
      strict: true,
    });
    const { cursor, follow } = values;
    const person = values.person ?? null;
    if ((person !== null || values.names) && (follow || cursor !== undefined))
      throw new SottoError(
        'usage',
        'Who people are is looked at once: --person and --names go with neither --cursor nor --follow.',
      );
    const order = askedOrder({
      kind: 'audit-export',
      format: formatOf(values.format),
      person,
      topic: values.topic ?? null,
      kinds: [...new Set(values.kind)].toSorted(),
      origin: values.origin ?? null,
      since: timeOf('--since', values.since),
      until: timeOf('--until', values.until),
      names: values.names,
      standing: follow || cursor !== undefined,
    }) as Asked;
    const { folder } = auditFolder();
    if (order.origin !== null && !existsSync(join(folder, order.origin)))
      throw new SottoError('usage', `There is no log ${order.origin} in ${folder}.`);
    if (values.verify && !(await isSound())) {
      console.error('The audit log is not sound, so nothing was taken out: "sotto audit verify" says where.');
      return 1;
    }
    const kept = cursor === undefined ? null : { path: resolve(cursor), of: JSON.stringify(order) };
    const before = kept === null ? null : readCursor(kept);
    // Made before anything is ordered, so that nobody confirms what cannot be written.
    const to = values.to === undefined ? null : resolve(values.to);
    const lines = to === null ? linesToStream(process.stdout) : linesToFile(to);
    const print = to === null ? console.error : console.log;
    const take = (may: May): Promise<Receipt> =>
      taking({ order, folder, may, lines, to, follow, kept, before, proved: values.verify });
    try {
      const further = before?.ticket == null ? null : await furtherBy(before.ticket, order);
      if (further !== null) {
        const receipt = await take(further);
        print(values.json ? JSON.stringify(receipt) : receipt.says.join('\n'));
        return receipt.ok ? 0 : 1;
      }
      return await giveOrder({
        order,
        json: values.json,
        wait: true,
        print,
        lost: 'If it was begun, nothing was given. Order it again.',
        received: (receipt) => {
          const may = safely(mayShape, receipt.data);
          return may.success ? take(may.data) : receipt;
        },
      });
    } finally {
      lines.close();
    }
  },
};

const formatOf = (format: string): Asked['format'] => {
  const known = EXPORT_FORMATS.find((each) => each === format);
  if (known === undefined) throw new SottoError('usage', `--format is one of ${EXPORT_FORMATS.join(', ')}.`);
  return known;
};

const timeOf = (option: string, text: string | undefined): number | null => {
  if (text === undefined) return null;
  const at = safely(iso, text).success ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(at) || at < 0)
    throw new SottoError('usage', `${option} is a time, as 2026-01-31T09:00:00Z or with an offset.`);
  return at;
};

const isSound = async (): Promise<boolean> => {
  const { data, folder } = auditFolder();
  const registered = (await logsOnRecord(data)) ?? [];
  const results = await verifyAuditLogs({ folder, publicKey: await trustedKeys(), registered });
  return results.length > 0 && results.every(({ ok }) => ok);
};

/** Null: it needs an order (again). */
const furtherBy = async (ticket: string, order: Asked): Promise<May | null> => {
  const { may } = await askRunning({
    method: 'POST',
    path: '/audit-export/further',
    body: { ticket, order },
    shape: z.object({ may: mayShape.nullable() }),
  });
  return may;
};
