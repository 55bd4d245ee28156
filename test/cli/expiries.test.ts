import { describe, expect, it } from '@jest/globals';
import { type Backlog, backlogInWords } from '../../src/cli/expiries.ts';
import { ago } from '../../src/cli/time-words.ts';

const NOW = 1_700_000_000_000;
const NONE = { p50: 0, p99: 0, most: 0 };

const row = (o: Partial<Backlog['rows'][number]> = {}): Backlog['rows'][number] => ({
  platform: 'slack',
  tenant: 'T1',
  pending: 7,
  due: 2,
  oldestDueAt: NOW - 5_000,
  dueWithinHour: 3,
  recallable: 4,
  held: 0,
  failing: {},
  perHour: 3_000,
  overbooked: false,
  ...o,
});

const words = (o: Partial<Backlog>): readonly string[] =>
  backlogInWords({ now: NOW, rows: [], lateness: { count: 0, engine: NONE, platform: NONE }, ...o });

describe('sotto expiries', () => {
  it('says so where nothing waits', () => {
    expect(words({})).toEqual(['Nothing waits to be removed.']);
  });

  it('says what waits, by platform and tenant, and what fails', () => {
    expect(
      words({
        rows: [row(), row({ platform: 'teams', due: 0, oldestDueAt: null, failing: { later: 2, 'http-503': 1 } })],
      }),
    ).toEqual([
      'slack T1: 7 to be removed, 3 of them within the hour, 2 are due, the first since 5 s; 4 more stay in the chat and are known for a week.',
      'teams T1: 7 to be removed, 3 of them within the hour, 0 are due; 4 more stay in the chat and are known for a week.',
      '  Tried in vain: 2 with "later", 1 with "http-503".',
    ]);
  });

  it('tells our own lateness from the platform’s', () => {
    const lateness = {
      count: 10,
      engine: { p50: 1, p99: 4, most: 9 },
      platform: { p50: 40, p99: 2_500, most: 700_000 },
    };
    expect(words({ lateness }).at(-1)).toBe(
      'The last 10 removals of this process were late by our own doing 1 ms (half of them at most), 4 ms (99 of 100), 9 ms (the worst); by the platform’s 40 ms (half of them at most), 3 s (99 of 100), 12 min (the worst).',
    );
  });

  it('warns where more must leave than the platform takes, and where one is long overdue', () => {
    const rows = [row({ overbooked: true, due: 100, dueWithinHour: 4_000 }), row({ oldestDueAt: NOW - 3_600_000 * 3 })];
    expect(words({ rows }).filter((line) => line.startsWith('WARNING'))).toEqual([
      expect.stringContaining('4100 must leave within the hour, and the platform takes 3000'),
      expect.stringContaining('should have left 3 h ago'),
    ]);
  });
});

describe('a stretch of time', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [1_999, '1999 ms'],
    [2_000, '2 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 days'],
  ])('of %d ms is %s', (ms, said) => expect(ago(ms)).toBe(said));
});
