import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ENTRIES, KINDS } from '../support/audit-entries.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/audit.md'), 'utf8');
const section = page.slice(page.indexOf('## What is recorded'), page.indexOf('## How it is kept'));

/** Of each kind, the fields that its row names. */
const rows = new Map(
  section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, kind = '', , fields = ''] = line.split(' | ').length === 3 ? ['', ...line.split(' | ')] : [];
      return [kind.replace(/[|`\s]/g, ''), fields] as const;
    }),
);

describe('what docs/audit.md says is recorded', () => {
  it('has a row for every kind of entry, and for no other', () => {
    expect([...rows.keys()].toSorted()).toEqual([...KINDS].toSorted());
  });

  it.each([...KINDS])('of %s: names every field', (kind) => {
    const [entry] = fc.sample<object>(ENTRIES[kind], 1);
    const named = new Set([...(rows.get(kind) ?? '').matchAll(/`(\w+)`/g)].map(([, field]) => field));
    const fields = Object.keys(entry ?? {}).filter((field) => field !== 'kind' && field !== 'at');
    expect(fields.filter((field) => !named.has(field))).toEqual([]);
  });
});
