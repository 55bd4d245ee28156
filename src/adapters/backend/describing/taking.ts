/**
 * What is taken out of a response: a field of a record by its name, or by a JSONPath (RFC 9535). Of JSONPath as much as takes time in
 * proportion to the response: no descent at any depth (`..`), no functions (two of them are regular expressions of somebody else's), one step
 * in each pair of brackets (`[*,*]` twenty times is a million of one), no path of its own within a filter that begins at the root.
 */
import { JSONPathEnvironment } from 'json-p3';

const MOST_CHARACTERS = 200;

const environment = new JSONPathEnvironment({ maxRecursionDepth: 1 });

/** What stands at a place: nothing, one value, or several. */
export type Take = (value: unknown) => readonly unknown[];

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own fields only: `constructor` is none. */
const byName =
  (name: string): Take =>
  (value) =>
    isRow(value) && Object.hasOwn(value, name) ? [value[name]] : [];

/** Text between quotes is no syntax. */
const syntaxOf = (path: string): string => path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '');

/** Why it is refused, as what completes "PLACE …"; null: it is one. */
export const faultOfPath = (path: string): string | null => {
  if (path.length > MOST_CHARACTERS) return `must be a path of at most ${MOST_CHARACTERS} characters`;
  const syntax = syntaxOf(path);
  if (syntax.includes('..')) return 'must not descend to any depth (..), which may take very long. Name each step';
  if (syntax.includes('(')) return 'must be a path without a function or a bracket';
  if (syntax.includes(',')) return 'must name one step in each pair of brackets';
  if (syntax.lastIndexOf('$') > 0) return 'must begin at the root ($) once, and nowhere else';
  if ((syntax.match(/\?/g) ?? []).length > 1) return 'must hold one filter (?) at most';
  try {
    environment.compile(path);
    return null;
  } catch {
    return 'must be a JSONPath (RFC 9535), like $.result.sys_id or $.emails[?@.primary==true].value';
  }
};

/** A plain name takes the field of that name. Throws where `faultOfPath` finds a fault. */
export const takeAt = (at: string): Take => {
  if (!at.startsWith('$')) return byName(at);
  const compiled = environment.compile(at);
  return (value) => {
    // Nothing but what JSON.parse made comes here, and a path cannot be asked of what is no value.
    if (value === undefined) return [];
    return compiled.query(value as Parameters<typeof compiled.query>[0]).values();
  };
};

/** What stands there where exactly one value does; undefined: none or several. */
export const takeOne = (take: Take, value: unknown): unknown => {
  const found = take(value);
  return found.length === 1 ? found[0] : undefined;
};
