import { parseArgs } from 'node:util';
import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import { giveOrder, ORDER_HELP, ORDER_OPTIONS } from './order.ts';
import { askedOrder } from './order-asked.ts';

export const forget: Subcommand = {
  summary: 'forgets a person: shreds what is kept of them, takes back what they were shown',
  help: [
    'sotto forget PERSON [--account slack:TEAM:USER]… [--account teams:TENANT:USER]…',
    'PERSON is the id of the directory. Accounts that the directory does not know (any more) can be named.',
    'The receipt tells four things apart: removed through the platform, shredded in our store, still held, never ours to remove.',
    'Somebody who may still use the bot and writes to it is known again: take them out of the directory first.',
    ORDER_HELP,
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...ORDER_OPTIONS, account: { type: 'string', multiple: true, default: [] } },
      allowPositionals: true,
      strict: true,
    });
    const [person, ...more] = positionals;
    if (person === undefined || more.length > 0)
      throw new SottoError('usage', 'Name one person, by the id of the directory: "sotto forget PERSON".');
    return giveOrder({
      order: askedOrder({ kind: 'forget', person, accounts: values.account }),
      json: values.json,
      wait: !values['no-wait'],
    });
  },
};
