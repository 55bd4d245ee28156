import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/adapters/audit-log/canonical.ts';
import { linesOf } from '../../../src/cli/audit/export-line.ts';
import { anyEntry } from '../../support/audit-entries.ts';
import { ocsfFindings } from '../../support/ocsf.ts';

const AT = { origin: 'a1b2', index: 41, version: '0.10.0', hostname: 'host.example' };

describe('an entry as a line', () => {
  it('in the native format is the leaf of the tree, byte by byte, once its origin is taken away', () => {
    fc.assert(
      fc.property(anyEntry, (made) => {
        // As it is read from a log.
        const leaf = canonicalJson({ entry: made, seq: 41 });
        const { entry } = JSON.parse(leaf) as { readonly entry: Readonly<Record<string, unknown>> };
        const [line = '', ...more] = linesOf({ ...AT, format: 'native', entry });
        expect(more).toEqual([]);
        expect(line.replace('"origin":"a1b2",', '')).toBe(leaf);
      }),
    );
  });

  it('as OCSF is one line that validates, and as syslog the same event behind a header', () => {
    fc.assert(
      fc.property(anyEntry, (made) => {
        const entry = { ...made };
        const [event = '', ...more] = linesOf({ ...AT, format: 'ocsf', entry });
        expect([more, ocsfFindings(JSON.parse(event))]).toEqual([[], []]);
        const lines = linesOf({ ...AT, format: 'syslog', entry });
        if (lines.length > 1) return;
        const [line = ''] = lines;
        expect(line.startsWith('<')).toBe(true);
        expect(line).toContain(` host.example sotto a1b2 ${made.kind} [meta sequenceId="42"] `);
        expect(JSON.parse(line.slice(line.indexOf('] ') + 2))).toEqual(JSON.parse(event));
      }),
    );
  });
});
