import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** What a strict fake of Slack has to do: F1 to F18. */
const RULES = Array.from({ length: 18 }, (_, n) => `F${n + 1}`);

describe('the rules of a strict Slack', () => {
  it('are all held by tests whose titles begin with their number', () => {
    const titles = globSync('test/playground/*.test.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/['"`]((?:F[0-9]+ )+)/g)].flatMap(([, numbers = '']) =>
        numbers.trim().split(' '),
      ),
    );
    expect(RULES.filter((rule) => !titles.includes(rule))).toEqual([]);
  });
});
