import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { keepInMemory } from './in-memory.ts';

const GIB = 2 ** 30;
const MUCH = { folder: tmpdir(), free: 64 * GIB };

const chosen = (o: { readonly folder: string; readonly free: number }, env: { TMPDIR?: string } = {}) => {
  keepInMemory(env, o);
  return env.TMPDIR;
};

describe('where tests lay by', () => {
  it('is in memory where there is room in it, and a disk where there is not', () => {
    const { bavail, bsize } = statfsSync(MUCH.folder);
    expect(chosen(MUCH)).toBe(bavail * bsize >= 4 * GIB ? MUCH.folder : undefined);
    expect(chosen({ ...MUCH, folder: join(tmpdir(), 'there-is-none') })).toBeUndefined();
  });

  it('is a disk where memory is short, however much of it may be laid by in', () => {
    expect(chosen({ ...MUCH, free: 8 * GIB - 1 })).toBeUndefined();
  });

  it('is what TMPDIR names, where somebody has set it', () => {
    expect(chosen(MUCH, { TMPDIR: '/elsewhere' })).toBe('/elsewhere');
  });
});
