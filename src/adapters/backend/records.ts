/** From a response's JSON to records of declared fields. Whatever the description does not name is not taken. */
import { z } from 'zod';
import type { BackendRecord, FieldValue } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import type { Described, DescribedField, DescribedHook } from './described.ts';
import { type Take, takeOne } from './describing/taking.ts';

const MOST_CHARACTERS = 10_000;

/** A directory id, a number of an employee, a mail address, a name to sign in by. */
const subject = z.string().regex(/^[A-Za-z0-9._@+-]{1,200}$/);
const text = z.string().max(MOST_CHARACTERS);
const number = z.number().finite();
const decimal = z.string().regex(/^-?[0-9]{1,15}(?:\.[0-9]{1,6})?$/);
const date = z.iso.date();
/** RFC 3339, or with a blank in place of the T as databases write it. */
const moment = z
  .string()
  .max(40)
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}/);
const currency = z.string().regex(/^[A-Z]{3}$/);
const code = z.union([z.string().max(64), z.int()]);

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

type Place = Pick<Described, 'records' | 'recordsMayLack' | 'one' | 'oneMayLack' | 'backend'>;

/** Null where nothing stands where the description says that it does, or too much. */
const rowsOf = (described: Place, body: unknown): readonly unknown[] | null => {
  if (!isRow(body) && !Array.isArray(body)) return null;
  if (described.records === null) {
    const there = described.one === null ? [body] : described.one(body);
    return there.length === 1 || (there.length === 0 && described.oneMayLack) ? there : null;
  }
  const found = described.records(body);
  if (found.length === 0 && described.recordsMayLack) return [];
  const [rows] = found;
  return found.length === 1 && Array.isArray(rows) && rows.length <= described.backend.limits.records ? rows : null;
};

/** A record, and which it is; null: it does not say. */
export interface Identified {
  readonly record: BackendRecord;
  readonly id: string | null;
}

const MOST_ID = 200;

const idOf = (take: Take, row: Row): string | null => {
  const value = takeOne(take, row);
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= MOST_ID ? text : null;
};

/** Null where the response is not what the description says: then nothing of it is used. */
export const identifiedOf = (
  described: Place & Pick<Described, 'subject' | 'fields' | 'pages'>,
  body: unknown,
): readonly Identified[] | null => {
  const rows = rowsOf(described, body);
  if (rows === null) return null;
  const which = described.pages?.id ?? null;
  const all: Identified[] = [];
  for (const row of rows) {
    const record = isRow(row) ? recordOf(described, row) : null;
    if (record === null || !isRow(row)) return null;
    const id = which === null ? null : idOf(which, row);
    if (which !== null && id === null) return null;
    all.push({ record, id });
  }
  return all;
};

/** The same without which they are. */
export const recordsOf = (...o: Parameters<typeof identifiedOf>): readonly BackendRecord[] | null =>
  identifiedOf(...o)?.map(({ record }) => record) ?? null;

/** One record; null where a declared field is missing, or is not of its type. */
export const recordOf = (
  { subject: named, fields: declared }: Pick<DescribedHook, 'subject' | 'fields'>,
  row: Row,
): BackendRecord | null => {
  const whom = safely(subject, asText(takeOne(named, row)));
  const fields: [string, FieldValue][] = [];
  for (const [name, field] of declared) {
    const value = fieldOf(field, row);
    if (value === null) return null;
    fields.push([name, value]);
  }
  return { subject: whom.success ? whom.data : null, fields: Object.fromEntries(fields) };
};

/** Systems number people as well. */
const asText = (value: unknown): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : value;

const fieldOf = (field: DescribedField, row: Row): FieldValue | null => {
  const found = field.take(row);
  const [value] = found;
  // Some systems write what is not there as an empty text.
  const empty = value === null || value === undefined || (value === '' && field.optional);
  if (found.length === 0 || (found.length === 1 && empty)) return field.optional ? { type: 'none' } : null;
  // Nothing that is declared is an object; and a bound on a length would ask one that has a length of its own to be a number, and throw.
  return found.length === 1 && typeof value !== 'object' ? readValue(field, value, row) : null;
};

const readValue = (field: DescribedField, value: unknown, row: Row): FieldValue | null => {
  switch (field.type) {
    case 'text': {
      const parsed = safely(text, value);
      return parsed.success ? { type: 'text', value: parsed.data } : null;
    }
    case 'date': {
      const parsed = safely(date, value);
      return parsed.success ? { type: 'date', value: parsed.data } : null;
    }
    case 'moment': {
      const parsed = safely(moment, value);
      const day = parsed.success ? safely(date, parsed.data.slice(0, 10)) : null;
      return day?.success === true ? { type: 'date', value: day.data } : null;
    }
    case 'choice': {
      const parsed = safely(code, value);
      const words = parsed.success ? field.values.get(String(parsed.data)) : undefined;
      return words === undefined ? null : { type: 'choice', words };
    }
    case 'decimal': {
      const parsed = safely(decimal, value);
      return parsed.success ? { type: 'number', value: Number(parsed.data) } : null;
    }
    case 'number': {
      const parsed = safely(number, value);
      return parsed.success ? { type: 'number', value: parsed.data } : null;
    }
    case 'money':
      return moneyOf(field.currency, value, row);
    default:
      return null;
  }
};

const moneyOf = (at: Take | null, value: unknown, row: Row): FieldValue | null => {
  const amount = safely(number, typeof value === 'string' && safely(decimal, value).success ? Number(value) : value);
  const named = safely(currency, at === null ? undefined : takeOne(at, row));
  return amount.success && named.success ? { type: 'money', value: amount.data, currency: named.data } : null;
};
