/** Takes the text of a rules file apart without Cedar, because Cedar's parser can be killed by what it is given (policy requirement R2). */

/** Limits of one rule. Cedar 4.13 died at 100 to 140 brackets within each other and at 900 to 1,300 operators in a row. */
const MOST_RULE_BYTES = 4_096;
const MOST_NESTING = 64;
/** Counted by character: `&&` is two. */
const MOST_OPERATORS = 240;
export const MOST_FILE_BYTES = 256 * 1024;
const MOST_RULES = 2_000;

/** One rule as it stands in its file. */
interface RuleText {
  readonly text: string;
  /** Line that it begins on, from 1. */
  readonly line: number;
}

export type RuleTexts =
  | { readonly ok: true; readonly rules: readonly RuleText[] }
  | { readonly ok: false; readonly line: number; readonly what: string };

const OPENS = '([{';
const CLOSES = ')]}';

/**
 * Splits at the semicolons that end a rule; strings and comments are stepped over. Refuses what is larger, deeper or longer
 * than the limits, a bracket that does not fit, and a rest without its semicolon. One pass over the text, no recursion.
 */
export const splitRules = (text: string): RuleTexts => {
  if (Buffer.byteLength(text) > MOST_FILE_BYTES) {
    return { ok: false, line: 1, what: `The file is larger than ${MOST_FILE_BYTES} bytes.` };
  }
  const rules: RuleText[] = [];
  const open: string[] = [];
  let operators = 0;
  let line = 1;
  let start = -1;
  let startLine = 1;

  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '\n') line += 1;
    if (letter === '/' && text.charAt(at + 1) === '/') {
      // Comments stay in the rule's text, for Cedar to skip; what matters here is that their brackets do not count. Cedar lets a
      // comment end at a carriage return as well: what stands behind it is a rule like any other.
      const end = text.slice(at).search(/[\r\n]/);
      at = (end === -1 ? text.length : at + end) - 1;
      continue;
    }
    if (/\s/.test(letter)) continue;
    if (start === -1) {
      start = at;
      startLine = line;
    }
    if (letter === '"') {
      at = endOfString(text, at);
      if (at === -1) return { ok: false, line, what: 'A string does not end on its line.' };
    } else if (OPENS.includes(letter)) {
      open.push(letter);
      if (open.length > MOST_NESTING) {
        return { ok: false, line, what: `Brackets stand more than ${MOST_NESTING} deep.` };
      }
    } else if (CLOSES.includes(letter)) {
      if (open.pop() !== OPENS.charAt(CLOSES.indexOf(letter))) {
        return { ok: false, line, what: 'A bracket closes that did not open.' };
      }
    } else if ('+-*&|.!<>='.includes(letter) || (letter === 'i' && /^if\b/.test(text.slice(at, at + 3)))) {
      operators += 1;
      if (operators > MOST_OPERATORS) {
        return { ok: false, line, what: `There are more than ${MOST_OPERATORS} operators in one rule.` };
      }
    } else if (letter === ';' && open.length === 0) {
      const rule = text.slice(start, at + 1);
      if (Buffer.byteLength(rule) > MOST_RULE_BYTES) {
        return { ok: false, line: startLine, what: `A rule is longer than ${MOST_RULE_BYTES} bytes.` };
      }
      if (rules.length === MOST_RULES) return { ok: false, line, what: `There are more than ${MOST_RULES} rules.` };
      rules.push({ text: rule, line: startLine });
      start = -1;
      operators = 0;
    }
  }
  return start === -1
    ? { ok: true, rules }
    : {
        ok: false,
        line: startLine,
        what: 'The last rule is not finished: its semicolon or a closing bracket is missing.',
      };
};

/** Where the string that begins at `at` ends; -1 where it does not end on its line. */
const endOfString = (text: string, at: number): number => {
  for (let here = at + 1; here < text.length; here += 1) {
    const letter = text.charAt(here);
    if (letter === '\\') here += 1;
    else if (letter === '"') return here;
    else if (letter === '\n') return -1;
  }
  return -1;
};
