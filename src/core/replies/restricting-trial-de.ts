/** What trying a change out has found, in German. */
import type { DryRun, DryRunRow, ReachRow, Tally } from '../restricting-ports.ts';
import { and, counted, PLACES } from './restricting-means-de.ts';
import { percentOf, shortened } from './restricting-shared.ts';

const tally = ({ questions, people }: Tally): string =>
  `${questions.toLocaleString('de-DE')} ${questions === 1 ? 'Frage' : 'Fragen'} von ${counted(people)}`;

const more = (count: number): string => `${count} weitere`;

const BY = { intent: 'Nach Frage', group: 'Nach Gruppe', place: 'Nach Ort' } as const;

const rowsOf = (rows: readonly DryRunRow[], title: (intent: string) => string): readonly string[] =>
  (['intent', 'group', 'place'] as const).flatMap((by) => {
    const of = rows.filter((row) => row.by === by);
    const one = (id: string): string =>
      by === 'group' ? id : by === 'intent' ? title(id) : ((NAMES as Readonly<Record<string, string>>)[id] ?? id);
    const name = (what: string): string => what.split(', ').map(one).join(', ');
    const said = of.map((row) => `${name(row.what)}: ${tally(row)}`);
    return of.length === 0 ? [] : [`${BY[by]}: ${shortened(said, 8, more).join('; ')}.`];
  });

const NAMES = {
  direct: 'private Chats',
  group: 'Gruppenchats',
  channel: 'Kanäle',
  shared: 'Kanäle mit anderen Firmen',
} as const;

const side = (o: { readonly none: boolean; readonly total: Tally | null; readonly would: string }): string => {
  if (o.none) return `Keine Frage ${o.would}.`;
  return o.total === null ? `Fragen von weniger als fünf Personen: ${o.would}.` : `${tally(o.total)}: ${o.would}.`;
};

export const dryRun = ({
  run,
  title,
}: {
  readonly run: DryRun;
  readonly title: (intent: string) => string;
}): string => {
  if (run.questions === 0)
    return 'Die letzten 30 Tage: Weniger als fünf Personen haben etwas gefragt, deshalb wird es daran nicht ausprobiert.';
  return [
    `Die letzten 30 Tage (${run.questions.toLocaleString('de-DE')} Fragen), ausprobiert:`,
    side({ none: run.none.refused, total: run.refused, would: 'wurde beantwortet und würde abgelehnt' }),
    ...rowsOf(run.rows.refused, title),
    ...(run.none.refused || run.refused === null
      ? []
      : [
          `${percentOf(run.onSuspicionAlone)} % davon werden allein auf Verdacht abgelehnt: So, wie sie gestellt waren, klangen sie danach.`,
        ]),
    side({ none: run.none.permitted, total: run.permitted, would: 'wurde abgelehnt und könnte beantwortet werden' }),
    ...rowsOf(run.rows.permitted, title),
    ...(run.withheld ? ['Zeilen mit weniger als fünf Personen sind weggelassen oder zusammengefasst.'] : []),
  ].join('\n');
};

const RELATIONS = { self: 'über sich selbst', report: 'über die eigenen Leute', other: 'über alle' } as const;

export const MOST_ROWS = 12;

export const reachRow = (row: ReachRow, title: (intent: string) => string): string => {
  const groups = and(row.groups.length === 0 ? ['alle'] : row.groups.map((group) => group));
  const intents = and(shortened([...new Set(row.intents.map(title))], 5, more));
  const places = row.places.length === 4 ? '' : `, in ${and(row.places.map((place) => PLACES[place]))}`;
  const aboutWhom = and(row.about.map((relation) => RELATIONS[relation]));
  return `${groups}: ${intents}; ${aboutWhom}${places}${row.signIn ? ', nach einer starken Anmeldung' : ''}`;
};
