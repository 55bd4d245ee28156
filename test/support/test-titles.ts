import { type Token, tokensOf } from './source-tokens.ts';

/** What the source of a test file calls its tests (`it`, also with `each`): not what it skips, and not what it calls groups of them. */
export const titlesIn = (source: string): readonly string[] => {
  const tokens = tokensOf(source);
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'string' || !is(tokens[at - 1], '(')) return [];
    const before = at - 2;
    const from = is(tokens[before], ')') ? beforeEach(tokens, before) : before;
    return from !== null && isIt(tokens, from) ? [token.text] : [];
  });
};

const is = (token: Token | undefined, text: string): boolean => token?.kind !== 'string' && token?.text === text;

/** Not the `it` of something else, as in `a.it(`. */
const isIt = (tokens: readonly Token[], at: number): boolean => is(tokens[at], 'it') && !is(tokens[at - 1], '.');

/** Where the `it` of `it.each(…)` or `it.each<…>(…)` stands, of which `end` closes the table; null: it is another call. */
const beforeEach = (tokens: readonly Token[], end: number): number | null => {
  let open = 0;
  for (let at = end; at >= 0; at--) {
    if (is(tokens[at], ')')) open += 1;
    if (is(tokens[at], '(')) open -= 1;
    if (open > 0) continue;
    for (let back = at - 1; back >= 0 && at - back < MOST_BACK; back--)
      if (is(tokens[back], 'each') && is(tokens[back - 1], '.')) return back - 2;
    return null;
  }
  return null;
};

/** Tokens of a table's type. */
const MOST_BACK = 40;
