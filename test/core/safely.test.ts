import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { safely } from '../../src/core/safely.ts';

const ROOT = join(import.meta.dirname, '../..');

const HOSTILE: readonly unknown[] = [
  { length: { toString: 0 } },
  { length: { valueOf: 0, toString: 0 } },
  { length: [{ toString: 0 }] },
];

const SHAPES: readonly z.ZodType[] = [
  z.string().max(3),
  z.string().min(1),
  z.string().length(3),
  z.string().max(3).optional(),
  z.array(z.string()).max(3),
  z.union([z.string().max(3), z.number()]),
];

describe('Reading what somebody else wrote by a shape', () => {
  it('is a no, with an issue, for each shape and each thing whose length cannot be compared', () => {
    for (const shape of SHAPES)
      for (const value of HOSTILE) {
        const read = safely(shape, value);
        expect(read.success).toBe(false);
        expect(read.error?.issues.length).toBeGreaterThan(0);
        expect(safely(z.looseObject({ error: shape }), { error: value }).success).toBe(false);
      }
  });

  it('says whatever the shape itself says of everything else, and never throws', () => {
    const shape = z.strictObject({ a: z.string().max(3), b: z.array(z.int()).max(2).optional() });
    expect(safely(shape, { a: 'abc' })).toEqual({ success: true, data: { a: 'abc' } });
    expect(safely(shape, { a: 'abcd' }).error?.issues).toMatchObject([{ code: 'too_big', path: ['a'] }]);
    const key = fc.constantFrom('a', 'b', 'length', 'toString', 'valueOf', '__proto__');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 0, 1, 'abc', true),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        for (const one of [...SHAPES, shape]) safely(one, JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is how everything outside of the core and the settings reads', () => {
    const elsewhere = ['src/adapters', 'src/cli', 'src/main', 'src/policies'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(folder, file))
        .filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('.safeParse(')),
    );
    expect(elsewhere).toEqual([]);
  });
});
