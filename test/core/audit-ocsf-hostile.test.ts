import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { namesIn, withNames } from '../../src/core/audit-names.ts';
import { toOcsf } from '../../src/core/audit-ocsf.ts';
import { KNOWN_KINDS } from '../../src/core/audit-ocsf-kinds.ts';
import { createSelection } from '../../src/core/audit-selection.ts';
import { entryLines } from '../../src/core/audit-stream.ts';
import { severityOf } from '../../src/core/audit-syslog.ts';
import { ENTRIES } from '../support/audit-entries.ts';

/** What JSON can hold that code takes for something else: names of every object's own, and objects that are no text. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    'toString',
    'a\r\nb\u0000c\u001b[2J\u202e',
    'x'.repeat(65_536),
    '\ud800',
    null,
    -1,
    1e300,
    { toString: null, valueOf: null },
    [{ toString: 1 }],
  ),
  fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as unknown),
);

/** A kind that is known, with its own fields, and anything in them; or any kind. */
const anything = fc.constantFrom<unknown>(...KNOWN_KINDS, { toString: null }, '__proto__', 7).chain((kind) => {
  const known = typeof kind === 'string' && Object.hasOwn(ENTRIES, kind) ? ENTRIES[kind as keyof typeof ENTRIES] : null;
  const fields =
    known === null ? ['at', 'by', 'change'] : Object.keys(fc.sample(known as fc.Arbitrary<object>, 1)[0] ?? {});
  return fc
    .record(Object.fromEntries(fields.map((name) => [name, hostile])), { requiredKeys: [] })
    .map((entry): Readonly<Record<string, unknown>> => ({ ...entry, kind }));
});

describe('an entry that nobody here wrote', () => {
  it('becomes an event, a line and a choice all the same: one alone never stops what comes behind it', () => {
    fc.assert(
      fc.property(anything, (entry) => {
        const event = toOcsf({ entry, origin: 'a', index: 0, version: '1' });
        for (const id of ['class_uid', 'activity_id', 'type_uid', 'severity_id', 'status_id', 'time'])
          expect([id, Number.isSafeInteger(event[id])]).toEqual([id, true]);
        expect(typeof event['activity_name']).toBe('string');
        withNames(event, new Map(namesIn(entry).map(({ fingerprint }) => [fingerprint, 'evan'])));
        expect([4, 5, 6]).toContain(severityOf(entry));
        const selection = createSelection({ fingerprints: ['f'], topic: 'leave', kinds: ['stop'], since: 1, until: 2 });
        selection.learn(entry);
        expect(selection.takes(entry)).toBe(false);
        for (const format of ['ocsf', 'native'] as const)
          for (const line of entryLines(
            'a',
            { index: 0, json: JSON.stringify(entry) },
            { format, hostname: 'h', version: '1' },
          ))
            expect(line).toMatch(/^<1\d\d>1 [\x20-\x7e]{0,8192}$/);
      }),
      { numRuns: 500 },
    );
  });
});
