import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/core/audit.ts';
import { SottoError } from '../../src/core/errors.ts';
import { createRejections } from '../../src/core/rejections.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;

const bench = () => {
  const clock = createFakeClock();
  const [entries, said]: [AuditEntry[], string[]] = [[], []];
  const state = { takes: Number.POSITIVE_INFINITY, tried: 0 };
  const append = async (entry: AuditEntry) => {
    state.tried += 1;
    if (entries.length >= state.takes) throw new SottoError('audit-unavailable', 'full');
    entries.push(entry);
    return { origin: 'slot-0', index: entries.length - 1 };
  };
  const none = (): void => undefined;
  const log = { info: none, warn: none, error: (event: string) => void said.push(event) };
  const rejections = createRejections({ audit: { append }, clock, log });
  rejections.start();
  const minute = async (): Promise<void> => {
    await until(() => clock.sleeping() > 0);
    await clock.advance(MINUTE);
    await until(() => clock.sleeping() > 0);
  };
  const counts = () => entries.map((entry) => (entry.kind === 'rejected' ? [entry.reason, entry.count] : []));
  return { state, said, rejections, minute, counts };
};

describe('requests that were turned away', () => {
  it('are counted on while the log takes nothing, and none is lost and none counted twice', async () => {
    const { state, said, rejections, minute, counts } = bench();
    const note = (reason: string, times: number): void => {
      for (let n = 0; n < times; n++) rejections.note('slack', reason);
    };
    state.takes = 1;
    note('unsigned', 3);
    note('stale', 2);
    note('team-foreign', 1);
    await minute();
    expect(counts()).toEqual([['unsigned', 3]]);
    expect(said).toEqual(['audit.rejections-waiting']);
    // A log that refused one is not asked for the others in the same minute.
    expect(state.tried).toBe(2);
    note('unsigned', 4);
    note('stale', 5);
    await minute();
    expect(counts()).toEqual([['unsigned', 3]]);
    state.takes = Number.POSITIVE_INFINITY;
    await rejections.stop();
    expect(
      counts()
        .slice(1)
        .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ).toEqual([
      ['stale', 7],
      ['team-foreign', 1],
      ['unsigned', 4],
    ]);
  });

  it('need no more room however long the log takes nothing, and however many reasons there are', async () => {
    const { state, rejections, minute, counts } = bench();
    state.takes = 0;
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 200; n++) rejections.note('teams', `reason-${round}-${n}`);
      await minute();
    }
    state.takes = Number.POSITIVE_INFINITY;
    await rejections.stop();
    expect(counts().length).toBeLessThanOrEqual(51);
    expect(counts().reduce((sum, [, count]) => sum + Number(count), 0)).toBe(600);
  });

  it('of a reason that is counted already are counted to it, also where there are too many others', async () => {
    const { rejections, counts } = bench();
    for (let n = 0; n < 60; n++) rejections.note('slack', `reason-${n}`);
    rejections.note('slack', 'reason-3');
    await rejections.stop();
    expect(counts()).toContainEqual(['reason-3', 2]);
    expect(counts()).toContainEqual(['other', 10]);
  });
});
