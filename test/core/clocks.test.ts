import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/core/audit.ts';
import { type Clocks, createClocks } from '../../src/core/clocks.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const MINUTE = 60_000;

let clock: FakeClock;
let entries: AuditEntry[];
let warned: unknown[];
let clocks: Clocks;
let fails: boolean;
beforeEach(() => {
  clock = createFakeClock();
  entries = [];
  warned = [];
  fails = false;
  clocks = createClocks({
    audit: {
      append: async (entry) => {
        if (fails) throw new Error('full');
        entries.push(entry);
        return { origin: 'test', index: entries.length - 1 };
      },
    },
    clock,
    log: {
      info: () => undefined,
      warn: (event, fields) => warned.push([event, fields?.ms]),
      error: (event) => warned.push([event]),
    },
  });
  clocks.start();
});

/** Requests over one minute from a platform whose clock is behind ours by so much, each so long on its way. */
const minute = async (aheadMs: number, delays: readonly number[]): Promise<void> => {
  for (const delay of delays) clocks.note('slack', clock.now() - aheadMs - delay);
  await clock.advance(MINUTE);
};
const DELAYS = [900, 140, 3_000, 20, 250_000];
const aheads = () => entries.map((entry) => (entry.kind === 'clock' ? [entry.aheadMs, entry.requests] : []));

describe('this machine’s clock, beside that of a platform', () => {
  it('is ahead by the least that any request shows, since delivery only adds; that is on record once an hour', async () => {
    for (let n = 0; n < 60; n++) await minute(400, DELAYS);
    expect(aheads()).toEqual([[420, 300]]);
    expect(clocks.ahead().get('slack')).toEqual({ aheadMs: 420, requests: 5 });
    expect(warned).toEqual([]);
    await clocks.stop();
  });

  it('is warned of beyond half a minute, and on record at once, in both directions, and when it is right again', async () => {
    await minute(0, DELAYS);
    expect(entries).toEqual([]);
    await minute(40_000, DELAYS);
    await minute(40_000, DELAYS);
    await minute(-31_000, DELAYS);
    await minute(0, DELAYS);
    expect(aheads()).toEqual([
      [40_020, 5],
      [-30_980, 5],
      [20, 5],
    ]);
    expect(warned).toEqual([
      ['clock.far', 40_020],
      ['clock.far', -30_980],
    ]);
    await clocks.stop();
  });

  it('is not judged by a few requests that were late, but by a single one from our future', async () => {
    await minute(0, [50_000, 60_000]);
    expect([entries, [...clocks.ahead()]]).toEqual([[], []]);
    await minute(-40_000, [100]);
    expect(aheads()).toEqual([[-39_900, 1]]);
    await clocks.stop();
  });

  it('is not on record where nothing came, and what cannot be recorded is tried with the next hour', async () => {
    await clock.advance(60 * MINUTE);
    expect(entries).toEqual([]);
    await minute(0, DELAYS);
    fails = true;
    await clock.advance(59 * MINUTE);
    expect([entries, warned]).toEqual([[], [['clock.unrecorded']]]);
    fails = false;
    await clock.advance(60 * MINUTE);
    expect(aheads()).toEqual([[20, 5]]);
    clocks.note('slack', Number.NaN);
    await clocks.stop();
  });
});
