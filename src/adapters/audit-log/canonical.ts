import { SottoError } from '../../core/errors.ts';

/** Deep enough for every entry, and an end for whatever is not one. */
const MAX_DEPTH = 6;

/** Anything but what spells itself: controls, the quote, the backslash, halves of pairs. */
const SPECIAL = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/**
 * Canonical JSON, so that one entry has exactly one spelling and hence one hash: keys sorted by UTF-16 code unit, no
 * white space, UTF-8. Numbers are safe integers, because fractions and exponents have more than one spelling elsewhere.
 * Refuses (code `audit-unavailable`) lone surrogates, other numbers, `undefined` and everything that JSON does not know.
 */
export const canonicalJson = (value: unknown): string => spell(value, 0);

const spell = (value: unknown, depth: number): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw unspeakable('a number that is not a whole one');
    return String(value);
  }
  if (typeof value !== 'object') throw unspeakable(`a value of type ${typeof value}`);
  if (depth === MAX_DEPTH) throw unspeakable('values nested too deeply');
  if (Array.isArray(value)) return `[${value.map((item) => spell(item, depth + 1)).join(',')}]`;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw unspeakable('an object that is not plain');
  const fields = value as Readonly<Record<string, unknown>>;
  let spelt = '';
  for (const key of Object.keys(fields).sort())
    spelt += `${spelt === '' ? '' : ','}${text(key)}:${spell(fields[key], depth + 1)}`;
  return `{${spelt}}`;
};

/** Most strings are ids, which spell themselves; the rest goes the long way. */
const text = (value: string): string => {
  if (!SPECIAL.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw unspeakable('a lone surrogate');
  return JSON.stringify(value);
};

const unspeakable = (what: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `An audit entry holds ${what}, which has no canonical spelling, so it is not recorded and what it is about does not happen. This is a fault in the program: please report it.`,
  );
