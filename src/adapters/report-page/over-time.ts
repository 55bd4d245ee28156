/** What charts over time share: the names of their bars, and their tables. */
import type { Axis, OverTime } from '../../core/report/types.ts';
import { type Strip, stripsMarkup } from './charts.ts';
import type { Made } from './page.ts';
import { foldedTable } from './table.ts';

/** One row of bars. */
export interface Row {
  readonly name: string;
  readonly colour: string;
  readonly sum: number;
  readonly time: OverTime;
}

const ticksOf = ({ starts, unit }: Axis, made: Made): readonly string[] => {
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined) return [];
  // With an odd number the middle bar stands in the middle.
  const middle = starts.length >= 5 ? [starts[Math.floor((starts.length - 1) / 2)] ?? first] : [];
  return [first, ...middle, ...(starts.length === 1 ? [] : [last])].map((at) => made.figures.bucket(unit, at));
};

export const overTimeMarkup = (
  made: Made,
  o: { readonly id: string; readonly caption: string; readonly rows: readonly Row[] },
): string => {
  const { report, words, figures } = made;
  const { axis } = report;
  const name = (start: number): string => figures.bucket(axis.unit, start);
  // Where no bar stands by itself, nothing is the highest.
  const high = (most: number): string =>
    most === 0 ? words.together : words.most({ most: figures.number(most), unit: axis.unit });
  const strip = ({ name: what, colour, sum, time }: Row): Strip => {
    const most = Math.max(0, ...time.counts.map((count) => count ?? 0));
    return {
      name: what,
      most: high(most),
      sum: figures.number(sum),
      colour,
      bars: axis.starts.map((start, at) => {
        const value = time.counts[at] ?? null;
        return { value, says: `${name(start)}: ${value === null ? words.few : figures.number(value)}` };
      }),
      says: `${o.caption}. ${words.total}: ${figures.number(sum)}; ${high(most)}. ${words.together}: ${figures.number(time.together)}.`,
    };
  };
  const value = (count: number | null): string | null => (count === null ? null : figures.number(count));
  return [
    stripsMarkup({ id: o.id, strips: o.rows.map(strip), ticks: ticksOf(axis, made) }),
    foldedTable(words.table, {
      caption: o.caption,
      columns: [{ what: words.units[axis.unit] }, ...o.rows.map((row) => ({ what: row.name, number: true }))],
      rows: [
        ...axis.starts.map((start, at) => [
          dated(start, made),
          ...o.rows.map(({ time }) => value(time.counts[at] ?? null)),
        ]),
        ...(o.rows.some(({ time }) => time.together > 0)
          ? [[words.together, ...o.rows.map(({ time }) => value(time.together === 0 ? null : time.together))]]
          : []),
      ],
      foot: [words.total, ...o.rows.map(({ sum }) => figures.number(sum))],
    }),
  ].join('');
};

/** In a table a day is exact. */
const dated = (start: number, { report: { axis }, figures }: Made): string =>
  axis.unit === 'month' ? figures.bucket('month', start) : new Date(start).toISOString().slice(0, 10);
