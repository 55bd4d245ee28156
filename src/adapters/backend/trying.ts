/**
 * Holds a response against its description, for whoever writes one: what comes out, and where it does not fit. Nothing of a value is said,
 * only where it stands and of what kind it is.
 */
import type { BackendRecord } from '../../core/ports.ts';
import type { Described, DescribedField } from './described.ts';
import { recordOf, recordsOf } from './records.ts';

export interface Misfit {
  /** Within the operation. */
  readonly path: readonly string[];
  /** Completes "PLACE …", a whole sentence with its mend. */
  readonly what: string;
}

export interface Tried {
  /** Null: it does not fit, and nothing of it would be used. */
  readonly records: readonly BackendRecord[] | null;
  readonly misfits: readonly Misfit[];
}

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'an object';
  }
};

const MOST_NAMES = 12;

/** Of its fields, where they may be said: names, as far as they are names and no data. */
const namesIn = (value: unknown, names: boolean): string => {
  if (!names || !isRow(value)) return '';
  const found = Object.keys(value).filter((name) => /^[A-Za-z_][A-Za-z0-9_]{0,40}$/.test(name));
  return found.length === 0 ? '' : ` What there is: ${found.slice(0, MOST_NAMES).join(', ')}.`;
};

const rowsOf = (
  described: Described,
  body: unknown,
  names: boolean,
): { readonly rows: readonly unknown[] } | { readonly misfit: Misfit } => {
  const misfit = (path: readonly string[], what: string) => ({ misfit: { path, what } });
  if (!isRow(body) && !Array.isArray(body))
    return misfit([], `is answered with ${kindOf(body)}, and neither with an object nor with a list.`);
  const take = described.records ?? described.one;
  if (take === null)
    return isRow(body)
      ? { rows: [body] }
      : misfit([], 'is answered with a list. Say where it stands: records: $, or one.');
  const place = described.records === null ? 'one' : 'records';
  const found = take(body);
  const [first] = found;
  if (found.length === 0)
    return misfit([place], `finds nothing in the response. Mend the path.${namesIn(body, names)}`);
  if (found.length > 1)
    return misfit([place], `finds ${found.length} things in the response, and must find the one. Mend the path.`);
  if (place === 'one')
    return isRow(first)
      ? { rows: [first] }
      : misfit([place], `leads to ${kindOf(first)}, and must lead to an object. Mend the path.`);
  if (!Array.isArray(first))
    return misfit([place], `leads to ${kindOf(first)}, and must lead to a list. Mend the path.`);
  const { records: most } = described.backend.limits;
  return first.length > most
    ? misfit(
        [place],
        `leads to ${first.length} records, and no more than ${most} are used. Ask for fewer (query), or raise limits.records.`,
      )
    : { rows: first };
};

const NUMERIC = /^-?[0-9]{1,15}(?:\.[0-9]{1,6})?$/;
const TIMED = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:/;

/** What else it could be described as; empty: nothing that is known here. */
const mendFor = (value: unknown): string => {
  if (typeof value === 'number') return ' Say type: number.';
  if (typeof value !== 'string')
    return isRow(value) || Array.isArray(value) ? ' Say where in it the value stands (from).' : '';
  if (TIMED.test(value)) return ' Say type: moment.';
  return NUMERIC.test(value) ? ' Say type: decimal, or text.' : ' Say type: text.';
};

const whyNot = (field: DescribedField, row: Row, names: boolean): string => {
  const found = field.take(row);
  const [value] = found;
  if (found.length === 0)
    return `is not in the response. Mend from, or say optional: true where it may be missing.${namesIn(row, names)}`;
  if (found.length > 1) return `stands in the response ${found.length} times, and must stand there once. Mend from.`;
  if (value === null || value === undefined) return 'is null in the response. Say optional: true where it may be.';
  if (field.type === 'choice' && (typeof value === 'string' || Number.isSafeInteger(value)))
    return 'has a code in the response that values does not name. Name every code.';
  if (field.type === 'text' && typeof value === 'string')
    return 'is longer in the response than any text that is taken.';
  if (field.type === 'money' && (typeof value === 'number' || (typeof value === 'string' && NUMERIC.test(value))))
    return 'has no currency of three letters (ISO 4217) where its type, or currency, says that it stands. Mend that.';
  const kind = field.type === 'date' && typeof value === 'string' ? 'text that is no date (YYYY-MM-DD)' : kindOf(value);
  return `is ${kind} in the response, and not ${field.type}.${mendFor(value)}`;
};

const NOTHING: ReadonlyMap<string, DescribedField> = new Map();

const ofRows = (described: Described, rows: readonly unknown[], names: boolean): readonly Misfit[] => {
  const { subject } = described;
  const found = new Map<string, Misfit>();
  const add = (path: readonly string[], what: () => string): void => {
    const key = path.join('.');
    if (!found.has(key)) found.set(key, { path, what: what() });
  };
  for (const row of rows) {
    if (!isRow(row)) {
      add(['records'], () => `holds ${kindOf(row)}, and must hold objects alone. Mend the path.`);
      continue;
    }
    if (recordOf({ subject, fields: NOTHING }, row)?.subject === null)
      add(
        ['subject'],
        () =>
          `is not readable in the response: the whole answer would be refused. Name the field that says whom it is about.${namesIn(row, names)}`,
      );
    for (const [name, field] of described.fields)
      if (recordOf({ subject, fields: new Map([[name, field]]) }, row) === null)
        add(['fields', name], () => whyNot(field, row, names));
  }
  return [...found.values()];
};

/** Records about several people, of a list that is about one. */
const ofSubjects = (
  { list, bySubject, aboutAnybody }: Described,
  records: readonly BackendRecord[] | null,
): readonly Misfit[] =>
  list && bySubject && aboutAnybody !== true && new Set(records?.map(({ subject }) => subject)).size > 1
    ? [
        {
          path: ['subject'],
          what: 'names several people in the response, and only what is about whoever is asked about would be told. Mend what it is asked with, or say recordsAbout: anybody where that is meant.',
        },
      ]
    : [];

/** As `filling.ts` has it, what is put into a later call. */
const RESULT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

const ofResults = ({ write }: Described, body: unknown): readonly Misfit[] =>
  [...(write?.result ?? [])].flatMap(([name, take]): readonly Misfit[] => {
    const found = take(body);
    const [value] = found;
    const fits =
      found.length === 1 && (typeof value === 'string' || typeof value === 'number') && RESULT.test(String(value));
    return fits
      ? []
      : [
          {
            path: ['write', 'result', name],
            what: 'is not one plain value in the response, so it could not be taken back. Mend the path.',
          },
        ];
  });

/** `names`: whether names of the response's fields may be said too; of a live one they may not, for some systems have data in their names. */
export const tryResponse = (o: {
  readonly described: Described;
  readonly body: unknown;
  readonly names: boolean;
}): Tried => {
  const { described, body, names } = o;
  const records = recordsOf(described, body);
  const results = ofResults(described, body);
  // Nothing at all may be right where the description says so.
  if (records !== null && records.length === 0) return { records, misfits: results };
  const read = rowsOf(described, body, names);
  const misfits =
    'misfit' in read ? [read.misfit] : [...ofRows(described, read.rows, names), ...ofSubjects(described, records)];
  return { records, misfits: [...misfits, ...results] };
};
