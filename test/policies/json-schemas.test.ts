import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

import { allSchemas } from '../../src/cli/policy/schemas.ts';
import { DEFAULT_PACK } from '../../src/policies/pack.ts';

const SHAPES = fileURLToPath(new URL('../../src/policies/shapes', import.meta.url));

describe('the JSON Schemas of a pack', () => {
  it('are those in the repository; "npm run shapes" writes them anew', () => {
    expect(readdirSync(SHAPES).toSorted()).toEqual([...allSchemas().keys()].toSorted());
    for (const [name, text] of allSchemas()) expect(readFileSync(join(SHAPES, name), 'utf8')).toBe(text);
  });

  it('are named in the first line of every file of the pack that ships, so that editors find them', () => {
    const files = globSync('{intents,examples,restrictions,backends}/*.yaml', { cwd: DEFAULT_PACK }).concat(
      'background.yaml',
    );
    expect(files).toContain('backends/hr.yaml');
    for (const file of files) {
      const path = join(DEFAULT_PACK, file);
      const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(path, 'utf8'))?.[1] ?? 'none';
      const schema = join(dirname(path), named);
      expect({ file, folder: dirname(schema), known: allSchemas().has(named.split('/').at(-1) ?? '') }).toEqual({
        file,
        folder: SHAPES,
        known: true,
      });
    }
  });

  it('are named in every worked description of a backend', () => {
    const folder = join(DEFAULT_PACK, '../../../docs/backends');
    for (const file of globSync('*.yaml', { cwd: folder }))
      expect([file, readFileSync(join(folder, file), 'utf8').split('\n', 1)[0]]).toEqual([
        file,
        '# yaml-language-server: $schema=../../src/policies/shapes/backend.schema.json',
      ]);
  });

  it('know no key that the pack does not know', () => {
    const open = (schema: unknown): boolean =>
      typeof schema === 'object' &&
      schema !== null &&
      (('properties' in schema && (schema as Record<string, unknown>)['additionalProperties'] !== false) ||
        Object.values(schema).some(open));
    for (const text of allSchemas().values()) expect(open(JSON.parse(text))).toBe(false);
  });
});
