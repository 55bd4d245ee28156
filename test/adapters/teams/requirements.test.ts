import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { titlesIn } from '../../support/test-titles.ts';

/** What is expected of Teams. */
const REQUIREMENTS = Array.from({ length: 27 }, (_, n) => `R${n + 1}`);

/** `R4 R20 …`: both. */
const numbersOf = (title: string): readonly string[] => (/^(?:R[0-9]+ )+/.exec(title)?.[0] ?? '').trim().split(' ');

describe('the requirements of Teams', () => {
  it('are all held by tests in this folder whose titles begin with their number', () => {
    const files = globSync('**/*.test.ts', { cwd: import.meta.dirname });
    const held = files.flatMap((file) =>
      titlesIn(readFileSync(join(import.meta.dirname, file), 'utf8')).flatMap(numbersOf),
    );
    expect(REQUIREMENTS.filter((each) => !held.includes(each))).toEqual([]);
  });

  it('are looked for in the titles of tests alone', () => {
    const of = (source: string): readonly string[] => titlesIn(source).flatMap(numbersOf);
    expect(of("it('R1 R2 does', () => {});")).toEqual(['R1', 'R2']);
    expect(of("it.each([['(', 1]])('R3 does %s', () => {});")).toEqual(['R3']);
    expect(of('it.each<{ readonly a: string }>([{ a: f(")") }])(`R4 does`, () => {});')).toEqual(['R4']);
    for (const nothing of [
      "describe('R5 group', () => {});",
      "describe.each([1])('R5 group', () => {});",
      "it.skip('R5 later', () => {});",
      "it.todo('R5 later');",
      "// it('R5 once', () => {});",
      "expect('R5 x').toBe(1);",
      "unit('R5 x');",
    ])
      expect([nothing, of(nothing).filter((each) => each !== '')]).toEqual([nothing, []]);
  });
});
