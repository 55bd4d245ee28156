import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import { safely } from '../core/safely.ts';
import { giveOrder, ORDER_HELP, ORDER_OPTIONS } from './order.ts';
import { askedOrder } from './order-asked.ts';

const iso = z.iso.datetime({ offset: true });

export const recall: Subcommand = {
  summary: 'takes back answers that stand in chats, after a mistake of a backend',
  help: [
    'sotto recall --intent ID | --topic ID | --all [--since TIME]',
    'Takes back what was answered and still stands: answers that were to leave, and those of the last seven days that were to stay.',
    '--since: only what was asked at that time or later, as 2026-01-31T09:00:00Z or with an offset. The messages are removed as fast as',
    'the platform allows ("sotto expiries" shows how far it is), open modals are emptied, and nobody is sent a message about it.',
    'What a legal hold covers stays. Whoever asks again gets a new answer: pause, or restrict the topic, while the backend is wrong.',
    ORDER_HELP,
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...ORDER_OPTIONS,
        intent: { type: 'string' },
        topic: { type: 'string' },
        all: { type: 'boolean', default: false },
        since: { type: 'string' },
      },
      strict: true,
    });
    const { intent = null, topic = null, all } = values;
    if ([intent !== null, topic !== null, all].filter(Boolean).length !== 1)
      throw new SottoError('usage', 'Name what is taken back: one of --intent ID, --topic ID and --all.');
    return giveOrder({
      order: askedOrder({ kind: 'recall', intent, topic, since: timeOf(values.since) }),
      json: values.json,
      wait: !values['no-wait'],
    });
  },
};

const timeOf = (since: string | undefined): number | null => {
  if (since === undefined) return null;
  const at = safely(iso, since).success ? Date.parse(since) : Number.NaN;
  if (Number.isNaN(at) || at > Date.now())
    throw new SottoError('usage', '--since is a time that has been, as 2026-01-31T09:00:00Z or with an offset.');
  return at;
};
