/**
 * What a system may send is anything. However it is made, reading it ends soon, throws nothing, and gives nothing but declared fields of
 * declared types, none of which is a piece of the response's own structure.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstPosition, nextOf } from '../../../src/adapters/backend/calling/paging.ts';
import type { Described } from '../../../src/adapters/backend/described.ts';
import { backendOf, operationsOf } from '../../../src/adapters/backend/describing/read.ts';
import { parseDescription } from '../../../src/adapters/backend/description.ts';
import { identifiedOf, recordsOf } from '../../../src/adapters/backend/records.ts';
import { parsedJson } from '../../../src/adapters/bounded/body.ts';
import type { BackendRecord } from '../../../src/core/ports.ts';

/** Of each shape. */
const RUNS = 100_000;

/** Of each way in which pages come: as many over all of them. */
const PAGED_RUNS = RUNS / 5;

const HEAD = 'backend: x\nbaseUrl: https://x.example.com\nlimits: { records: 20 }\noperations:\n  x.it:\n';

const described = (operation: string): Described => {
  const parsed = parseDescription(`${HEAD}    { method: GET, path: "/it", data: x, ${operation} }\n`);
  if (!parsed.ok) throw new Error(parsed.findings.join('\n'));
  const [only] = operationsOf(parsed.data, backendOf(parsed.data));
  if (only === undefined) throw new Error('There is no operation.');
  return only;
};

const SHAPES = {
  'one record': 'subject: person, fields: { a: text, n: number, d: date }',
  'a list': 'subject: person, records: items, fields: { a: text, n: { type: number, optional: true } }',
  'a list that may lack': 'subject: person, records: $.items, recordsMayLack: true, fields: { a: text }',
  'a nested path':
    'subject: $.person.id, one: "$.items[0]", fields: { a: { type: text, from: "$.a.b" }, m: { type: moment, from: "$.d" } }',
  'a filter':
    'subject: person, one: "$.items[*]", oneMayLack: true, fields: { a: { type: text, from: "$.items[?@.n==1].a", optional: true } }',
  money:
    'subject: person, fields: { m: "money:currency", k: { type: "money:currency", currency: "$.a.b", optional: true } }',
  'a choice':
    'subject: person, fields: { c: { type: choice, from: a, values: { "1": { en: one, de: eins }, x: { en: ex, de: ix } } }, z: { type: decimal, from: n, optional: true } }',
} as const;

/** Names that the shapes ask for, and names that mean something to JavaScript. */
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('person', 'id', 'a', 'b', 'n', 'd', 'm', 'c', 'items', 'currency') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'length', 'then', 'toJSON'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);

/** As text, since not all of it is anything that `JSON.stringify` would write. */
const leaf = fc.oneof(
  fc.constantFrom(
    '"evan"',
    '"~"',
    '1',
    '0',
    '-0',
    '1e400',
    '-1e400',
    '9007199254740993',
    '1E-400',
    '"1"',
    '"x"',
    '"EUR"',
    '"eur"',
    '""',
    '"12.50"',
    '"2026-12-24"',
    '"2026-02-30"',
    '"2026-12-24T10:00:00Z"',
    '"2026-12-24 10:00:00"',
    'null',
    'true',
    '[]',
    '{}',
    '"\\ud800"',
    '"\\u0000"',
    '"\\u202e"',
    '"<!channel> *x* [y](z)"',
  ),
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.double().map((number) => (Number.isFinite(number) ? `${number}` : '1e999')),
);

const joined = (open: string, all: readonly string[], close: string): string => `${open}${all.join(',')}${close}`;

