/**
 * People in a table, as a spreadsheet saves one: a row a person, the same entries as in YAML. Columns are known by their heading, in
 * any order; a cell that holds several things has a bar (|) between them.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { MOST_ERRORS, type Written } from './written.ts';

/** Headings of the columns, and whether a table can do without. */
const COLUMNS = {
  id: 'needed',
  name: 'needed',
  aliases: 'optional',
  kind: 'needed',
  groups: 'optional',
  country: 'needed',
  locale: 'needed',
  timeZone: 'optional',
  manager: 'needed',
  department: 'optional',
  deactivated: 'optional',
  email: 'optional',
  'employee-number': 'optional',
  'user-name': 'optional',
  slack: 'optional',
  teams: 'optional',
  oidc: 'optional',
} as const;

type Column = keyof typeof COLUMNS;

const isColumn = (heading: string): heading is Column => Object.hasOwn(COLUMNS, heading);

/** What spreadsheets put between cells; where a comma stands in numbers they take a semicolon. */
const BETWEEN = [',', ';', '\t'] as const;

/** Bytes; an entry with two hundred groups is smaller. */
const LONGEST_ROW = 64 * 1_024;

const several = (cell: string): readonly string[] =>
  cell
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Before and after the first `mark`; what has none is a first half without a second. */
const halves = (text: string, mark: string): readonly [string, string | undefined] => {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length).trim()];
};

/** Spreadsheets write these in capitals. */
const SAID: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['true', true],
  ['false', false],
]);

/** A cell as the same thing would stand in YAML. What is not understood is handed on, for the shape to refuse it with its place. */
const READ: { readonly [C in Column]: (cell: string) => unknown } = {
  id: (cell) => cell,
  name: (cell) => cell,
  aliases: several,
  kind: (cell) => cell,
  groups: several,
  country: (cell) => cell,
  locale: (cell) => cell,
  timeZone: (cell) => (cell === '' ? undefined : cell),
  manager: (cell) => (cell === '' ? null : cell),
  department: (cell) => (cell === '' ? undefined : cell),
  deactivated: (cell) => SAID.get(cell.toLowerCase()) ?? cell,
  email: (cell) => (cell === '' ? undefined : cell),
  'employee-number': (cell) => (cell === '' ? undefined : cell),
  'user-name': (cell) => (cell === '' ? undefined : cell),
  slack: (cell) =>
    several(cell).map((one) => {
      const [team, user] = halves(one, ':');
      return { team, user };
    }),
  teams: (cell) =>
    several(cell).map((one) => {
      const [tenant, user] = halves(one, ':');
      return { tenant, user };
    }),
  // An address has a colon in it.
  oidc: (cell) =>
    several(cell).map((one) => {
      const [issuer, subject] = halves(one, ' ');
      return { issuer, subject };
    }),
};

/** Where a column stands in an entry; all others are its own. */
const WITHIN: Partial<Record<Column, 'accounts' | 'identifiers'>> = {
  slack: 'accounts',
  teams: 'accounts',
  oidc: 'accounts',
  email: 'identifiers',
  'employee-number': 'identifiers',
  'user-name': 'identifiers',
};

/** How the cells of an account are written. Said where one is not. */
const FORMS: Partial<Record<Column, string>> = {
  slack: 'TEAM:USER',
  teams: 'TENANT:USER',
  oidc: 'ISSUER SUBJECT',
  deactivated: '"true", "false" or nothing',
};

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Every row that is not empty, with the line that it begins in. */
const rowsOf = (given: string): readonly Row[] => {
  // One end of a line, so that each is counted once.
  const text = given.replace(/\r\n?/g, '\n');
  const [heading = ''] = text.split('\n', 1);
  const counts = BETWEEN.map((mark) => [mark, heading.split(mark).length] as const);
  const [delimiter] = counts.reduce((most, each) => (each[1] > most[1] ? each : most));
  let before = 0;
  return parse(text, {
    bom: true,
    delimiter,
    trim: true,
    relax_column_count: true,
    max_record_size: LONGEST_ROW,
    info: true,
    on_record: (read) => {
      const { info, record } = read as unknown as {
        readonly info: { readonly lines: number };
        readonly record: readonly string[];
      };
      const row: Row = { line: before + 1, cells: record };
      before = info.lines;
      return row.cells.every((cell) => cell === '') ? null : (row as never);
    },
  }) as unknown as readonly Row[];
};

const headingFindings = (headings: readonly string[], line: number): readonly string[] => [
  ...headings.flatMap((heading, at) => {
    if (!isColumn(heading))
      return [
        `line ${line}: column ${at + 1} has the heading ${JSON.stringify(heading.slice(0, 80))}, and nothing unknown is passed over in silence. The headings are ${Object.keys(COLUMNS).join(', ')}.`,
      ];
    return headings.indexOf(heading) < at
      ? [`line ${line}: the heading ${heading} stands twice. Leave one of the columns out.`]
      : [];
  }),
  ...Object.entries(COLUMNS).flatMap(([column, need]) =>
    need === 'needed' && !headings.includes(column)
      ? [`line ${line}: there is no column ${column}. Add it, with its heading in the first row.`]
      : [],
  ),
];

const entryOf = (headings: readonly Column[], cells: readonly string[]): unknown => {
  const read = headings.map((heading, at) => [heading, READ[heading](cells[at] ?? '')] as const);
  const those = (within?: 'accounts' | 'identifiers') =>
    Object.fromEntries(read.filter(([heading]) => WITHIN[heading] === within));
  return { ...those(), accounts: those('accounts'), identifiers: those('identifiers') };
};

export const writtenInCsv = (text: string): Written => {
  let rows: readonly Row[];
  try {
    rows = rowsOf(text);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The library's own words quote the cell.
    const { code, lines } = error as CsvError & { readonly lines?: number };
    return {
      ok: false,
      findings: [
        `it is not a table of comma-separated values at line ${lines ?? '?'} (${code}). Mend it there: a cell with quotes in it stands in quotes itself, and each of its own is doubled.`,
      ],
    };
  }
  const [head, ...others] = rows;
  if (head === undefined) return { ok: false, findings: ['it is empty. Write the headings into the first row.'] };
  const headings = head.cells.filter(isColumn);
  const findings = headingFindings(head.cells, head.line);
  if (findings.length > 0 || headings.length < head.cells.length) return { ok: false, findings };
  const uneven = others.filter(({ cells }) => cells.length !== headings.length);
  if (uneven.length > 0)
    return {
      ok: false,
      findings: uneven
        .slice(0, MOST_ERRORS)
        .map(
          ({ line, cells }) =>
            `line ${line} has ${cells.length} cells under ${headings.length} headings, so each could be in another's place. Mend it there: a cell with a separator in it stands in quotes.`,
        ),
    };
  return {
    ok: true,
    value: { people: others.map(({ cells }) => entryOf(headings, cells)) },
    placeOf: ([, at, ...path]) => {
      const row = typeof at === 'number' ? others[at] : undefined;
      if (row === undefined) return 'the file';
      const column = String((path[0] === 'accounts' || path[0] === 'identifiers' ? path[1] : path[0]) ?? '');
      const form = isColumn(column) ? FORMS[column] : undefined;
      return `line ${row.line}, ${column || 'the row'}${form === undefined ? '' : ` (${form})`}`;
    },
  };
};
