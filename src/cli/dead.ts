import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import { askRunning, giveOrder, ORDER_HELP, ORDER_OPTIONS } from './order.ts';
import { ago } from './time-words.ts';

const letter = z.object({
  id: z.string(),
  tenant: z.string(),
  code: z.string(),
  attempts: z.number(),
  acceptedAt: z.number(),
  diedAt: z.number(),
  until: z.number(),
});

const shape = z.object({
  now: z.number(),
  letters: z.array(letter),
  census: z.object({ queued: z.number(), leased: z.number(), parked: z.number(), dead: z.number() }),
});

type Letter = z.infer<typeof letter>;

export const dead: Subcommand = {
  summary: 'questions that were set aside after too many tries, without their words',
  help: [
    'sotto dead [--json]             prints them, the newest first, and how much waits beside them',
    'sotto dead retry ID             asks one again, once an operator confirms it; whoever asked it is answered',
    '--json: {"queued","leased","parked","dead","letters":[{"id","tenant","code","attempts","acceptedAt","diedAt","until"}]}.',
    ORDER_HELP,
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: ORDER_OPTIONS,
      allowPositionals: true,
      strict: true,
    });
    const [verb, id, ...more] = positionals;
    if (verb === 'retry' && id !== undefined && more.length === 0)
      return giveOrder({ order: { kind: 'retry', id }, json: values.json, wait: !values['no-wait'] });
    if (verb !== undefined)
      throw new SottoError('usage', 'It is "sotto dead", or "sotto dead retry ID" with an id that it printed.');
    const { letters, census, now } = await askRunning({ path: '/dead', shape });
    if (values.json) console.log(JSON.stringify({ ...census, letters: letters.map(withTimes) }));
    else console.log([`${waiting(census)}\n`, ...inWords(letters, now)].join('\n'));
    return 0;
  },
};

const withTimes = (each: Letter) => ({
  ...each,
  acceptedAt: new Date(each.acceptedAt).toISOString(),
  diedAt: new Date(each.diedAt).toISOString(),
  until: new Date(each.until).toISOString(),
});

const waiting = ({ queued, leased, parked, dead: set }: z.infer<typeof shape>['census']): string =>
  `Questions: ${queued} waiting, ${leased} being answered, ${parked} parked, ${set} set aside.`;

const inWords = (letters: readonly Letter[], now: number): readonly string[] =>
  letters.length === 0
    ? ['None was set aside.']
    : letters.map(
        ({ id, tenant, code, attempts, diedAt, until }) =>
          `${id}\n  in ${tenant}, failed with "${code}" after ${attempts} tries, set aside ${ago(now - diedAt)} ago; its words are shredded in ${ago(until - now)}.`,
      );
