/** Tables: what every chart shows, to the last number, and what no chart could. */
import { escaped } from '../bounded/html.ts';

/** Text of a cell; null: nothing that may be shown, or nothing at all. */
export type Value = string | null;

export interface Column {
  readonly what: string;
  readonly number?: boolean;
  /** Its words may break anywhere. */
  readonly free?: boolean;
}

export interface Table {
  readonly caption: string;
  /** The first is the rows' own names. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
  readonly foot?: readonly Value[];
  /**
   * `wide`: the rows' own names are sentences. `lines`: each row is something that happened; on a phone its cells stand below each other, with their columns' names.
   */
  readonly as?: 'wide' | 'lines';
  /** Nothing above it says what it is. */
  readonly alone?: boolean;
}

/** Names of the log may be written in any direction, and must not turn what stands beside them. */
export const isolated = (text: string): string => `<bdi>${escaped(text)}</bdi>`;

const NONE = '–';

const classOf = (...names: readonly (string | false | undefined)[]): string => {
  const all = names.filter((name) => typeof name === 'string');
  return all.length === 0 ? '' : ` class="${all.join(' ')}"`;
};

const cell = (value: Value, column: Column | undefined, first: boolean, table: Table): string => {
  const classes = classOf(
    column?.number === true && 'number',
    column?.free === true && 'free',
    value === null && 'none',
  );
  const text = value === null ? NONE : isolated(value);
  // What is shown as a block is a table for a reader only where that is said.
  const lines = table.as === 'lines';
  const said = lines ? ` role="${first ? 'rowheader' : 'cell'}" data-what="${escaped(column?.what ?? '')}"` : '';
  return first ? `<th scope="row"${said}${classes}>${text}</th>` : `<td${said}${classes}>${text}</td>`;
};

const row = (values: readonly Value[], table: Table): string =>
  `<tr${table.as === 'lines' ? ' role="row"' : ''}>${values.map((value, at) => cell(value, table.columns[at], at === 0, table)).join('')}</tr>`;

const role = (table: Table, name: string): string => (table.as === 'lines' ? ` role="${name}"` : '');

/** Scrolls by itself where it is too wide, and by the keyboard. */
export const tableMarkup = (table: Table): string => {
  const { caption, columns, rows, foot, as, alone } = table;
  return [
    `<div class="scroll" role="group" tabindex="0" aria-label="${escaped(caption)}">`,
    `<table${role(table, 'table')}${classOf(as)}><caption>${alone === true ? escaped(caption) : `<span class="unseen">${escaped(caption)}</span>`}</caption>`,
    `<thead${role(table, 'rowgroup')}><tr${role(table, 'row')}>`,
    ...columns.map(
      ({ what, number }) =>
        `<th scope="col"${role(table, 'columnheader')}${classOf(number === true && 'number')}>${escaped(what)}</th>`,
    ),
    `</tr></thead><tbody${role(table, 'rowgroup')}>`,
    ...rows.map((values) => row(values, table)),
    '</tbody>',
    foot === undefined ? '' : `<tfoot>${row(foot, table)}</tfoot>`,
    '</table></div>',
  ].join('');
};

/** Folded away until somebody wants it; open in print. */
export const foldedTable = (label: string, table: Table): string =>
  `<details><summary>${escaped(label)}: ${escaped(table.caption)}</summary>${tableMarkup(table)}</details>`;
