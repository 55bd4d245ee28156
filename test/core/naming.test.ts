import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createNameIndex, type NamedPerson } from '../../src/core/naming.ts';

const person = (id: string, name: string, more: Partial<NamedPerson> = {}): NamedPerson => ({
  id,
  name,
  manager: null,
  aliases: [],
  handles: [],
  ...more,
});

const COLLEAGUE = { id: 'asker', kind: 'employee' } as const;

const found = (people: readonly NamedPerson[], ...tokens: readonly string[]): readonly unknown[] => {
  const index = createNameIndex();
  index.add(people);
  return index.mentions({ tokens, asker: COLLEAGUE }).map((it) => [it.start, it.length, it.people.map(({ id }) => id)]);
};

describe('names in a text', () => {
  const people = [
    person('sam', "Sam O'Neill"),
    person('eva', 'Eva-Maria Groß', { aliases: ['Evi'], handles: ['U0EVA00000'] }),
    person('0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e01', 'Nikos Παππάς'),
  ];

  it('are found however the text was split at hyphens and apostrophes', () => {
    for (const tokens of [['eva-maria'], ['eva-maria', 'groß'], ['eva', 'maria', 'gross'], ["eva-maria's"]]) {
      expect([tokens, found(people, ...tokens)]).toEqual([tokens, [[0, tokens.length, ['eva']]]]);
    }
    expect(found(people, 'sam', 'o', 'neill')).toEqual([[0, 3, ['sam']]]);
    expect(found(people, 'neill')).toEqual([[0, 1, ['sam']]]);
    expect(found(people, 'o')).toEqual([]);
  });

  it('are found by alias, by account and by id', () => {
    expect(found(people, 'evi', 'u0eva00000')).toEqual([
      [0, 1, ['eva']],
      [1, 1, ['eva']],
    ]);
    expect(found(people, '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e01')).toMatchObject([[0, 1, [people[2]?.id]]]);
  });

  it('are found whichever sigma ends them', () => {
    expect(found(people, 'παππας')).toHaveLength(1);
    expect(found(people, 'παππασ')).toHaveLength(1);
  });

  it('are found of people who were added later', () => {
    const index = createNameIndex();
    index.add([person('a', 'Ada Byron')]);
    index.add([person('b', 'Ada Lovelace')]);
    const [mention] = index.mentions({ tokens: ['ada'], asker: COLLEAGUE });
    expect(mention?.people.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('are not looked for in a text without end', () => {
    expect(() => found(people, ...Array.from({ length: 20_001 }, () => 'sam'))).toThrow(
      expect.objectContaining({ code: 'directory-unavailable' }),
    );
  });

  it('are found in whatever alphabet, in any case, and with the endings that tell whose something is', () => {
    const word = fc.stringMatching(/^\p{L}{2,12}$/u).filter(
      (it) =>
        it
          .toLowerCase()
          .normalize('NFC')
          .match(/^\p{L}+$/u) !== null,
    );
    fc.assert(
      fc.property(word, word, fc.constantFrom('', 's', "'s", '’s', "'"), (first, last, end) => {
        const one = [person('one', `${first} ${last}`)];
        expect(found(one, first.toLowerCase(), `${last.toLowerCase()}${end}`)).toEqual([[0, 2, ['one']]]);
        expect(found(one, `${last.toLowerCase()}${end}`)).toEqual([[0, 1, ['one']]]);
      }),
      { numRuns: 300 },
    );
  });

  it('are shown to a guest only where they are their own', () => {
    const index = createNameIndex();
    index.add([person('gil', 'Gil Ferro'), person('ada', 'Ada Ferro')]);
    const seen = index.mentions({ tokens: ['ferro', 'ada'], asker: { id: 'gil', kind: 'guest' } });
    expect(seen.map(({ people: own }) => own.map(({ id }) => id))).toEqual([['gil']]);
  });
});
