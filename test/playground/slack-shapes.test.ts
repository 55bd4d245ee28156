import { describe, expect, it } from '@jest/globals';
import { differences, mergeShapes, nullPaths, shapesByType } from '../../tools/conformance/shapes.ts';

const shape = { ok: false, ts: '', list: [{ id: '', count: 1 }], free: {}, any: [] };
const text = { type: 'plain_text', text: '', emoji: false };
const button = { type: 'button', text, action_id: '' };
const o = { byType: shapesByType([{ type: 'actions', elements: [button] }]), mayBeNull: new Set(['.ts']) };
const faults = (actual: unknown) => differences(actual, shape, o);

describe('holding a payload against its official shape', () => {
  it('passes what has the fields and types of the shape, or fewer fields', () => {
    expect(faults({ ok: true, ts: '1.2', list: [{ id: 'a' }, { count: 3 }], free: { x: 1 }, any: [1, 'a'] })).toEqual(
      [],
    );
    expect(faults({})).toEqual([]);
  });

  it.each([
    [{ invented: 1 }, '.invented is in no official shape'],
    [{ list: [{ id: 'a', invented: 1 }] }, '.list[].invented is in no official shape'],
    [{ ok: 'true' }, '.ok is string, officially boolean'],
    [{ list: {} }, '.list is object, officially list'],
    [{ list: [{ count: '3' }] }, '.list[].count is string, officially number'],
    [{ ok: null }, '.ok is null'],
    [{ blocks: [{ type: 'marquee' }] }, '.blocks[] is of a kind that no official sample has'],
    [
      { blocks: [{ type: 'actions', elements: [{ ...button, colour: 'red' }] }] },
      '.blocks[].elements[].colour is in no official shape of button',
    ],
    [
      { blocks: [{ type: 'actions', elements: [{ ...button, action_id: 7 }] }] },
      '.blocks[].elements[].action_id is number, officially string',
    ],
  ])('finds the fault in %j', (actual, fault) => {
    expect(faults(actual)).toEqual([fault]);
  });

  it('lets null pass only where real payloads or the reference have it', () => {
    expect(faults({ ts: null })).toEqual([]);
    expect(nullPaths({ a: null, b: [{ c: null }], d: 1 })).toEqual(['.a', '.b[].c']);
  });

  it('adds to a sample what real payloads carry beside', () => {
    expect(mergeShapes({ a: '', b: { c: 1 } }, { b: { d: true }, e: null })).toEqual({
      a: '',
      b: { c: 1, d: true },
      e: null,
    });
    expect(mergeShapes({ a: null }, { a: '' })).toEqual({ a: '' });
  });
});
