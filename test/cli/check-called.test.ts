import { describe, expect, it } from '@jest/globals';
import { calledFindings } from '../../src/cli/check-called.ts';

const operation = (name: string, goesBy?: 'email' | 'employee-number' | 'user-name') => ({
  backend: { name },
  ...(goesBy === undefined ? {} : { goesBy }),
});

describe('whether the directory knows what the described systems call people', () => {
  it('finds a system that goes by what nobody has, once however many operations it has', () => {
    const found = calledFindings({
      operations: [operation('itsm', 'email'), operation('itsm', 'email'), operation('hr')],
      kind: 'file',
      identifiable: () => ({ people: 0, shared: 0 }),
    });
    expect(found.findings).toHaveLength(1);
    expect(found.findings[0]).toMatch(/itsm goes by mail addresses .* of nobody.*Give people identifiers\.email/);
    expect(found.notes).toEqual([]);
  });

  it('finds every system that goes by anything where the directory is in Slack', () => {
    const operations = [operation('itsm', 'email'), operation('scim', 'user-name'), operation('hr')];
    const { findings } = calledFindings({ operations, kind: 'slack-groups', identifiable: null });
    expect(findings.map((it) => /the backend (\w+)/.exec(it)?.[1])).toEqual(['itsm', 'scim']);
  });

  it('notes what several people share, and finds nothing where everybody is told apart', () => {
    const operations = [operation('workday', 'employee-number')];
    const of = (shared: number) =>
      calledFindings({ operations, kind: 'file', identifiable: () => ({ people: 9, shared }) });
    expect(of(0)).toEqual({ findings: [], notes: [] });
    expect(of(2)).toMatchObject({
      findings: [],
      notes: [expect.stringMatching(/share 2 of the numbers of employees/)],
    });
  });

  it('says nothing of people whom it has not read', () => {
    const operations = [operation('workday', 'employee-number')];
    expect(calledFindings({ operations, kind: 'entra', identifiable: null })).toEqual({ findings: [], notes: [] });
  });
});
