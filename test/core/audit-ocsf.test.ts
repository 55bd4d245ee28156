import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEntry } from '../../src/core/audit.ts';
import { toOcsf } from '../../src/core/audit-ocsf.ts';
import { anyEntry, ENTRIES, KINDS } from '../support/audit-entries.ts';
import { ocsfFindings } from '../support/ocsf.ts';

const event = (entry: AuditEntry | Readonly<Record<string, unknown>>, index = 7) =>
  toOcsf({ entry, origin: 'a1b2', index, version: '0.10.0' });

/** Every string and number that stands anywhere in a value. */
const leaves = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];

describe('an entry as an event of OCSF', () => {
  it.each(KINDS)('a %s validates against its class, whatever it holds', (kind) => {
    fc.assert(
      fc.property(ENTRIES[kind] as fc.Arbitrary<AuditEntry>, (entry) => {
        // As it is sent: what JSON leaves out is not there.
        expect(ocsfFindings(JSON.parse(JSON.stringify(event(entry))))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('nothing of an entry is lost: each field is kept by its name, or its values stand in the event', () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(), (entry, index) => {
        const made = event(entry, index);
        const { unmapped = {}, ...mapped } = made as Readonly<Record<string, unknown>> & { unmapped?: object };
        const stands = new Set(leaves(mapped));
        const { kind, at, ...fields } = entry;
        expect(stands.has(kind)).toBe(true);
        expect(made.time).toBe(at);
        for (const [name, value] of Object.entries(fields)) {
          if (Object.hasOwn(unmapped, name))
            expect((unmapped as Readonly<Record<string, unknown>>)[name]).toEqual(value);
          else expect(leaves(value).filter((leaf) => !stands.has(leaf))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('the person is the keyed hash, and the event is named by its log and index', () => {
    const [decision] = fc.sample(ENTRIES.decision, 1);
    expect(event({ ...decision, person: 'fp-1', verdict: 'refuse' }, 12)).toMatchObject({
      class_uid: 6003,
      type_uid: 600302,
      status_id: 2,
      action_id: 2,
      actor: { user: { uid: 'fp-1' } },
      metadata: { uid: 'a1b2/12', sequence: 12, log_provider: 'a1b2', event_code: 'decision', version: '1.5.0' },
    });
  });

  it('a kind that this version does not know is a base event with all of it, and one with too little does not throw', () => {
    const later = event({ kind: 'later', at: 5, what: { of: [1, null] } });
    expect(later).toMatchObject({ class_uid: 0, type_uid: 99, time: 5, unmapped: { what: { of: [1, null] } } });
    expect(ocsfFindings(later)).toEqual([]);
    for (const kind of [...KINDS, 'constructor', '__proto__'])
      expect(event({ kind })).toMatchObject({ metadata: { event_code: kind } });
    expect(event({})).toMatchObject({ class_uid: 0, time: 0 });
  });

  it('the test itself refuses what the schema refuses', () => {
    const [entry] = fc.sample(ENTRIES.grant, 1);
    const good = event(entry ?? {}) as Readonly<Record<string, unknown>>;
    const { user: _user, ...nobody } = good;
    expect(ocsfFindings(good)).toEqual([]);
    for (const bad of [nobody, { ...good, activity_id: 7 }, { ...good, type_uid: 1 }, { ...good, invented: 1 }])
      expect(ocsfFindings(bad)).not.toEqual([]);
  });
});
