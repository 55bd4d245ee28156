import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { environment } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import { trainRecogniser } from '../core/recognise/lessons.ts';
import { loadCatalogue } from '../policies/catalogue.ts';
import { packFolders } from '../policies/pack.ts';
import { eachLine } from './jsonl.ts';
import { learningLine } from './learning-line.ts';
import { learntRecogniser } from './learnt.ts';

const row = z.object({ text: z.string(), intent: z.string().nullable() });

/** Refuses with code `usage`, naming file and line. */
const rowsOf = (path: string): readonly z.infer<typeof row>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        return [row.parse(JSON.parse(line))];
      } catch (error) {
        throw new SottoError('usage', `${path}:${index + 1} is not {"text": string, "intent": string or null}.`, {
          cause: error,
        });
      }
    });

export const recognise: Subcommand = {
  summary: 'says which intent a text is (JSONL)',
  help: [
    'Reads lines {"text"} and prints one line each: {"intent","best","confidence","topics"}.',
    'best is the likeliest intent, "" where no word is known; intent is null where it is not likely enough, or where the text is too',
    'like another topic that is kept.',
    'Without options it knows the pack that ships, with SOTTO_POLICIES over it.',
    '  --train FILE --validation FILE   learns from FILE instead ({"text","intent"} a line, null for none of them)',
    '                                   and tunes its threshold on the other, so that it rejects 5 % of what is in scope there',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { train: { type: 'string' }, validation: { type: 'string' } },
      strict: true,
    });
    const { train, validation } = values;
    if ((train === undefined) !== (validation === undefined)) {
      throw new SottoError(
        'usage',
        '--train and --validation go together: the threshold needs sentences that were not learnt.',
      );
    }
    const env = environment();
    const recogniser =
      train === undefined || validation === undefined
        ? await learntRecogniser({
            env,
            catalogue: loadCatalogue({ folders: packFolders(env['SOTTO_POLICIES'] ?? null) }),
            onLearning: learningLine(),
          })
        : trainRecogniser({ rows: rowsOf(train), validation: rowsOf(validation) });
    return eachLine({
      input: process.stdin,
      output: process.stdout,
      schema: z.object({ text: z.string() }),
      answer: ({ text }) => {
        const { intent, best, confidence, topics } = recogniser.recognise({ text, locale: 'en' });
        return { intent, best: best ?? '', confidence, topics };
      },
    });
  },
};
