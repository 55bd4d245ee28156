import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { packLines } from '../../src/cli/donated.ts';
import { tidied } from '../../src/core/donating/phrase.ts';
import { LANGUAGES } from '../../src/core/languages.ts';

const ID = '8406ed6a7aa3f933397ed5f013fa0dba';
const DAY = '2026-11-26';

describe('donated phrases as a pack has them', () => {
  it('stand under what was meant and in their language, and what meant none of it in comments', () => {
    const phrases = [
      { text: 'any pto left', meant: 'leave.balance', language: 'en' },
      { text: 'bleibt mir was', meant: 'leave.balance', language: 'de' },
      { text: 'where do I park', meant: null, language: 'en' },
    ].map((phrase) => ({ ...phrase, id: ID, day: DAY }));
    expect(packLines(phrases)).toEqual([
      'intents:',
      '  leave.balance:',
      '    examples:',
      '      en:',
      `        - any pto left # ${ID} 2026-11-26`,
      '      de:',
      `        - bleibt mir was # ${ID} 2026-11-26`,
      '# None of the intents, as their authors chose: for the background, or for a new intent.',
      '#  en:',
      `#    - where do I park # ${ID} 2026-11-26`,
    ]);
  });

  it('are read back as they were given, whatever was written, each on a line that can be seen', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }).map(tidied);
    const phrase = fc.record({
      id: fc.constant(ID),
      day: fc.constant(DAY),
      text: text.filter((each) => each !== ''),
      meant: fc.constantFrom('leave.balance', 'it.password', null),
      language: fc.constantFrom(...LANGUAGES),
    });
    fc.assert(
      fc.property(fc.array(phrase, { maxLength: 12 }), (phrases) => {
        const lines = packLines(phrases);
        // Nothing that steers a terminal, and nothing that breaks out of its line.
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        const read =
          (parse(lines.join('\n')) as { intents?: Record<string, { examples: object }> } | null)?.intents ?? {};
        const expected = phrases.filter(({ meant }) => meant !== null);
        const found = Object.entries(read).flatMap(([meant, { examples }]) =>
          Object.entries(examples).flatMap(([language, texts]) =>
            (texts as readonly unknown[]).map((each) => [meant, language, each]),
          ),
        );
        const inOrder = (all: readonly unknown[]): readonly string[] =>
          all.map((each) => JSON.stringify(each)).toSorted((a, b) => (a < b ? -1 : 1));
        expect(inOrder(found)).toEqual(inOrder(expected.map((each) => [each.meant, each.language, each.text])));
        const commented = lines.filter((line) => line.startsWith('#    - '));
        expect(commented).toHaveLength(phrases.length - expected.length);
        for (const line of commented) expect(parse(line.slice(1))).toEqual([expect.any(String)]);
      }),
      { numRuns: 300 },
    );
  });
});
