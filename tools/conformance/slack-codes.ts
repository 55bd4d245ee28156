/** Every error code that the stand-in can answer, found in its source: known to Slack, and answered once while everything was called. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tokensOf } from '../../test/support/source-tokens.ts';
import type { Report } from './report.ts';
import { COMMON, type Reference } from './slack-uses.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const CODE = /^[a-z][a-z_]+[a-z]$/;

/** After these words and a sign a string is a code: `refused('x')`, `refusedAs('x')`, `error: 'x'`. */
const BEFORE: readonly (readonly [word: string, sign: string])[] = [
  ['refused', '('],
  ['refusedAs', '('],
  ['error', ':'],
];

/** Answered where nothing of Sotto's ever calls, and why. */
const UNREACHED: Readonly<Record<string, string>> = {
  push_limit_reached: 'of views.push, which Sotto does not call',
  unknown_method: 'of no method, so of none that could be held against anything',
};

export const codesIn = (source: string): readonly string[] => {
  const tokens = tokensOf(source);
  return tokens.flatMap(({ kind, text }, at) => {
    const [word, sign] = [tokens[at - 2]?.text ?? '', tokens[at - 1]?.text ?? ''];
    return kind === 'string' && CODE.test(text) && BEFORE.some(([w, s]) => w === word && s === sign) ? [text] : [];
  });
};

const standInCodes = (): readonly string[] => {
  const files = globSync('playground/slack/*.ts', { cwd: ROOT });
  return [...new Set(files.flatMap((path) => codesIn(readFileSync(join(ROOT, path), 'utf8'))))].toSorted();
};

export const checkCodes = (o: {
  readonly reference: Reference;
  /** Codes that were answered. */
  readonly answered: ReadonlySet<string>;
  readonly report: Report;
}): void => {
  const codes = standInCodes();
  o.report.check('the stand-in’s codes are found in its source', codes.length > 20 ? [] : [`only ${codes.join()}`]);
  o.report.check(
    'codes of the stand-in that no reference has',
    codes.filter((code) => !COMMON.includes(code) && !o.reference.codes.has(code)),
  );
  o.report.check(
    'codes of the stand-in that nothing here made it answer',
    codes.filter((code) => !o.answered.has(code) && !Object.hasOwn(UNREACHED, code)),
  );
};
