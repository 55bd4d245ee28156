import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SRC = new URL('../../../src/', import.meta.url).pathname;

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));

describe('the switches of Azure’s clients that weaken a check', () => {
  it('KV1 are never set but for a stand-in: plain http nowhere, the challenge left unchecked at one place only', () => {
    const naming = (word: string) => sources.filter(({ text }) => text.includes(word)).map(({ path }) => path);
    expect(naming('allowInsecureConnection')).toEqual([]);
    for (const path of naming('disableChallengeResourceVerification')) {
      const { text = '' } = sources.find((one) => one.path === path) ?? {};
      const lines = text.split('\n').filter((line) => line.includes('disableChallengeResourceVerification'));
      for (const line of lines)
        expect(line).toMatch(/tandIn \? \{ disableChallengeResourceVerification: true \} : \{\}/);
    }
  });
});

describe('the requirements of Key Vault', () => {
  it('have each a test that begins with its number', () => {
    const own = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
      .join('\n');
    const named = [...own.matchAll(/\bit\(['`]((?:KV\d+ )+)/g)].flatMap(([, ids = '']) => ids.trim().split(' '));
    expect([...new Set(named)].map((id) => Number(id.slice(2))).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });
});
