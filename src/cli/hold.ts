import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import type { Order } from '../core/orders/types.ts';
import { askRunning, giveOrder, ORDER_HELP, ORDER_OPTIONS } from './order.ts';
import { askedOrder } from './order-asked.ts';

const shape = z.object({
  holds: z.array(
    z.object({
      id: z.string(),
      on: z.enum(['person', 'conversation', 'topic']),
      what: z.string(),
      placedAt: z.number(),
      by: z.string(),
    }),
  ),
});

type Held = z.infer<typeof shape>['holds'][number];

export const hold: Subcommand = {
  summary: 'legal holds: what one covers is neither removed nor shredded',
  help: [
    'sotto hold [list] [--json]      prints the holds that stand',
    'sotto hold place --person ID | --conversation ID | --topic ID',
    'sotto hold lift HOLD            two different operators must confirm it',
    'A person is named by the id of the directory. Answers in chats stay, also those whose time is over; what conversations remember',
    'and questions that were set aside are kept. The words of a question that ends are shredded as ever, and what the chat platform',
    'keeps is held there, not here. Whom it concerns is not told. Lifted, answers leave within a minute or so.',
    '--json of the list: {"holds":[{"id","on","what","placedAt","by"}]}; "by" is a keyed hash, as in the audit log.',
    ORDER_HELP,
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...ORDER_OPTIONS,
        person: { type: 'string' },
        conversation: { type: 'string' },
        topic: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    const [verb = 'list', id, ...more] = positionals;
    const named = (['person', 'conversation', 'topic'] as const).flatMap((on) => {
      const what = values[on];
      return what === undefined ? [] : [{ on, what }];
    });
    const [one, ...others] = named;
    const give = (order: Order): Promise<Status> =>
      giveOrder({ order: askedOrder(order), json: values.json, wait: !values['no-wait'] });
    if (verb === 'place' && id === undefined && one !== undefined && others.length === 0)
      return give({ kind: 'hold', ...one });
    if (verb === 'lift' && id !== undefined && more.length === 0 && one === undefined)
      return give({ kind: 'lift', id });
    if (verb === 'list' && id === undefined && one === undefined) {
      const { holds } = await askRunning({ path: '/standing', shape });
      console.log(values.json ? JSON.stringify({ holds: holds.map(withTime) }) : inWords(holds));
      return 0;
    }
    throw new SottoError(
      'usage',
      'It is "sotto hold list", "sotto hold place" with one of --person, --conversation and --topic, or "sotto hold lift HOLD" with an id that the list prints.',
    );
  },
};

const withTime = (each: Held) => ({ ...each, placedAt: new Date(each.placedAt).toISOString() });

const inWords = (holds: readonly Held[]): string =>
  holds.length === 0
    ? 'No hold stands.'
    : holds
        .map(({ id, on, what, placedAt }) => `${id}\n  on the ${on} ${what}, since ${new Date(placedAt).toISOString()}`)
        .join('\n');
