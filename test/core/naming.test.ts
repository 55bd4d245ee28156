import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createNameIndex, type NamedPerson } from '../../src/core/naming.ts';

const person = (id: string, name: string, more: Partial<NamedPerson> = {}): NamedPerson => ({
  id,
  name,
  manager: null,
  aliases: [],
  ...more,
});

/** Words of every other sentence, which name nobody alone. */
const LITTLE = new Set('de del la las le les los el du des d l y e und zu zum am of'.split(' '));

const COLLEAGUE = { id: 'asker', kind: 'employee' } as const;

const found = (people: readonly NamedPerson[], ...tokens: readonly string[]): readonly unknown[] => {
  const index = createNameIndex();
  index.add(people);
  return index.mentions({ tokens, asker: COLLEAGUE }).map((it) => [it.start, it.length, it.people.map(({ id }) => id)]);
};

describe('names in a text', () => {
  const people = [
    person('sam', "Sam O'Neill"),
    person('eva', 'Eva-Maria Groß', { aliases: ['Evi'] }),
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

  it('are found by alias and by id', () => {
    expect(found(people, 'evi')).toEqual([[0, 1, ['eva']]]);
    expect(found(people, '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e01')).toMatchObject([[0, 1, [people[2]?.id]]]);
  });

  it('are found whichever sigma ends them', () => {
    expect(found(people, 'παππας')).toHaveLength(1);
    expect(found(people, 'παππασ')).toHaveLength(1);
  });

  it('are not found in the little words that they hold, but with them and between them', () => {
    const some = [
      person('jose', 'José de la Cruz'),
      person('jan', 'Jan van der Berg'),
      person('van', 'Van Dyck'),
      person('minh', 'Minh Le'),
    ];
    for (const token of [...LITTLE, 'der', 'von', 'cru', 'ber'])
      expect([token, found(some, token)]).toEqual([token, []]);
    expect(found(some, 'de', 'la', 'cruz')).toEqual([[0, 3, ['jose']]]);
    expect(found(some, 'de', 'la', 'berg')).toEqual([[2, 1, ['jan']]]);
    expect(found(some, 'van', 'der', 'berg')).toEqual([[0, 3, ['jan']]]);
    expect(found(some, 'van')).toEqual([[0, 1, ['van']]]);
    expect(found(some, 'minh', 'le')).toEqual([[0, 2, ['minh']]]);
    expect(found(some, 'le', 'minh')).toEqual([[0, 2, ['minh']]]);
  });

  it('are found without accents, strokes and dots, however those are spelt', () => {
    const some = [
      person('l', 'Łukasz Nowak'),
      person('o', 'Søren Ødegård'),
      person('m', 'Uwe Müller'),
      person('g', 'Ina Goetz'),
    ];
    for (const [token, id] of [
      ['lukasz', 'l'],
      ['łukasz', 'l'],
      ['soren', 'o'],
      ['soeren', 'o'],
      ['odegard', 'o'],
      ['oedegaard', 'o'],
      ['müller', 'm'],
      ['muller', 'm'],
      ['mueller', 'm'],
      ['goetz', 'g'],
      ['götz', 'g'],
      ['gotz', 'g'],
    ] as const)
      expect([token, found(some, token ?? '')]).toEqual([token, [[0, 1, [id]]]]);
    expect(found([person('m', 'Michael Joe')], 'michal', 'jo')).toEqual([]);
  });

  it('are found with an initial, which tells two of one name apart, but where the letter is a word', () => {
    const some = [
      person('mk', 'Mona Keller'),
      person('mb', 'Mona Brandt'),
      person('ms', 'Mona Sand'),
      person('xk', 'Xaver Keller'),
    ];
    expect(found(some, 'mona', 'k')).toEqual([[0, 2, ['mk']]]);
    expect(found(some, 'x', 'keller')).toEqual([[0, 2, ['xk']]]);
    expect(found(some, 'mona', 's')).toEqual([[0, 1, ['mk', 'mb', 'ms']]]);
    expect(found(some, 'm', 'keller')).toEqual([[1, 1, ['mk', 'xk']]]);
  });

  it('are never found in a name that is misspelt by a letter, unless that is another name', () => {
    const some = [person('mona', 'Mona Keller'), person('hugo', 'Hugo Lindqvist'), person('anne', 'Anne-Marie Dubois')];
    const names = new Set(['mona', 'keller', 'hugo', 'lindqvist', 'anne', 'marie', 'dubois']);
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(9),
        fc.constantFrom(...'abcdefghijklmnopqrtuvwxyz'),
        fc.constantFrom('other', 'more', 'less'),
        (name, at, letter, how) => {
          const place = at % name.length;
          const rest = name.slice(how === 'more' ? place : place + 1);
          const said = name.slice(0, place) + (how === 'less' ? '' : letter) + rest;
          fc.pre(!names.has(said));
          expect(found(some, said)).toEqual([]);
        },
      ),
    );
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
          .match(/^\p{L}+$/u) !== null && !LITTLE.has(it.toLowerCase()),
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
