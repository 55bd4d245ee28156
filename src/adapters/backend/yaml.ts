/** Reads one description file and says where in it something stands, so that whoever wrote it can mend it. */
import { readFileSync, statSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** A description of a few hundred operations stays far below this. */
const MOST_BYTES = 256 * 1024;

export type Shaped<T> =
  | { readonly ok: true; readonly value: T; readonly place: (path: readonly PropertyKey[]) => string }
  | { readonly ok: false; readonly findings: readonly string[] };

const described = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; correct the spelling or remove it`;
    case 'invalid_type':
      return issue.message.endsWith('undefined')
        ? `missing; add it, as ${issue.expected}`
        : `must be ${issue.expected}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
};

/**
 * YAML 1.2, core schema, unique keys, no aliases (a few lines of them can swell to gigabytes). Every finding is
 * returned, each with file, line and key; no finding repeats a value.
 */
export const readShaped = <T>(path: string, shape: z.ZodType<T>): Shaped<T> => {
  const refused = (...what: readonly string[]): Shaped<T> => ({
    ok: false,
    findings: what.map((it) => `${path}${it}`),
  });
  let text: string;
  try {
    if (statSync(path).size > MOST_BYTES) return refused(`: larger than ${MOST_BYTES} bytes; split it.`);
    text = readFileSync(path, 'utf8');
  } catch {
    return refused(': cannot be read; check that it is a file and that this account may read it.');
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: true, lineCounter: lines });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    return refused(
      ...problems.map(({ pos, code }) => `, line ${lines.linePos(pos[0]).line}: not YAML that can be read (${code}).`),
    );
  }
  const place = (keys: readonly PropertyKey[]): string => {
    // What is missing has no line of its own: the nearest thing around it that exists is named.
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const node = document.getIn(keys.slice(0, depth), true);
      const start =
        typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
          ? node.range[0]
          : null;
      if (typeof start === 'number') return `${path}, line ${lines.linePos(start).line}, ${keys.join(' > ')}`;
    }
    return keys.length === 0 ? path : `${path}, ${keys.join(' > ')}`;
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return refused(': uses an alias (*name); write the value out.');
  }
  const parsed = shape.safeParse(value);
  return parsed.success
    ? { ok: true, value: parsed.data, place }
    : { ok: false, findings: parsed.error.issues.map((issue) => `${place(issue.path)}: ${described(issue)}.`) };
};
