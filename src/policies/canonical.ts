import { createHash } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal things are written alike. For plain data only. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, it]) => it !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, it]) => `${JSON.stringify(key)}:${canonicalJson(it)}`).join(',')}}`;
};

/** SHA-256 in hex, of plain data however its keys are ordered. */
export const wholeHash = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

/** The first 16 hex digits of SHA-256: enough to tell sets of rules apart, short enough to read out. */
export const shortHash = (value: unknown): string => wholeHash(value).slice(0, 16);
