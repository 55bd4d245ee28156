import { describe, expect, it } from '@jest/globals';
import { differences, fitting } from '../../../src/core/restricting/difference.ts';
import type { Restriction } from '../../../src/core/types.ts';
import { PLAIN_RESTRICTION } from '../../support/restricting.ts';

const of = (id: string, o: Partial<Restriction> = {}): Restriction => ({
  ...PLAIN_RESTRICTION,
  id,
  title: `Title ${id}`,
  forbids: ['salary'],
  ...o,
});

describe('the difference that a change makes', () => {
  it('names every field that differs, before and after, and none that does not', () => {
    const before = of('a', { words: { en: 'Closed.' }, until: '2027-01-01T00:00:00.000Z' });
    const after = of('a', { words: { en: 'Closed.', de: 'Zu.' }, exceptGroups: ['payroll'], title: 'Other' });
    expect(differences({ before: [before, of('b')], put: [after], remove: ['b'] })).toMatchObject([
      {
        id: 'a',
        title: 'Other',
        fields: [
          { field: 'title', before: 'Title a', after: 'Other' },
          { field: 'exceptGroups', before: null, after: 'payroll' },
          { field: 'until', before: '2026-12-31', after: null },
          { field: 'words-de', before: null, after: 'Zu.' },
        ],
      },
      {
        id: 'b',
        after: null,
        fields: [
          { field: 'title', before: 'Title b', after: null },
          { field: 'forbids', before: 'salary', after: null },
        ],
      },
    ]);
    expect(differences({ before: [before], put: [before], remove: [] })).toEqual([]);
  });

  it('says days as the form does, and times to the second', () => {
    const fields = (o: Partial<Restriction>) =>
      differences({ before: [of('a')], put: [of('a', o)], remove: [] })[0]?.fields.map(({ after }) => after);
    expect(fields({ from: '2026-11-30T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' })).toEqual([
      '2026-11-30',
      '2026-12-31',
    ]);
    expect(
      fields({
        from: '2026-11-30T08:00:00.000Z',
        until: '2026-12-31T17:30:00.000Z',
        suspendedUntil: '2026-11-26T13:16:39.315Z',
      }),
    ).toEqual(['2026-11-30 08:00:00 UTC', '2026-12-31 17:30:00 UTC', '2026-11-26 13:16:39 UTC']);
  });

  it('is shown whole for one restriction, and of very many as far as there is room, which is said', () => {
    const long = { words: { en: 'x'.repeat(500), de: 'y'.repeat(500) }, rights: { en: 'z'.repeat(500) } };
    const shown = (count: number) =>
      fitting(
        differences({
          before: [],
          put: Array.from({ length: count }, (_, at) => of(`r${at}`, long)),
          remove: [],
        }).map((each) => ({ ...each, touches: Array.from({ length: 30 }, (_, at) => `action-${at}`) })),
      );
    expect(shown(1).shown[0]?.fields.find(({ field }) => field === 'words-en')?.after).toHaveLength(500);
    const many = shown(100);
    expect(many.more).toBe(80);
    expect(
      JSON.stringify(many.shown.map(({ title, fields, touches }) => [title, fields, touches])).length,
    ).toBeLessThan(20_000);
  });
});
