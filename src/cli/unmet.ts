import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Status, Subcommand } from '../cli.ts';
import { askRunning } from './order.ts';

const row = { questions: z.number(), people: z.number() };

const shape = z.object({
  since: z.number(),
  until: z.number(),
  topics: z.array(z.object({ topic: z.string().nullable(), ...row })),
  weeks: z.array(z.object({ from: z.number(), ...row })),
  withheld: z.boolean(),
});

type Unmet = z.infer<typeof shape>;

export const unmet: Subcommand = {
  summary: 'how much was not understood in the last month: counts only',
  help: [
    'sotto unmet [--json]',
    'By the topic that a question was closest to, and by week, over the last 29 days: they change at midnight (UTC), so that nobody can see',
    'when somebody asked. Counts only: no words, nobody’s name, numbers rounded down to fives, no row of fewer than five people, none at all',
    'before ten people have asked anything. It rests on the policy requests that are kept; those of before this version name no topic.',
    '--json: {"since","until","topics":[{"topic":string|null,"questions","people"}],"weeks":[{"from","questions","people"}],"withheld"}.',
    'Needs a running Sotto on the same SOTTO_DATA. What people gave to be learnt is "sotto donated".',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      strict: true,
    });
    const asked = await askRunning({ path: '/unmet', shape });
    console.log(values.json ? JSON.stringify(timed(asked)) : unmetInWords(asked).join('\n'));
    return 0;
  },
};

const timed = ({ since, until, weeks, ...rest }: Unmet) => ({
  since: new Date(since).toISOString(),
  until: new Date(until).toISOString(),
  ...rest,
  weeks: weeks.map(({ from, ...counted }) => ({ from: dayOf(from), ...counted })),
});

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const counted = ({ questions, people }: Pick<Unmet['topics'][number], 'questions' | 'people'>): string =>
  `at least ${questions} questions of ${people} people`;

/** A line each. */
export const unmetInWords = ({ since, until, topics, weeks, withheld }: Unmet): readonly string[] => {
  const between = `${dayOf(since)} to ${dayOf(until - 1)}`;
  if (topics.length === 0 && weeks.length === 0)
    return [
      withheld ? `Not recognised, ${between}: too few people for a count.` : `Everything was recognised, ${between}.`,
    ];
  return [
    `Not recognised, ${between}, by the topic that it was closest to:`,
    ...topics.map((each) => `  ${each.topic ?? 'none that is close'}: ${counted(each)}`),
    ...(topics.length === 0 ? ['  no topic of five people'] : []),
    'By week, from its Monday:',
    ...weeks.map((each) => `  ${dayOf(each.from)}: ${counted(each)}`),
    ...(weeks.length === 0 ? ['  no week of five people'] : []),
    ...(withheld ? ['Rows of too few people are left out.'] : []),
  ];
};
