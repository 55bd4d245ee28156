/** Charts, drawn as SVG without a word in them, so that they may be as wide as the page: words stand beside them as text. */
import { escaped } from '../bounded/html.ts';
import { isolated } from './table.ts';

/** Numbers of ids and coordinates, short. */
const at = (value: number): string => String(Math.round(value * 100) / 100);

export interface Strip {
  readonly name: string;
  /** How high the highest bar is. */
  readonly most: string;
  readonly sum: string;
  /** Class of its colour. */
  readonly colour: string;
  /** One for each bar: how high, and what it says; null: a mark stands in its place. */
  readonly bars: readonly { readonly value: number | null; readonly says: string }[];
  /** What somebody hears who does not see it. */
  readonly says: string;
}

/** Units of a bar's place and of the height. */
const STEP = 10;
const HEIGHT = 60;
const MARK = 2;
/** A bar that is there can be seen. */
const LEAST = 2;

const bar = ({ value, says }: Strip['bars'][number], index: number, most: number, colour: string): string => {
  const x = index * STEP;
  const high = value === null ? MARK : value === 0 ? 0 : Math.max(LEAST, (value / most) * HEIGHT);
  const mark = `<rect class="${value === null ? 'few' : colour}" x="${at(x + 1)}" y="${at(HEIGHT - high)}" width="${STEP - 2}" height="${at(high)}"/>`;
  return `<g><title>${escaped(says)}</title><rect class="hit" x="${x}" y="0" width="${STEP}" height="${HEIGHT}"/>${high === 0 ? '' : mark}</g>`;
};

/** Rows of bars above each other over the same times. `id`: of this chart, unique on the page. `ticks`: of the first, the middle and the last bar. */
export const stripsMarkup = (o: {
  readonly id: string;
  readonly strips: readonly Strip[];
  readonly ticks: readonly string[];
}): string =>
  [
    '<figure>',
    ...o.strips.map((strip, number) => {
      const id = `${o.id}-${number}`;
      const most = Math.max(1, ...strip.bars.map(({ value }) => value ?? 0));
      return [
        `<div class="strip"><span class="name">${escaped(strip.name)} <small>${escaped(strip.most)}</small></span><span class="sum">${escaped(strip.sum)}</span>`,
        `<svg role="img" aria-labelledby="${id}-t ${id}-d" viewBox="0 0 ${strip.bars.length * STEP} ${HEIGHT}" preserveAspectRatio="none">`,
        `<title id="${id}-t">${escaped(strip.name)}</title><desc id="${id}-d">${escaped(strip.says)}</desc>`,
        ...strip.bars.map((one, index) => bar(one, index, most, strip.colour)),
        '</svg></div>',
      ].join('');
    }),
    `<div class="ticks" aria-hidden="true">${o.ticks.map((tick) => `<span>${escaped(tick)}</span>`).join('')}</div>`,
    '</figure>',
  ].join('');

export interface BarRow {
  readonly name: string;
  readonly sum: string;
  /** Beside each other, in the order of the legend. */
  readonly parts: readonly { readonly value: number; readonly colour: string; readonly says: string }[];
  readonly says: string;
}

const WIDTH = 1_000;
/** Between two parts. */
const GAP = 3;

const parts = (row: BarRow, most: number): string => {
  let x = 0;
  return row.parts
    .map(({ value, colour, says }) => {
      const wide = Math.max(4, (value / most) * WIDTH - GAP);
      const rect = `<rect class="${colour}" x="${at(x)}" y="0" width="${at(wide)}" height="10"><title>${escaped(says)}</title></rect>`;
      x += wide + GAP;
      return rect;
    })
    .join('');
};

/** One bar a name, all on one scale. */
export const barsMarkup = (o: { readonly id: string; readonly rows: readonly BarRow[] }): string => {
  const sumOf = (row: BarRow): number => row.parts.reduce((sum, { value }) => sum + value, 0);
  const most = Math.max(1, ...o.rows.map(sumOf));
  return [
    '<figure><ul class="rows">',
    ...o.rows.map((row, number) => {
      const id = `${o.id}-${number}`;
      return [
        `<li><span>${isolated(row.name)}</span>`,
        // Room for the gaps, and for parts that are as wide as can be seen at least.
        `<svg role="img" aria-labelledby="${id}-t ${id}-d" viewBox="0 0 ${WIDTH + 10 * (GAP + 4)} 10" preserveAspectRatio="none">`,
        `<title id="${id}-t">${escaped(row.name)}</title><desc id="${id}-d">${escaped(row.says)}</desc>`,
        parts(row, most),
        `</svg><span class="sum">${escaped(row.sum)}</span></li>`,
      ].join('');
    }),
    '</ul></figure>',
  ].join('');
};

export const legendMarkup = (names: readonly { readonly name: string; readonly colour: string }[]): string =>
  `<ul class="legend">${names
    .map(
      ({ name, colour }) =>
        `<li><svg aria-hidden="true" viewBox="0 0 10 10"><rect class="${colour}" width="10" height="10"/></svg>${escaped(name)}</li>`,
    )
    .join('')}</ul>`;
