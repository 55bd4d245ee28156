import { describe, expect, it } from '@jest/globals';
import { differences, fitting, type Naming } from '../../../src/core/restricting/difference.ts';
import type { Restriction } from '../../../src/core/types.ts';
import { PLAIN_RESTRICTION } from '../../support/restricting.ts';

/** As they stand. */
const naming: Naming = { forbidden: (id) => id, place: (place) => place, time: (_, iso) => iso };

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
    expect(differences({ before: [before, of('b')], put: [after], remove: ['b'], naming })).toMatchObject([
      {
        id: 'a',
        title: 'Other',
        fields: [
          { field: 'title', before: 'Title a', after: 'Other' },
          { field: 'exceptGroups', before: null, after: 'payroll' },
          { field: 'until', before: '2027-01-01T00:00:00.000Z', after: null },
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
    expect(differences({ before: [before], put: [before], remove: [], naming })).toEqual([]);
  });

  it('is shown by ids and exact times where two different things are called alike, so that nobody approves what they cannot see', () => {
    const alike: Naming = { forbidden: () => 'Salary', place: () => 'somewhere', time: () => 'soon' };
    const before = of('a', { forbids: ['salary'], places: ['direct'], until: '2027-01-01T00:00:00.000Z' });
    const after = of('a', { forbids: ['salary.bonus'], places: ['direct'], until: '2026-12-01T00:00:00.000Z' });
    expect(differences({ before: [before], put: [after], remove: [], naming: alike })[0]?.fields).toEqual([
      { field: 'forbids', before: 'salary', after: 'salary.bonus' },
      { field: 'until', before: '2027-01-01T00:00:00.000Z', after: '2026-12-01T00:00:00.000Z' },
    ]);
  });

  it('is shown whole for one restriction, and of very many as far as there is room, which is said', () => {
    const long = { words: { en: 'x'.repeat(500), de: 'y'.repeat(500) }, rights: { en: 'z'.repeat(500) } };
    const shown = (count: number) =>
      fitting(
        differences({
          before: [],
          put: Array.from({ length: count }, (_, at) => of(`r${at}`, long)),
          remove: [],
          naming,
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