/** A name may stand twice: the last one is what JSON.parse takes. */
const { body } = fc.letrec<{ value: string; object: string; array: string; body: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, leaf, tie('object'), tie('array')),
  object: fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((pairs) =>
    joined(
      '{',
      pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`),
      '}',
    ),
  ),
  array: fc.array(tie('value'), { maxLength: 4 }).map((all) => joined('[', all, ']')),
  body: fc.oneof(tie('object'), tie('array'), tie('value')),
}));

/** Nearly what the description says: records as they should be, with one thing or another wrong. */
const nearly = fc
  .record({
    person: fc.constantFrom('"evan"', '{"id":"evan"}'),
    a: fc.constantFrom('"x"', '"1"', '{"b":"x"}'),
    n: fc.constantFrom('1', '"12.50"'),
    d: fc.constantFrom('"2026-12-24"', '"2026-12-24 10:00:00"'),
    odd: fc.array(fc.tuple(name, leaf), { maxLength: 2 }),
    count: fc.constantFrom(1, 2, 25),
    list: fc.boolean(),
  })
  .map(({ person, a, n, d, odd, count, list }) => {
    const more = odd.map(([key, value]) => `,${JSON.stringify(key)}:${value}`).join('');
    const record = `{"person":${person},"a":${a},"n":${n},"d":${d},"m":12.5,"currency":"EUR"${more}}`;
    return list ? `{"items":[${Array.from({ length: count }, () => record).join(',')}]}` : record;
  });

const PAGED = {
  'a cursor': 'subject: person, records: items, pages: { cursor: c, next: $.next, id: id }, fields: { a: text }',
  'a link': 'subject: person, records: items, pages: { cursor: c, link: $.next }, fields: { a: text }',
  'an offset':
    'subject: person, records: items, more: $.more, total: $.total, pages: { offset: o }, fields: { a: text }',
  'a number':
    'subject: person, records: items, total: { header: X-Total }, pages: { number: p, size: 2 }, fields: { a: text }',
  'one page': 'subject: person, records: items, more: $.next, total: $.total, fields: { a: text }',
} as const;

/** Pages that are nearly what the descriptions say. */
const nearlyPaged = fc
  .record({
    next: fc.oneof(
      leaf,
      fc.constantFrom(
        '"p1"',
        '"p2"',
        '"/x?c=p2"',
        '"https://evil.example/?c=p2&c=p3"',
        '"//x?c=%0a"',
        '["p2"]',
        '{"a":"p2"}',
      ),
    ),
    total: fc.oneof(leaf, fc.constantFrom('2', '100')),
    more: fc.oneof(leaf, fc.constantFrom('true', 'false')),
    id: fc.oneof(leaf, fc.constantFrom('1', '"a"')),
    count: fc.nat({ max: 4 }),
  })
  .map(({ next, total, more, id, count }) => {
    const record = `{"person":"evan","a":"x","id":${id}}`;
    return `{"next":${next},"total":${total},"more":${more},"items":[${Array.from({ length: count }, () => record).join(',')}]}`;
  });

/** What a header says. */
const noted = fc.oneof(
  fc.constantFrom(undefined, '5', '-1', '1e3', ' ', '99999999999999999999'),
  fc.string({ maxLength: 8 }),
);

const isSound = (record: BackendRecord, declared: Described): boolean => {
  const names = Object.keys(record.fields);
  const whom = record.subject;
  return (
    names.length === declared.fields.size &&
    names.every((own) => declared.fields.has(own)) &&
    (whom === null || (typeof whom === 'string' && /^[A-Za-z0-9._@+-]{1,200}$/.test(whom))) &&
    Object.entries(record.fields).every(([own, value]) => isOfType(value, declared.fields.get(own)?.type ?? 'none'))
  );
};

const isOfType = (value: BackendRecord['fields'][string], type: string): boolean => {
  switch (value.type) {
    case 'none':
      return true;
    case 'text':
      return type === 'text' && typeof value.value === 'string';
    case 'number':
      return (type === 'number' || type === 'decimal') && Number.isFinite(value.value);
    case 'date':
      return (
        (type === 'date' || type === 'moment') && !Number.isNaN(Date.parse(value.value)) && value.value.length === 10
      );
    case 'money':
      return type === 'money' && Number.isFinite(value.value) && /^[A-Z]{3}$/.test(value.currency);
    case 'choice':
      return (
        type === 'choice' && Object.values(value.words).every((word) => ['one', 'eins', 'ex', 'ix'].includes(word))
      );
    default:
      return false;
  }
};

describe('a response, whatever it is', () => {
  it.each(Object.entries(SHAPES))('gives nothing but declared fields of declared types: %s', (_, shape) => {
    const operation = described(shape);
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(nearly, body), (text) => {
        const records = recordsOf(operation, parsedJson(text));
        if (records === null) return;
        read += records.length;
        if (records.length > 20 || !records.every((record) => isSound(record, operation)))
          throw new Error('Something else came out.');
      }),
      { numRuns: RUNS },
    );
    // Enough of them were near enough to be read.
    expect(read).toBeGreaterThan(RUNS / 200);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('evan');
  });

  it.each(Object.entries(PAGED))('leads on by one plain value of one parameter or not at all: %s', (_, shape) => {
    const operation = described(shape);
    const { pages } = operation;
    let on = 0;
    fc.assert(
      fc.property(fc.oneof(nearly, nearlyPaged, body), noted, (text, header) => {
        const read = parsedJson(text);
        const identified = identifiedOf(operation, read);
        if (identified === null) return;
        const count = identified.length;
        const followed = new Set(['p1']);
        const of = { body: read, noted: header, position: firstPosition(pages), count, sofar: count, followed };
        const next = nextOf(operation, of);
        if (identified.some(({ record, id }) => !isSound(record, operation) || (id !== null && id.length > 200)))
          throw new Error('Something else came out.');
        if (next.how !== 'on') return;
        on += 1;
        const { value, at } = next.position;
        if (pages === null || value === null || followed.has(value)) throw new Error('It leads nowhere.');
        const plain = pages.by === 'cursor' ? /^[\x21-\x7e]{1,1024}$/.test(value) : value === String(at) && at > 0;
        if (!plain) throw new Error('It leads on by something else.');
      }),
      { numRuns: PAGED_RUNS },
    );
    if (pages !== null) expect(on).toBeGreaterThan(PAGED_RUNS / 2_000);
  });

  it('is read in time that grows with it, however it is nested or repeated', () => {
    const wide = (count: number): string =>
      `{"person":"evan","items":[${Array.from({ length: count }, () => '{"n":1,"a":"x","person":"evan"}').join(',')}]}`;
    const operation = described(SHAPES['a filter']);
    /** The least of several, ms: nothing but the work itself. */
    const least = (text: string): number => {
      const value = parsedJson(text);
      return Math.min(
        ...Array.from({ length: 7 }, () => {
          const from = performance.now();
          for (let times = 0; times < 5; times++) recordsOf(operation, value);
          return performance.now() - from;
        }),
      );
    };
    least(wide(100));
    const [small, large] = [least(wide(2_000)), least(wide(16_000))];
    // Eight times as much, and room for a busy machine and what it tidies up; what grew with its square would be sixty-four.
    expect(large).toBeLessThan(40 * Math.max(small, 0.05));
  });

  it('touches nothing that all objects share', () => {
    const operation = described(SHAPES['one record']);
    for (const text of [
      '{"__proto__":{"person":"evan","a":"x","n":1,"d":"2026-12-24"}}',
      '{"constructor":{"prototype":{"person":"evan"}}}',
      '{"person":"evan","a":"x","n":1,"d":"2026-12-24","__proto__":{"a":"y"}}',
    ]) {
      const records = recordsOf(operation, parsedJson(text));
      expect([text, records === null || records[0]?.fields['a']]).toEqual([
        text,
        text.startsWith('{"person"') ? { type: 'text', value: 'x' } : true,
      ]);
    }
    expect(({} as Readonly<Record<string, unknown>>)['person']).toBeUndefined();
  });
});
