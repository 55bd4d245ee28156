/** Reads an OpenAPI document (3.0 and 3.1, YAML or JSON), which comes from anywhere: bounded, and nothing of it is believed. */
import { parseDocument } from 'yaml';
import { parsedJson } from '../../bounded/body.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Characters. The largest that are published hold some ten million; nobody answers people's questions from all of one. */
export const MOST_CHARACTERS = 4 * 1024 * 1024;
const MOST_DEPTH = 60;
const MOST_VALUES = 500_000;
/** A reference to a reference, and so on. */
const MOST_REFERENCES = 16;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own fields only: `constructor` is none. */
export const at = (value: unknown, name: string): unknown =>
  isRow(value) && Object.hasOwn(value, name) ? value[name] : undefined;

export const listAt = (value: unknown, name: string): readonly unknown[] => {
  const found = at(value, name);
  return Array.isArray(found) ? found : [];
};

export const entriesAt = (value: unknown, name: string): readonly (readonly [string, unknown])[] => {
  const found = at(value, name);
  return isRow(found) ? Object.entries(found) : [];
};

export const textAt = (value: unknown, name: string): string | null => {
  const found = at(value, name);
  return typeof found === 'string' ? found : null;
};

/** Without recursion, for that is what a hostile one would exhaust. */
const isBounded = (value: unknown): boolean => {
  const rest: [unknown, number][] = [[value, 0]];
  let seen = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [one, depth] = next;
    seen += 1;
    if (depth > MOST_DEPTH || seen > MOST_VALUES) return false;
    if (typeof one !== 'object' || one === null) continue;
    for (const each of Object.values(one)) rest.push([each, depth + 1]);
  }
  return true;
};

const parsed = (text: string): { readonly value: unknown } | { readonly why: string } => {
  if (/^\s*\{/.test(text)) {
    const value = parsedJson(text);
    return value === undefined ? { why: 'is not JSON' } : { value };
  }
  try {
    const document = parseDocument(text, { uniqueKeys: true, merge: false, schema: 'core' });
    const [error] = document.errors;
    if (error !== undefined) return { why: `is not YAML (line ${error.linePos?.[0].line ?? 1})` };
    return { value: document.toJS({ maxAliasCount: 0 }) };
  } catch {
    return { why: 'is nested too deep, or uses an alias (*name)' };
  }
};

/** `why` completes "The document …". */
export const readOpenApi = (
  text: string,
): { readonly ok: true; readonly document: Row } | { readonly ok: false; readonly why: string } => {
  if (text.length > MOST_CHARACTERS)
    return { ok: false, why: `is longer than ${MOST_CHARACTERS} characters. Cut it down to what people should ask` };
  const read = parsed(text);
  if ('why' in read) return { ok: false, why: read.why };
  const { value } = read;
  if (!isRow(value)) return { ok: false, why: 'is not an OpenAPI document' };
  if (!isBounded(value)) return { ok: false, why: `is nested deeper than ${MOST_DEPTH}, or holds too much` };
  const version = textAt(value, 'openapi') ?? '';
  if (!/^3\.[01](?:\.|$)/.test(version))
    return {
      ok: false,
      why: `does not say openapi: 3.0 or 3.1${at(value, 'swagger') === undefined ? '' : ', but swagger. Convert it first'}`,
    };
  return { ok: true, document: value };
};

/**
 * What a value stands for, its references followed within the document (RFC 6901). Null: it leads elsewhere, nowhere, or round in a
 * circle. Nothing is fetched.
 */
export const resolved = (document: Row, value: unknown): Row | null => {
  let found: unknown = value;
  for (let times = 0; times <= MOST_REFERENCES; times++) {
    const reference = at(found, '$ref');
    if (reference === undefined) return isRow(found) ? found : null;
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return null;
    found = document;
    for (const part of reference.slice(2).split('/').slice(0, MOST_DEPTH)) {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      found = Array.isArray(found) && /^(?:0|[1-9][0-9]{0,5})$/.test(name) ? found[Number(name)] : at(found, name);
    }
  }
  return null;
};
