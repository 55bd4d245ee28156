import { describe, expect, it } from '@jest/globals';
import { operatorNotes } from '../../src/cli/check-notes.ts';

describe('what sotto check says of the operators', () => {
  const notes = (o: Partial<Parameters<typeof operatorNotes>[0]>): string =>
    operatorNotes({ group: 'on-call', count: 2, unmapped: false, ...o }).join('\n');

  it('is nothing where two can confirm, or where it cannot be counted', () => {
    expect(notes({})).toBe('');
    expect(notes({ count: null })).toBe('');
  });

  it('is that nobody can give an order, or that one alone cannot lift a hold', () => {
    expect(notes({ count: 0 })).toContain('Nobody in the directory file is an employee in the group "on-call"');
    expect(notes({ count: 1 })).toContain('Lifting a hold needs two');
    expect(notes({ count: null, unmapped: true })).toContain('No group of Entra stands for "on-call"');
  });
});
