import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { namesIn, withNames } from '../../src/core/audit-names.ts';
import { toOcsf } from '../../src/core/audit-ocsf.ts';
import { anyEntry, ENTRIES } from '../support/audit-entries.ts';
import { ocsfFindings } from '../support/ocsf.ts';

describe('the sealed names in an entry', () => {
  it('are found with whose they are and what they are sealed for', () => {
    expect(namesIn({ kind: 'decision', person: 'p', name: 's' })).toEqual([
      { fingerprint: 'p', name: 's', purpose: 'asker' },
    ]);
    expect(namesIn({ kind: 'grant', for: 'orders', person: 'p', name: 's' })).toMatchObject([{ purpose: 'officer' }]);
    expect(namesIn({ kind: 'sign-in', for: 'question', person: null, name: null })).toEqual([]);
    expect(namesIn({ kind: 'pack', by: ['a', 'b', 'c'], byNames: ['s', null, 't'] })).toEqual([
      { fingerprint: 'a', name: 's', purpose: 'officer' },
      { fingerprint: 'c', name: 't', purpose: 'officer' },
    ]);
    expect(namesIn({ kind: 'probing', person: 'p', name: 's', contact: 'c', contactName: 't' })).toMatchObject([
      { purpose: 'asker' },
      { fingerprint: 'c', purpose: 'officer' },
    ]);
    expect(namesIn({ kind: 'restriction', by: 'a', byName: 's', approvedBy: 'b', approvedByName: 't' })).toHaveLength(
      2,
    );
    expect(namesIn({ kind: 'disclosure', name: 7 })).toEqual([]);
  });

  it('stand, once opened, in an event of OCSF that still validates, wherever somebody is identified', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const names = new Map(namesIn({ ...entry }).map(({ fingerprint }) => [fingerprint, 'evan@example']));
        const event = withNames(toOcsf({ entry, origin: 'a', index: 0, version: '1' }), names);
        expect(ocsfFindings(JSON.parse(JSON.stringify(event)))).toEqual([]);
      }),
    );
    const [entry] = fc.sample(ENTRIES.decision, 1);
    const event = toOcsf({ entry: { ...entry, person: 'fp-1' }, origin: 'a', index: 0, version: '1' });
    expect(withNames(event, new Map([['fp-1', 'evan']]))).toMatchObject({
      actor: { user: { uid: 'fp-1', name: 'evan' } },
    });
  });
});
