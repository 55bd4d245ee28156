/** A response held against its description: what comes out, and where and why it does not fit. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Described } from '../../../src/adapters/backend/described.ts';
import { backendOf, operationsOf } from '../../../src/adapters/backend/describing/read.ts';
import { parseDescription } from '../../../src/adapters/backend/description.ts';
import { tryResponse } from '../../../src/adapters/backend/trying.ts';

const described = (lines: string): Described => {
  const read = parseDescription(
    [
      'backend: off',
      'baseUrl: https://off.example.com',
      'limits: { records: 3 }',
      'operations:',
      '  off.read:',
      '    method: GET',
      '    path: /people/{subject}',
      '    data: leave',
      '    subject: person',
      ...lines.split('\n').map((line) => `    ${line}`),
    ].join('\n'),
  );
  if (!read.ok) throw new Error(read.findings.join('\n'));
  const [one] = operationsOf(read.data, backendOf(read.data));
  if (one === undefined) throw new Error('no operation');
  return one;
};

const misfits = (lines: string, body: unknown, names = true): readonly string[] =>
  tryResponse({ described: described(lines), body, names }).misfits.map(
    ({ path, what }) => `${path.join('.')} ${what}`,
  );

const SECRET = 'zanzibar';

describe('a response that is tried out', () => {
  it('fits where every declared field is of its type, and gives its records', () => {
    const tried = tryResponse({
      described: described('fields: { left: number, since: { type: moment, optional: true } }'),
      body: { person: 'evan', left: 3, more: SECRET },
      names: true,
    });
    expect(tried).toEqual({
      records: [{ subject: 'evan', fields: { left: { type: 'number', value: 3 }, since: { type: 'none' } } }],
      misfits: [],
    });
  });

  it.each([
    ['fields: { left: number }', { person: 'evan' }, 'fields.left is not in the response. Mend from'],
    ['fields: { left: number }', { person: 'evan', left: null }, 'fields.left is null in the response. Say optional'],
    ['fields: { left: number }', { person: 'evan', left: '3.5' }, 'Say type: decimal'],
    [
      'fields: { left: text }',
      { person: 'evan', left: 3 },
      'fields.left is a number in the response, and not text. Say type: number',
    ],
    ['fields: { left: text }', { person: 'evan', left: { a: 1 } }, 'Say where in it'],
    ['fields: { left: number }', { person: 'evan', left: true }, 'is true or false in the response'],
    ['fields: { day: date }', { person: 'evan', day: '2026-01-02T10:00:00Z' }, 'Say type: moment'],
    ['fields: { pay: "money:cur" }', { person: 'evan', pay: 3, cur: 'EURO' }, 'has no currency of three letters'],
    [
      'fields: { how: { type: choice, values: { a: { en: A, de: A } } } }',
      { person: 'evan', how: 'b' },
      'has a code in the response that values does not name',
    ],
    [
      'fields: { x: { type: text, from: "$.list[*].x" } }',
      { person: 'evan', list: [{ x: 'a' }, { x: 'b' }] },
      'stands in the response 2 times',
    ],
    [
      'fields: { left: number }',
      { left: 3 },
      'subject is not readable in the response: the whole answer would be refused',
    ],
    ['fields: { left: number }', [{ person: 'evan', left: 3 }], ' is answered with a list. Say where it stands'],
    ['fields: { left: number }', 'x', ' is answered with text'],
    [
      'one: data\nfields: { left: number }',
      { person: 'evan' },
      'one finds nothing in the response. Mend the path. What there is: person.',
    ],
    ['one: data\nfields: { left: number }', { data: [] }, 'one leads to a list, and must lead to an object'],
    ['records: items\nfields: { left: number }', { items: {} }, 'records leads to an object, and must lead to a list'],
    [
      'records: items\nfields: { left: number }',
      { items: [1, 2, 3, 4] },
      'records leads to 4 records, and no more than 3',
    ],
    ['records: items\nfields: { left: number }', { items: [7] }, 'records holds a number, and must hold objects alone'],
  ])('says of %s where it does not fit, and how to mend it', (lines, body, words) => {
    const found = misfits(lines, body);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(words);
  });

  it('says of a list each misfit once, however many records have it', () => {
    const row = { left: SECRET };
    expect(misfits('records: items\nfields: { left: number }', { items: [row, row, row] })).toHaveLength(2);
  });

  it('finds nothing wrong with an empty list, nor with one that is left out where that may be', () => {
    expect(misfits('records: items\nfields: { left: number }', { items: [] })).toEqual([]);
    expect(misfits('records: items\nrecordsMayLack: true\nfields: { left: number }', {})).toEqual([]);
  });

  it('finds several people in a list about one, which is right only where the description says so', () => {
    const list = 'records: items\nfields: { left: number }';
    const body = {
      items: [
        { person: 'evan', left: 1 },
        { person: SECRET, left: 2 },
      ],
    };
    expect(misfits(list, body)).toEqual([expect.stringContaining('subject names several people in the response')]);
    expect(misfits(`${list}\nrecordsAbout: subject`, body)).toHaveLength(1);
    expect(misfits(`${list}\nrecordsAbout: anybody`, body)).toEqual([]);
    expect(() => described('recordsAbout: anybody\nfields: { left: number }')).toThrow('is for a list (records)');
  });

  it('agrees with what a call would take, on any response, and says nothing of any value', () => {
    const operations = [
      'fields: { left: number }',
      'fields: { left: { type: text, from: "$.a.b", optional: true } }',
      'one: data\nfields: { left: date }',
      'records: items\nfields: { left: "money:cur" }',
      'records: "$"\nfields: { left: { type: choice, values: { zanzibar: { en: A, de: A } } } }',
    ].map(described);
    const value = fc.oneof(
      fc.constant(SECRET),
      fc.constant(`${SECRET}.x`),
      fc.integer(),
      fc.constant(null),
      fc.boolean(),
      fc.constant('2026-01-02'),
    );
    const row = fc.dictionary(fc.constantFrom('person', 'left', 'a', 'cur', 'b'), value);
    const body = fc.oneof(
      row,
      fc.array(row),
      fc.record({ items: fc.oneof(value, fc.array(fc.oneof(row, value))), data: row }, { requiredKeys: [] }),
      value,
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...operations), body, fc.boolean(), (operation, given, names) => {
        const tried = tryResponse({ described: operation, body: given, names });
        const usable = tried.records?.every(({ subject }) => subject !== null) === true;
        const several = new Set(tried.records?.map(({ subject }) => subject)).size > 1;
        expect(tried.misfits.length === 0).toBe(usable && !several);
        for (const { what } of tried.misfits) expect(what).not.toContain(SECRET);
        for (const { what } of tried.misfits) expect(what).toMatch(/\.$/);
      }),
      { numRuns: 5_000 },
    );
  });
});
