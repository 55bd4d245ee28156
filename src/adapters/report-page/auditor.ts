/** What the report rests on: each log and its checkpoint, how it was counted, and when and by what it was made. */
import { MOST_PEOPLE } from '../../core/report/types.ts';
import { FEWEST } from '../../core/withhold.ts';
import { escaped } from '../bounded/html.ts';
import type { Made } from './page.ts';
import type { Section } from './section.ts';
import { isolated, tableMarkup } from './table.ts';

export const auditorSection = (made: Made, period: string): Section => {
  const { logs, report, words, figures } = made;
  const logTable = tableMarkup({
    caption: words.logs.table,
    alone: true,
    as: 'lines',
    columns: [
      { what: words.log },
      { what: words.logs.checked },
      { what: words.logs.entries, number: true },
      { what: words.logs.pruned, number: true },
      { what: words.detail, free: true },
    ],
    rows: logs.map(({ origin, found, entries, pruned, why }) => [
      origin,
      words.logs.found[found],
      figures.number(entries),
      figures.number(pruned),
      why,
    ]),
  });
  const notes = logs.map(
    ({ origin, note }) =>
      `<h3>${escaped(words.logs.note)} ${isolated(origin)}</h3>${note === null ? `<p>${escaped(words.logs.noNote)}</p>` : `<pre>${escaped(note.trimEnd())}</pre>`}`,
  );
  const counted = words.notes({
    few: figures.number(FEWEST),
    people: figures.number(MOST_PEOPLE),
    unit: report.axis.unit,
  });
  const { madeRows } = words;
  const about = tableMarkup({
    caption: words.made,
    as: 'wide',
    columns: [{ what: words.detail }, { what: words.made }],
    rows: [
      [madeRows.at, `${figures.time(made.madeAt)} UTC`],
      [madeRows.version, made.version],
      [madeRows.period, period],
      [madeRows.zone, words.zone],
      [madeRows.entries, figures.number(report.entries.read)],
      [
        madeRows.inPeriod,
        report.entries.inPeriod === null ? words.figures.notShown : figures.number(report.entries.inPeriod),
      ],
      [madeRows.unknown, figures.number(report.entries.unknown)],
    ],
  });
  return {
    id: 'auditor',
    words: words.auditor,
    body: [
      logTable,
      ...notes,
      `<h3>${escaped(words.counted)}</h3><ul class="notes">${counted.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>`,
      `<h3>${escaped(words.made)}</h3>${about}`,
    ].join(''),
  };
};
