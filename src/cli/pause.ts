import { parseArgs } from 'node:util';
import type { Status, Subcommand } from '../cli.ts';
import { giveOrder, ORDER_HELP, ORDER_OPTIONS } from './order.ts';

export const pause: Subcommand = {
  summary: 'pauses Sotto for everybody, and ends the pause',
  help: [
    'sotto pause [--off] [--json] [--no-wait]',
    'While it is paused, whoever asks is told so, and neither the recogniser nor an HR system is asked. What is due to be removed is',
    'removed, and orders are taken. --off ends it.',
    ORDER_HELP,
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { ...ORDER_OPTIONS, off: { type: 'boolean', default: false } },
      strict: true,
    });
    return giveOrder({
      order: { kind: values.off ? 'resume' : 'pause' },
      json: values.json,
      wait: !values['no-wait'],
    });
  },
};
