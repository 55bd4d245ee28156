/** What stands in a report that was proved: JSON, of a depth that was looked at before it is parsed, and of it the declared fields alone. */
import type { BackendRecord } from '../../../core/ports.ts';
import { parsedJson } from '../../bounded/body.ts';
import { isFields } from '../../bounded/fields.ts';
import type { DescribedHook } from '../described.ts';
import { takeOne } from '../describing/taking.ts';
import { recordOf } from '../records.ts';
import type { HookFault } from './types.ts';

export type ReadReport =
  | { readonly ok: true; readonly record: BackendRecord & { readonly subject: string }; readonly id: string | null }
  | { readonly ok: false; readonly fault: HookFault };

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json(?:\s*;|$)/i;

const MOST_ID = 200;

/** `id`: as the body calls it, where the description says where; null: it does not say. */
export const readReport = (
  hook: Pick<DescribedHook, 'id' | 'subject' | 'fields'> & {
    readonly backend: { readonly limits: { readonly depth: number } };
  },
  o: { readonly type: string | undefined; readonly encoding?: string | undefined; readonly body: Buffer },
): ReadReport => {
  // Nothing is unpacked: what is small and proved may be large then.
  if (!/^(?:identity)?$/i.test(o.encoding ?? '')) return { ok: false, fault: 'body-type' };
  if (!JSON_TYPE.test(o.type ?? '')) return { ok: false, fault: 'body-type' };
  const text = utf8(o.body);
  if (text === null) return { ok: false, fault: 'body-malformed' };
  if (isDeep(text, hook.backend.limits.depth)) return { ok: false, fault: 'body-deep' };
  const row = parsedJson(text);
  if (!isFields(row)) return { ok: false, fault: 'body-malformed' };
  const record = recordOf(hook, row);
  if (record === null || record.subject === null) return { ok: false, fault: 'fields' };
  const id = hook.id === null ? null : idOf(takeOne(hook.id, row));
  if (hook.id !== null && id === null) return { ok: false, fault: 'fields' };
  return { ok: true, record: { subject: record.subject, fields: record.fields }, id };
};

const utf8 = (bytes: Buffer): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

const idOf = (value: unknown): string | null => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= MOST_ID && text.isWellFormed() ? text : null;
};

/** Brackets inside strings count too: that errs on the safe side. */
const isDeep = (text: string, most: number): boolean => {
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > most) return true;
  }
  return false;
};
