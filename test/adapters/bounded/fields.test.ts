import { describe, expect, it } from '@jest/globals';
import { fieldsAt, fieldsIn, isFields, stringAt } from '../../../src/adapters/bounded/fields.ts';

describe('reading fields of what nobody vouches for', () => {
  it('takes an object for one, and nothing else', () => {
    expect(isFields({})).toBe(true);
    for (const value of [null, undefined, [], 'text', 7]) expect(isFields(value)).toBe(false);
  });

  it('finds an object or an empty one, a text or none', () => {
    const from = { inner: { a: 1 }, list: [1], text: 'words', none: null };
    expect(fieldsAt(from, 'inner')).toEqual({ a: 1 });
    for (const key of ['list', 'text', 'none', 'absent']) expect(fieldsAt(from, key)).toEqual({});
    expect(stringAt(from, 'text')).toBe('words');
    for (const key of ['inner', 'list', 'none', 'absent']) expect(stringAt(from, key)).toBeNull();
  });

  it('reads an object in JSON', () => {
    expect(fieldsIn('{"a":1}')).toEqual({ a: 1 });
    for (const json of ['', '[]', 'null', '"a"', '{"a":']) expect(fieldsIn(json)).toBeNull();
  });
});
