import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { jsonSchemas } from '../../src/policies/json-schemas.ts';
import { DEFAULT_PACK } from '../../src/policies/pack.ts';

const SHAPES = fileURLToPath(new URL('../../src/policies/shapes', import.meta.url));

describe('the JSON Schemas of a pack', () => {
  it('are those in the repository; "npm run shapes" writes them anew', () => {
    expect(readdirSync(SHAPES).toSorted()).toEqual([...jsonSchemas().keys()].toSorted());
    for (const [name, text] of jsonSchemas()) expect(readFileSync(join(SHAPES, name), 'utf8')).toBe(text);
  });

  it('are named in the first line of every file of the pack that ships, so that editors find them', () => {
    const files = globSync('{intents,examples,restrictions}/*.yaml', { cwd: DEFAULT_PACK }).concat('background.yaml');
    for (const file of files) {
      const path = join(DEFAULT_PACK, file);
      const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(path, 'utf8'))?.[1] ?? 'none';
      const schema = join(dirname(path), named);
      expect({ file, folder: dirname(schema), known: jsonSchemas().has(named.split('/').at(-1) ?? '') }).toEqual({
        file,
        folder: SHAPES,
        known: true,
      });
    }
  });

  it('know no key that the pack does not know', () => {
    const open = (schema: unknown): boolean =>
      typeof schema === 'object' &&
      schema !== null &&
      (('properties' in schema && (schema as Record<string, unknown>)['additionalProperties'] !== false) ||
        Object.values(schema).some(open));
    for (const text of jsonSchemas().values()) expect(open(JSON.parse(text))).toBe(false);
  });
});
