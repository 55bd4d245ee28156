import type { Finding } from './layers.ts';
import type { Token } from './source-tokens.ts';

type Mention = Omit<Finding, 'file'>;

/** Names by which a file reaches for the world without an import. */
const WORLD = new Map(
  Object.entries({
    setTimeout: 'Clock.sleep',
    setInterval: 'Clock.sleep',
    setImmediate: 'Clock.sleep',
    performance: 'Clock.now',
    Temporal: 'Clock.now',
    fetch: 'a port',
    WebSocket: 'a port',
    process: 'what src/main.ts passes in',
    console: 'Log',
    crypto: 'Random, or hash of node:crypto',
    globalThis: 'a port',
    global: 'a port',
    navigator: 'a port',
    eval: 'code that is written out',
    Function: 'a type of its own',
  }),
);

/** Who may call the backend: what authorises before and after, and the admin's trial of a description, which shows no value to anybody. */
const FETCH = ['src/core/authorised/guard.ts', 'src/core/authorised/reading.ts', 'src/cli/check-live.ts'];

/** Makes of a backend's writing what only `writeAuthorised` hands out. */
const WRITE = 'src/core/authorised/guard.ts';

/** What this file mentions and must not. */
export const mentionsOf = (o: { readonly path: string; readonly tokens: readonly Token[] }): readonly Mention[] => [
  ...(o.path === 'src/config.ts' ? [] : environment(o.tokens)),
  ...(FETCH.includes(o.path) ? [] : fetching(o)),
  ...(o.path === WRITE ? [] : writing(o.tokens)),
  ...(o.path.startsWith('src/core/') ? [...world(o.tokens), ...clockAndChance(o.tokens)] : []),
];

const WHY_PURE =
  'the core has no clock, chance, network or environment of its own, so that every run can be repeated in a test.';

const at = (tokens: readonly Token[], i: number, ...texts: readonly (string | readonly string[])[]): boolean =>
  texts.every((text, j) => {
    const token = tokens[i + j];
    return token !== undefined && [text].flat().includes(token.text);
  });

const DOT = ['.', '?.'] as const;

const environment = (tokens: readonly Token[]): readonly Mention[] =>
  tokens.flatMap(({ text, line }, i) => {
    const read = at(tokens, i, 'process', DOT, 'env') || at(tokens, i, 'process', ['[', '?.'], ['env', '[']);
    const taken = at(tokens, i, '=', 'process') && !at(tokens, i + 2, [...DOT, '[']);
    const imported = at(tokens, i, 'from', ['node:process', 'process']);
    const called = text === '(' && at(tokens, i, '(', ['node:process', 'process'], ')');
    if (!read && !taken && !imported && !called) return [];
    const why = 'settings are read in one place, where each is checked and a missing one is named.';
    return [{ line, target: 'process.env', why, how: 'read it in src/config.ts and pass the value on.' }];
  });

const fetching = ({
  path,
  tokens,
}: {
  readonly path: string;
  readonly tokens: readonly Token[];
}): readonly Mention[] => {
  const inCore = path.startsWith('src/core/');
  return tokens.flatMap(({ line }, i) => {
    const named = at(tokens, i, ['backend', 'Backend'], DOT, 'fetch') || at(tokens, i, 'backend', '[', 'fetch');
    const anyOf = inCore && (at(tokens, i, DOT, 'fetch') || at(tokens, i, '[', 'fetch', ']'));
    if (inCore ? !anyOf : !named) return [];
    const why = 'data is authorised before and after it is fetched, and only core/data.ts does both.';
    return [{ line, target: 'backend.fetch', why, how: 'call what src/core/data.ts exports.' }];
  });
};

/** Only what `writeAuthorised` gives writes, and that is no backend. */
const writing = (tokens: readonly Token[]): readonly Mention[] =>
  tokens.flatMap(({ line }, i) => {
    if (!at(tokens, i, ['backend', 'Backend'], DOT, 'write') && !at(tokens, i, 'backend', '[', 'write')) return [];
    const why = 'nothing is written that was not authorised, and only core/data.ts authorises it.';
    return [{ line, target: 'backend.write', why, how: 'write by what writeAuthorised of src/core/data.ts gives.' }];
  });

const world = (tokens: readonly Token[]): readonly Mention[] =>
  tokens.flatMap(({ kind, text, line }, i) => {
    const instead = kind === 'word' ? WORLD.get(text) : undefined;
    if (instead === undefined || !isUse(tokens, i)) return [];
    return [{ line, target: text, why: WHY_PURE, how: `use ${instead}.` }];
  });

/** Not a member of something, nor the name of a key, a parameter or a method. */
const isUse = (tokens: readonly Token[], i: number): boolean => {
  const before = tokens[i - 1]?.text ?? ';';
  if (before === '.' || before === '?.') return false;
  const next = tokens[i + 1]?.text === '?' ? tokens[i + 2] : tokens[i + 1];
  if (next?.text === ':') return !['{', '}', ',', '(', ';', 'readonly'].includes(before);
  if (next?.text !== '(' || !['{', '}', ',', ';', 'async', '*'].includes(before)) return true;
  return !at(tokens, closing(tokens, i + 1) + 1, [':', '{']);
};

/** The index of the parenthesis that closes the one at `i`. */
const closing = (tokens: readonly Token[], i: number): number => {
  let depth = 0;
  for (let j = i; j < tokens.length; j++) {
    const { kind, text } = tokens[j] ?? { kind: 'sign', text: '' };
    if (kind !== 'sign') continue;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) return j;
  }
  return tokens.length;
};

const clockAndChance = (tokens: readonly Token[]): readonly Mention[] =>
  tokens.flatMap(({ kind, text, line }, i) => {
    if (kind !== 'word' || at(tokens, i - 1, DOT)) return [];
    if (
      text === 'Math' &&
      (at(tokens, i + 1, DOT, 'random') || at(tokens, i + 1, '[') || at(tokens, i - 1, '=', 'Math', [';', ',']))
    )
      return [{ line, target: 'Math.random', why: WHY_PURE, how: 'use Random.' }];
    if (text !== 'Date') return [];
    const made = at(tokens, i - 1, 'new');
    const now =
      at(tokens, i + 1, DOT, 'now') ||
      at(tokens, i + 1, '[') ||
      (made ? !at(tokens, i + 1, '(') || at(tokens, i + 1, '(', ')') : at(tokens, i + 1, '(')) ||
      at(tokens, i - 1, '=', 'Date', [';', ',']);
    return now ? [{ line, target: 'the current time by Date', why: WHY_PURE, how: 'use Clock.now.' }] : [];
  });
