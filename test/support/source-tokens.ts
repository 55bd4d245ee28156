/**
 * TypeScript cut into words, strings and signs, without comments and without what stands inside strings, templates and
 * regular expressions: enough to find every import and every mention of a name. Types are kept, because importing a type is
 * importing too.
 */
export interface Token {
  readonly kind: 'word' | 'string' | 'sign';
  /** Of a string: what is between the quotes, as written; a `$` stands for each value that a template puts in. */
  readonly text: string;
  readonly line: number;
}

const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\d[\w.]*/y;
const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const QUOTED = /'((?:[^'\\\n]|\\[\s\S])*)'?|"((?:[^"\\\n]|\\[\s\S])*)"?/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const SIGN = /\?\.|=>|[\s\S]/y;

/** After these a slash begins a regular expression; after other words, and after a value, it divides. */
const BEFORE_REGEX = new Set(
  'return typeof case in of delete void throw new else do yield await instanceof'.split(' '),
);

export const tokensOf = (source: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found === null) return null;
    at += found[0].length;
    line += found[0].split('\n').length - 1;
    return found;
  };
  const regexMayBegin = (): boolean => {
    const before = tokens.at(-1);
    if (before === undefined) return true;
    if (before.kind === 'word') return BEFORE_REGEX.has(before.text);
    return before.kind === 'sign' && before.text !== ')' && before.text !== ']';
  };

  /** Up to the closing backtick; what is between `${` and `}` is read as code. */
  const template = (): void => {
    const begin = line;
    let text = '';
    at++;
    while (at < source.length && source[at] !== '`') {
      if (source.startsWith('${', at)) {
        tokens.push({ kind: 'sign', text: '$', line });
        at += 2;
        text += '$';
        code('}');
        continue;
      }
      const taken = source[at] === '\\' ? 2 : 1;
      const piece = source.slice(at, at + taken);
      text += piece;
      line += piece.split('\n').length - 1;
      at += taken;
    }
    at++;
    tokens.push({ kind: 'string', text, line: begin });
  };

  const code = (until: '}' | null): void => {
    let depth = 0;
    while (at < source.length) {
      if (take(SPACE) !== null || take(COMMENT) !== null) continue;
      const begin = line;
      if (source[at] === '`') {
        template();
        continue;
      }
      const quoted = take(QUOTED);
      if (quoted !== null) {
        tokens.push({ kind: 'string', text: quoted[1] ?? quoted[2] ?? '', line: begin });
        continue;
      }
      const word = take(WORD);
      if (word !== null) {
        tokens.push({ kind: 'word', text: word[0], line: begin });
        continue;
      }
      if (take(NUMBER) !== null) {
        tokens.push({ kind: 'string', text: '', line: begin });
        continue;
      }
      if (source[at] === '/' && regexMayBegin() && take(REGEX) !== null) {
        tokens.push({ kind: 'string', text: '', line: begin });
        continue;
      }
      const sign = take(SIGN)?.[0] ?? '';
      if (sign === '{') depth++;
      if (sign === '}' && depth-- === 0 && until !== null) return;
      tokens.push({ kind: 'sign', text: sign, line: begin });
    }
  };

  code(null);
  return tokens;
};
