import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../../cli.ts';
import { SottoError } from '../../core/errors.ts';
import { lossLine } from '../../main/audit-losses.ts';
import { askRunning, giveOrder, ORDER_HELP, ORDER_OPTIONS } from '../order.ts';
import { askedOrder } from '../order-asked.ts';

const shape = z.object({
  missed: z.array(
    z.object({
      origin: z.string(),
      size: z.number(),
      found: z.enum(['gone', 'cut', 'unreadable', 'elsewhere']),
      entries: z.number().nullable(),
    }),
  ),
});

export const lost: Subcommand = {
  summary: 'says which audit logs are missed, and puts on record that one is lost',
  help: [
    'sotto audit lost [ORIGIN] [--json] [--no-wait]',
    'Without a name: prints the logs that must be there and are gone or were cut. While there are any, Sotto answers nobody; it answers again by itself once',
    'they are back. With a name: orders that it is put on record that this log is lost, for what cannot be brought back. What is left of it is not touched.',
    'Also for a log of another machine that is lost for good, beside a Sotto that runs on the same store.',
    ORDER_HELP,
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: ORDER_OPTIONS,
      allowPositionals: true,
      strict: true,
    });
    const [origin, ...more] = positionals;
    if (more.length > 0) throw new SottoError('usage', 'It is "sotto audit lost" or "sotto audit lost ORIGIN".');
    if (origin !== undefined)
      return giveOrder({
        order: askedOrder({ kind: 'audit-lost', origin }),
        json: values.json,
        wait: !values['no-wait'],
      });
    const { missed } = await askRunning({ path: '/audit-logs', shape });
    if (values.json) console.log(JSON.stringify({ missed }));
    else console.log(missed.length === 0 ? 'No audit log is missed.' : missed.map(lossLine).join('\n'));
    return missed.length === 0 ? 0 : 1;
  },
};
