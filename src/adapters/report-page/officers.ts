/** What was done in office, line by line: restrictions, holds, recalls and orders; sign-ins by what became of them; starts and stops. */
import { type DeedRow, type Officer, REST, type Rows } from '../../core/report/types.ts';
import { escaped } from '../bounded/html.ts';
import { barsMarkup } from './charts.ts';
import type { Made } from './page.ts';
import { type Section, softly } from './section.ts';
import { foldedTable, type Table, tableMarkup } from './table.ts';

/** More lines than this are folded away. */
const MOST_OPEN = 25;

const linesMarkup = (made: Made, table: Table, { rows, total }: Rows<unknown>): string => {
  const { words, figures } = made;
  if (total === 0) return softly(words.nothing);
  const cut =
    rows.length < total
      ? softly(words.newest({ shown: figures.number(rows.length), total: figures.number(total) }))
      : '';
  return (rows.length > MOST_OPEN ? foldedTable(words.table, table) : tableMarkup(table)) + cut;
};

export const restrictionsSection = (made: Made): Section => {
  const { report, words, figures, nameOf } = made;
  const { restrictions } = report;
  const named = (officer: Officer | null, none: string | null): string | null =>
    officer === null ? none : nameOf(officer);
  const table: Table = {
    caption: words.restrictions.what,
    as: 'lines',
    columns: [
      { what: words.when },
      { what: words.restriction, free: true },
      { what: words.change },
      { what: words.version, number: true },
      { what: words.by, free: true },
      { what: words.approvedBy, free: true },
    ],
    rows: restrictions.rows.map((row) => [
      figures.time(row.at),
      row.restriction,
      words.changes[row.change],
      row.version === null ? null : String(row.version),
      named(row.by, words.nobody),
      named(row.approvedBy, null),
    ]),
  };
  return { id: 'restrictions', words: words.restrictions, body: linesMarkup(made, table, restrictions) };
};

const deedAbout = ({ on, target }: DeedRow, { words }: Made): string =>
  target === null ? words.deedOn[on] : `${words.deedOn[on]} ${target}`;

export const deedsSection = (made: Made): Section => {
  const { report, words, figures, nameOf } = made;
  const { deeds, orders } = report;
  const table: Table = {
    caption: words.deeds.what,
    as: 'lines',
    columns: [
      { what: words.when },
      { what: words.change },
      { what: words.about, free: true },
      { what: words.by, free: true },
    ],
    rows: deeds.rows.map((row) => [
      figures.time(row.at),
      words.deedWhat[row.what],
      deedAbout(row, made),
      row.by.map(nameOf).join(', '),
    ]),
  };
  const done: Table = {
    caption: words.orders,
    columns: [{ what: words.ordersTable }, { what: words.count, number: true }],
    rows: orders.map(({ what, count }) => [words.orderKinds[what] ?? what, figures.number(count)]),
    as: 'wide' as const,
  };
  const also = [
    [report.forgotten, words.also.forgotten],
    [report.exported, words.also.exported],
    [report.probing, words.also.probing],
  ] as const;
  return {
    id: 'deeds',
    words: words.deeds,
    body: [
      linesMarkup(made, table, deeds),
      orders.length === 0 ? '' : `<h3>${escaped(words.orders)}</h3>${tableMarkup(done)}`,
      ...also.map(([count, say]) => (count === null ? '' : softly(say(figures.number(count))))),
      softly(words.also.notShown),
    ].join(''),
  };
};

/** `question refused no-time` as people read it. */
const signInName = (what: string, { words }: Made): string => {
  if (what === REST) return words.rest;
  const [who = '', change = '', ...code] = what.split(' ');
  const said = words.signInParts[change] ?? change;
  const why = code.join(' ');
  return [
    why === '' ? said : `${said} (${why})`,
    ...(who === 'orders' ? [words.signInParts['orders'] ?? who] : []),
  ].join(', ');
};

export const signInsSection = (made: Made): Section => {
  const { report, words, figures } = made;
  const { signIns } = report;
  const section = (body: string): Section => ({ id: 'sign-ins', words: words.signIns, body });
  if (signIns === null) return section(softly(words.figures.notShown));
  const rows = signIns.apart.map(({ what, count }) => ({
    name: signInName(what, made),
    sum: figures.number(count),
    parts: [{ value: count, colour: 'bar', says: figures.number(count) }],
    says: `${words.count}: ${figures.number(count)}`,
  }));
  const { together } = signIns;
  const table: Table = {
    caption: words.signIns.what,
    columns: [{ what: words.outcome }, { what: words.count, number: true }],
    rows: [
      ...rows.map(({ name, sum }) => [name, sum]),
      ...(together === 0 ? [] : [[words.together, figures.number(together)]]),
    ],
    as: 'wide',
  };
  return section(barsMarkup({ id: 's', rows }) + foldedTable(words.table, table));
};

export const runsSection = (made: Made): Section => {
  const { report, words, figures } = made;
  const table: Table = {
    caption: words.runs.what,
    as: 'lines',
    columns: [{ what: words.when }, { what: words.log }, { what: words.change }, { what: words.detail, free: true }],
    rows: report.runs.rows.map((row) => [figures.time(row.at), row.origin, words.runKinds[row.what], row.detail]),
  };
  const { clocks } = report;
  const ms = (value: number): string => (value === 0 ? '0' : `${figures.number(value)} ms`);
  const apart: Table = {
    caption: words.clocks,
    columns: [
      { what: words.platform },
      { what: words.ahead, number: true },
      { what: words.behind, number: true },
      { what: words.measured, number: true },
    ],
    rows: clocks.map(({ platform, most, least, measured }) => [
      platform,
      ms(Math.max(0, most)),
      ms(Math.max(0, -least)),
      figures.number(measured),
    ]),
    as: 'wide',
  };
  return {
    id: 'runs',
    words: words.runs,
    body: [
      linesMarkup(made, table, report.runs),
      clocks.length === 0 ? '' : `<h3>${escaped(words.clocks)}</h3>${tableMarkup(apart)}`,
    ].join(''),
  };
};
