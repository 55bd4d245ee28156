import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import { LANGUAGES } from '../core/languages.ts';
import { parseOrder, type Receipt } from '../core/orders/types.ts';
import { safely } from '../core/safely.ts';
import { giveOrder, ORDER_HELP } from './order.ts';

const phrase = z.object({
  id: z.string(),
  day: z.string(),
  text: z.string(),
  meant: z.string().nullable(),
  language: z.string(),
});

const shape = z.object({ phrases: z.array(phrase) });

type Phrase = z.infer<typeof phrase>;

export const donated: Subcommand = {
  summary: 'phrases that people gave because they were not understood',
  help: [
    'sotto donated [--json]          prints them as YAML for a pack, by what was meant and by language',
    'sotto donated --remove ID …     shreds those that were looked at; an id stands behind each',
    'They are what people wrote and chose to give, without their names: take out whatever names somebody before it goes into a pack. What was',
    'meant is what its author chose, so look before you believe it. Each goes by itself ninety days after it was given; no backup has any.',
    '--json of the last line: {"ok","says","data":{"phrases":[{"id","day","text","meant":string|null,"language"}],"leftOut","unread"}}.',
    ORDER_HELP.replace(' --no-wait: print the code and end.', ''),
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, remove: { type: 'boolean', default: false } },
      allowPositionals: true,
      strict: true,
    });
    if (values.remove !== positionals.length > 0)
      throw new SottoError(
        'usage',
        'It is "sotto donated", or "sotto donated --remove ID" with one or more ids that it printed.',
      );
    const order = parseOrder({ kind: 'donated', remove: positionals });
    if (order === null)
      throw new SottoError(
        'usage',
        'An id of a phrase has 32 hex digits, as "sotto donated" prints it; at most 500 at once.',
      );
    return giveOrder({
      order,
      json: values.json,
      wait: true,
      lost: 'Nothing is lost by that: what was given is kept still. Order it again.',
      received: (receipt) => (values.json || values.remove ? receipt : withYaml(receipt)),
    });
  },
};

const withYaml = (receipt: Receipt): Receipt => {
  const read = safely(shape, receipt.data);
  if (!read.success || read.data.phrases.length === 0) return receipt;
  return { ...receipt, says: [...receipt.says, '', ...packLines(read.data.phrases)] };
};

/** Within 80 columns and on one line each, as a pack has them. Whatever is written, it is a text and nothing else. */
const scalar = (text: string): string =>
  stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN', blockQuote: false }).trimEnd();

/** Ready to paste: under an intent its sentences by language; what was none of the intents last. */
export const packLines = (phrases: readonly Phrase[]): readonly string[] => {
  const of = (meant: string | null): readonly string[] =>
    LANGUAGES.flatMap((language) => {
      const some = phrases.filter((each) => each.meant === meant && each.language === language);
      if (some.length === 0) return [];
      return [`      ${language}:`, ...some.map(({ text, id, day }) => `        - ${scalar(text)} # ${id} ${day}`)];
    });
  const intents = [...new Set(phrases.flatMap(({ meant }) => meant ?? []))].toSorted();
  const none = of(null);
  return [
    ...(intents.length === 0 ? [] : ['intents:']),
    ...intents.flatMap((intent) => [`  ${intent}:`, '    examples:', ...of(intent)]),
    ...(none.length === 0
      ? []
      : ['# None of the intents, as their authors chose: for the background, or for a new intent.']),
    ...(none.length === 0 ? [] : none.map((line) => line.replace(/^ {4}/, '#'))),
  ];
};
