import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isoDay } from '../../src/core/recognise/calendar.ts';
import { todayIn } from '../../src/core/time-zones.ts';
import { SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { type Ended, openStage, type TestStage } from '../support/stage.ts';

/** Fourteen hours before UTC and twelve behind it: it is never the same day in both. */
const EARLIEST = 'Pacific/Kiritimati';
const LATEST = 'Etc/GMT+12';

describe('What an intent wants to know besides, over http', () => {
  let stage: TestStage;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-slots-'));
    const peopleFile = join(folder, 'people.yaml');
    const people = readFileSync(SAMPLE_PEOPLE, 'utf8');
    const placed = people
      .replace('name: Evan Brooks\n', `name: Evan Brooks\n    timeZone: ${EARLIEST}\n`)
      .replace('name: Mona Keller\n', `name: Mona Keller\n    timeZone: ${LATEST}\n`);
    writeFileSync(peopleFile, placed);
    stage = await openStage({ peopleFile });
  });
  afterAll(async () => {
    await stage?.end();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => stage.forgetTalks());

  /** What the HR system was asked, without the path before it. */
  const askedOf = async (act: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = stage.backend.requests().length;
    await act();
    return stage.backend
      .requests()
      .slice(before)
      .map(({ path }) => path.replace('/standin/backend/people/', ''));
  };
  const today = (zone: string): string => isoDay(todayIn(zone, Date.now()));
  const monthOf = (back: number): string => {
    const [year = 0, month = 0] = today('Europe/Berlin').split('-').map(Number);
    return new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7);
  };

  it('is told by the day where people are: as the directory says on Slack, as the message says on Teams', async () => {
    const on = (who: string, platform: 'slack' | 'teams') =>
      askedOf(() => stage.ask({ who, on: platform, says: 'which leave have I booked today?' }));
    const days = { early: today(EARLIEST), late: today(LATEST), berlin: today('Europe/Berlin') };
    const asked = [
      await on('evan', 'slack'),
      await on('mona', 'slack'),
      await on('evan', 'teams'),
      await on('mona', 'teams'),
    ];
    // At midnight in one of these places the day may have changed meanwhile.
    const now = { early: today(EARLIEST), late: today(LATEST), berlin: today('Europe/Berlin') };
    const of = (who: string, ...either: readonly string[]) =>
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^${who}/leave/booked\\?from=(${either.join('|')})&to=\\1$`)),
      ]);
    expect(asked).toEqual([
      of('evan', days.early, now.early),
      of('mona', days.late, now.late),
      of('evan', days.berlin, now.berlin),
      of('mona', days.berlin, now.berlin),
    ]);
    expect(days.early).not.toBe(days.late);
  });

  describe.each(['slack', 'teams'] as const)('on %s', (on) => {
    const labels = (ended: Ended) => ended.buttons;

    it('is asked for with buttons, and a button answers for what stands on it', async () => {
      await stage.signIn('hana', 1);
      const ended = await stage.ask({ who: 'hana', on, says: 'I need my W-2' });
      expect(ended.decision).toMatchObject({ verdict: 'which', intent: 'salary.statement' });
      const year = today('Europe/Berlin').slice(0, 4);
      expect(labels(ended)).toEqual([year, String(Number(year) - 1)]);
      expect(ended.said).toContain('For which year');
      const asked = await askedOf(async () => {
        const pressed = await stage.askBy({ who: 'hana', ended, label: String(Number(year) - 1) });
        expect(pressed.decision).toMatchObject({ verdict: 'answer', intent: 'salary.statement' });
        await stage.press({ who: 'hana', ended: pressed });
      });
      expect(asked).toEqual([`hana/pay-statement?year=${Number(year) - 1}`]);
    });

    it('offers the last three months where a whole year was named, and opens the one that is pressed', async () => {
      await stage.signIn('hugo', 1);
      const ended = await stage.ask({ who: 'hugo', on, says: 'show me my payslip of 2025' });
      expect(labels(ended)).toHaveLength(3);
      const asked = await askedOf(async () => {
        const pressed = await stage.askBy({ who: 'hugo', ended, label: labels(ended)[1] ?? '' });
        await stage.press({ who: 'hugo', ended: pressed });
      });
      expect(asked).toEqual([`hugo/payslip?month=${monthOf(2)}`]);
    });

    it('goes with a view that is opened, and with a question that goes on', async () => {
      await stage.signIn('erin', 1);
      const first = await stage.ask({ who: 'erin', on, says: 'meine Gehaltsabrechnung vom letzten Monat' });
      expect(await askedOf(() => stage.press({ who: 'erin', ended: first }))).toEqual([
        `erin/payslip?month=${monthOf(1)}`,
      ]);
      const next = await stage.ask({ who: 'erin', on, says: 'und vorletzten Monat?' });
      expect(next.decision).toMatchObject({ verdict: 'answer', intent: 'salary.payslip' });
      expect(await askedOf(() => stage.press({ who: 'erin', ended: next }))).toEqual([
        `erin/payslip?month=${monthOf(2)}`,
      ]);
    });

    it('stands in no audit entry', async () => {
      await stage.signIn('pia', 1);
      await stage.ask({ who: 'pia', on, says: 'show me my payslip for September 2026' });
      expect(JSON.stringify(stage.trail)).not.toContain('2026-09');
    });
  });
});
