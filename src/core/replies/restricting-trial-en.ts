/** What trying a change out has found, in English. */
import type { DryRun, DryRunRow, ReachRow, Tally } from '../restricting-ports.ts';
import { and, counted, PLACES } from './restricting-means-en.ts';
import { percentOf, shortened } from './restricting-shared.ts';

const tally = ({ questions, people }: Tally): string =>
  `${questions.toLocaleString('en-GB')} ${questions === 1 ? 'question' : 'questions'} of ${counted(people)}`;

const more = (count: number): string => `${count} more`;

const BY = { intent: 'By question', group: 'By group', place: 'By place' } as const;

const rowsOf = (rows: readonly DryRunRow[], title: (intent: string) => string): readonly string[] =>
  (['intent', 'group', 'place'] as const).flatMap((by) => {
    const of = rows.filter((row) => row.by === by);
    const one = (id: string): string =>
      by === 'group' ? id : by === 'intent' ? title(id) : ((PLACES as Readonly<Record<string, string>>)[id] ?? id);
    const name = (what: string): string => what.split(', ').map(one).join(', ');
    const said = of.map((row) => `${name(row.what)}: ${tally(row)}`);
    return of.length === 0 ? [] : [`${BY[by]}: ${shortened(said, 8, more).join('; ')}.`];
  });

const side = (o: { readonly none: boolean; readonly total: Tally | null; readonly would: string }): string => {
  if (o.none) return `No question ${o.would}.`;
  return o.total === null ? `Questions of fewer than five people ${o.would}.` : `${tally(o.total)} ${o.would}.`;
};

export const dryRun = ({
  run,
  title,
}: {
  readonly run: DryRun;
  readonly title: (intent: string) => string;
}): string => {
  if (run.questions === 0)
    return 'The last 30 days: fewer than five people asked anything, so it is not tried on what was asked.';
  return [
    `The last 30 days (${run.questions.toLocaleString('en-GB')} questions), tried out:`,
    side({ none: run.none.refused, total: run.refused, would: 'would be refused that were answered' }),
    ...rowsOf(run.rows.refused, title),
    ...(run.none.refused || run.refused === null
      ? []
      : [
          `${percentOf(run.onSuspicionAlone)} % of these are refused on suspicion alone: how they were put sounded like it.`,
        ]),
    side({ none: run.none.permitted, total: run.permitted, would: 'could be answered that were refused' }),
    ...rowsOf(run.rows.permitted, title),
    ...(run.withheld ? ['Rows of fewer than five people are left out or joined.'] : []),
  ].join('\n');
};

const RELATIONS = { self: 'about themselves', report: 'about who reports to them', other: 'about anybody' } as const;

export const MOST_ROWS = 12;

export const reachRow = (row: ReachRow, title: (intent: string) => string): string => {
  const groups = and(row.groups.length === 0 ? ['everybody'] : row.groups.map((group) => group));
  const intents = and(shortened([...new Set(row.intents.map(title))], 5, more));
  const places = row.places.length === 4 ? '' : `, in ${and(row.places.map((place) => PLACES[place]))}`;
  const aboutWhom = and(row.about.map((relation) => RELATIONS[relation]));
  return `${groups}: ${intents}; ${aboutWhom}${places}${row.signIn ? ', after a strong sign-in' : ''}`;
};
