import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

/** The requirements of the policies: hazards of the engine, restrictions, trying out, obligations. */
const MOST = 40;

/** Where a title stands: the first argument of a test, or the first column of a table whose title begins with it. */
const TITLE = /(?:\bit\(\s*|\)\(\s*|^\s*\[?\s*)(['"`])(R\d+)\b/gm;

/** Where they are tested; the same numbers mean something else on other sheets (Teams, Slack). */
const FOLDERS = ['policies', 'core', 'main', 'cli'];

const here = fileURLToPath(new URL('..', import.meta.url));

const titled = (text: string): readonly string[] => [...text.matchAll(TITLE)].map((match) => match[2] ?? '');

describe('the requirements of the policies', () => {
  it('are each a test whose title begins with its number', () => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(`${here}${folder}`, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts') && !name.endsWith('requirements.test.ts'))
        .map((name) => `${here}${folder}/${name}`),
    );
    const numbers = new Set(files.flatMap((file) => titled(readFileSync(file, 'utf8'))));
    const all = Array.from({ length: MOST }, (_, n) => `R${n + 1}`);
    expect(all.filter((number) => !numbers.has(number))).toEqual([]);
  });

  it('are not taken for tested where a number stands within a title or in a comment', () => {
    expect(titled("  it('R7 refuses', () => {")).toEqual(['R7']);
    expect(titled("])('R26 refuses: %s', (_) => {")).toEqual(['R26']);
    expect(titled("    ['R18 a place that is none', permit({})],")).toEqual(['R18']);
    expect(titled("    [\n      'R17 unguarded',")).toEqual(['R17']);
    expect(titled("  it('refuses (R7)', () => {\n  // R8 is here\n  it('see R9', () => {")).toEqual([]);
  });
});
