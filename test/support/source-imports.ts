import type { Token } from './source-tokens.ts';

export interface Import {
  /** Null: it is put together at run time, so nobody can tell what it is. */
  readonly target: string | null;
  readonly how: 'import' | 're-export' | 'dynamic import' | 'require';
  /** What is taken by name; null: everything. */
  readonly names: readonly string[] | null;
  readonly line: number;
}

/** Every import of a file: value, type-only, for its effect, dynamic, re-exported, required. */
export const importsOf = (tokens: readonly Token[]): readonly Import[] =>
  tokens.flatMap((token, i) => {
    if (token.kind !== 'word' || is(tokens[i - 1], '.') || is(tokens[i - 1], '?.')) return [];
    if (token.text === 'import') return imported(tokens, i);
    if (token.text === 'export') return exported(tokens, i);
    if (token.text === 'require') return required(tokens, i);
    // Both hand out a way to load things that no reader of the file sees.
    if (token.text === 'createRequire' && is(tokens[i + 1], '(')) return [unreadable(token, 'require')];
    return [];
  });

const is = (token: Token | undefined, text: string): boolean => token?.kind !== 'string' && token?.text === text;

const unreadable = ({ line }: Token, how: Import['how']): Import => ({ target: null, how, names: null, line });

/** The argument of a call that begins behind `i`. */
const argument = (tokens: readonly Token[], i: number, how: Import['how']): readonly Import[] => {
  const [given, after] = [tokens[i + 1], tokens[i + 2]];
  const token = tokens[i];
  if (token === undefined) return [];
  const readable = given?.kind === 'string' && !/[\\$]/.test(given.text) && (is(after, ')') || is(after, ','));
  return readable ? [{ target: given.text, how, names: null, line: token.line }] : [unreadable(token, how)];
};

const imported = (tokens: readonly Token[], i: number): readonly Import[] => {
  const next = tokens[i + 1];
  if (is(next, '(')) return argument(tokens, i + 1, 'dynamic import');
  if (is(next, '.'))
    return is(tokens[i + 2], 'resolve') && is(tokens[i + 3], '(') ? argument(tokens, i + 3, 'dynamic import') : [];
  // A key or a method of that name.
  if (is(next, ':') || is(next, ',') || is(next, '}')) return [];
  return statement(tokens, i, 'import');
};

const exported = (tokens: readonly Token[], i: number): readonly Import[] => {
  const next = is(tokens[i + 1], 'type') ? tokens[i + 2] : tokens[i + 1];
  if (!is(next, '*') && !is(next, '{')) return [];
  return statement(tokens, i, 're-export');
};

const required = (tokens: readonly Token[], i: number): readonly Import[] => {
  if (is(tokens[i + 1], '(')) return argument(tokens, i + 1, 'require');
  return is(tokens[i + 1], '.') && is(tokens[i + 2], 'resolve') && is(tokens[i + 3], '(')
    ? argument(tokens, i + 3, 'require')
    : [];
};

/** `… 'target'`, or `… from 'target'`; an `export { a }` without a target imports nothing. */
const statement = (tokens: readonly Token[], i: number, how: Import['how']): readonly Import[] => {
  const begin = tokens[i];
  const names: string[] = [];
  let braces = false;
  let all = false;
  for (let at = i + 1; begin !== undefined && at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || is(token, ';') || is(token, '=')) return [];
    if (token.kind === 'string' && (at === i + 1 || is(tokens[at - 1], 'from')))
      return [{ target: token.text, how, names: all ? null : names, line: begin.line }];
    if (is(token, '{')) braces = true;
    else if (is(token, '}')) {
      braces = false;
      if (!is(tokens[at + 1], 'from')) return [];
    } else if (is(token, '*')) all = true;
    else if (
      token.kind === 'word' &&
      braces &&
      !is(tokens[at - 1], 'as') &&
      !(token.text === 'type' && tokens[at + 1]?.kind === 'word')
    )
      if (token.text !== 'as') names.push(token.text);
    // A default import is everything that a CommonJS module has.
    if (token.kind === 'word' && !braces && at === i + 1 && token.text !== 'type') all = true;
    if (token.kind === 'word' && !braces && is(tokens[at - 1], 'type') && token.text !== 'from') all = true;
  }
  return [];
};
