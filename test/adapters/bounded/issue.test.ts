import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { issueInWords } from '../../../src/adapters/bounded/issue.ts';

const shape = z.strictObject({ name: z.string() });

const said = (value: unknown): readonly string[] => shape.safeParse(value).error?.issues.map(issueInWords) ?? [];

describe('what is wrong with a file', () => {
  it('names keys that nobody knows, and how to mend them', () => {
    expect(said({ name: 'a', colour: 'red', size: 1 })).toEqual([
      'has the unknown key "colour", "size", and nothing unknown is passed over in silence. Correct the spelling or remove it.',
    ]);
    expect(said({ name: 'a', ['x'.repeat(1_000)]: 1 })[0]?.length).toBeLessThan(250);
  });

  it('is a key that is missing', () => {
    expect(said({})).toEqual(['is missing. Say it there.']);
  });

  it('is otherwise what the shape says', () => {
    expect(said({ name: 1 })).toEqual(['Invalid input: expected string, received number. Mend it there.']);
  });
});
