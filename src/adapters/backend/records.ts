/** From a response's JSON to records of declared fields. Whatever the description does not name is not taken. */
import { z } from 'zod';
import type { BackendRecord, FieldValue } from '../../core/ports.ts';
import type { Described } from './description.ts';

const MOST_RECORDS = 1_000;
const MOST_CHARACTERS = 10_000;

const subject = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const text = z.string().max(MOST_CHARACTERS);
const number = z.number().finite();
const date = z.iso.date();
const currency = z.string().regex(/^[A-Z]{3}$/);

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (row: Row, name: string): unknown => (Object.hasOwn(row, name) ? row[name] : undefined);

/** Null where the response is not what the description says: then nothing of it is used. */
export const recordsOf = (described: Described, body: unknown): readonly BackendRecord[] | null => {
  if (!isRow(body)) return null;
  if (described.recordsField === null) {
    const record = recordOf(described, body);
    return record === null ? null : [record];
  }
  const rows = own(body, described.recordsField);
  if (!Array.isArray(rows) || rows.length > MOST_RECORDS) return null;
  const records: BackendRecord[] = [];
  for (const row of rows) {
    const record = isRow(row) ? recordOf(described, row) : null;
    if (record === null) return null;
    records.push(record);
  }
  return records;
};

const recordOf = (described: Described, row: Row): BackendRecord | null => {
  const named = subject.safeParse(own(row, described.subjectField));
  const fields: [string, FieldValue][] = [];
  for (const [name, type] of described.fields) {
    const value = fieldOf(type, own(row, name), row);
    if (value === null) return null;
    fields.push([name, value]);
  }
  return { subject: named.success ? named.data : null, fields: Object.fromEntries(fields) };
};

const fieldOf = (type: string, value: unknown, row: Row): FieldValue | null => {
  if (type === 'text') {
    const parsed = text.safeParse(value);
    return parsed.success ? { type: 'text', value: parsed.data } : null;
  }
  if (type === 'date') {
    const parsed = date.safeParse(value);
    return parsed.success ? { type: 'date', value: parsed.data } : null;
  }
  const parsed = number.safeParse(value);
  if (!parsed.success) return null;
  if (type === 'number') return { type: 'number', value: parsed.data };
  const code = currency.safeParse(own(row, type.slice('money:'.length)));
  return code.success ? { type: 'money', value: parsed.data, currency: code.data } : null;
};
