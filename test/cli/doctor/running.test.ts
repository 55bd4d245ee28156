import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Control, createControl } from '../../../src/adapters/control/server.ts';
import type { State } from '../../../src/cli/doctor/line.ts';
import { lookAtRunning, type Running } from '../../../src/cli/doctor/running.ts';

const NOW = 1_800_000_000_000;

const WELL: Readonly<Record<string, object>> = {
  '/about': { version: '9.9.9', pid: 4711, startedAt: NOW - 7_200_000, now: NOW, held: true, closed: null },
  '/dead': { now: NOW, letters: [], census: { queued: 3, leased: 2, parked: 1, dead: 0 } },
  '/expiries': {
    now: NOW,
    rows: [],
    lateness: { count: 10, engine: { p50: 1, p99: 40, most: 90 }, platform: { p50: 1, p99: 2, most: 3 } },
  },
  '/standing': { paused: null, holds: [] },
  '/data-key': { now: NOW, keyId: 'abc', state: 'done', left: 0, lost: 0 },
  '/installations': { installations: [] },
};

const row = {
  platform: 'slack',
  tenant: 'T0',
  pending: 9,
  due: 5,
  oldestDueAt: null,
  dueWithinHour: 4,
  recallable: 0,
  held: 0,
  failing: {},
  perHour: 3,
  overbooked: false,
};

let open: { readonly folder: string; readonly control: Control }[] = [];
afterEach(async () => {
  for (const { folder, control } of open) {
    await control.close();
    rmSync(folder, { recursive: true, force: true });
  }
  open = [];
});

const looked = async (differs: Readonly<Record<string, object | null>> = {}): Promise<Running> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-doctor-'));
  const routes = Object.entries({ ...WELL, ...differs }).flatMap(([path, body]) =>
    body === null ? [] : [{ method: 'GET' as const, path, handle: async () => ({ status: 200, body }) }],
  );
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const control = createControl({ folder, routes, log });
  open.push({ folder, control });
  expect(await control.keep()).toBe('held');
  return lookAtRunning(folder);
};

const said = ({ lines }: Running, state: State): string =>
  lines
    .filter((line) => line.state === state)
    .map(({ what, why, mend }) => `${what} ${why} ${mend}`)
    .join('\n');

describe('doctor, of the running Sotto', () => {
  it('says that all is well, with figures', async () => {
    const running = await looked();
    expect(running.pid).toBe(4711);
    expect(running.lines.map(({ state }) => state)).toEqual(Array(7).fill('ok'));
    const all = said(running, 'ok');
    expect(all).toContain('Sotto 9.9.9 runs (process 4711), since 2 h.');
    expect(all).toContain('3 questions wait, 2 are being answered, 1 are parked.');
    expect(all).toContain('by our own doing 40 ms late at most, 99 of 100');
    expect(all).toContain('sealed under the current data key');
  });

  it('says that none runs, as a warning and no finding: a set-up may be looked at before its first start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-doctor-'));
    const running = await lookAtRunning(folder);
    rmSync(folder, { recursive: true });
    expect(running.pid).toBeNull();
    expect(running.lines).toHaveLength(1);
    expect(said(running, 'warning')).toContain('No Sotto runs on the folder');
  });

  it.each([
    [
      'a log that is lost',
      { '/about': { ...WELL['/about'], held: false } },
      'finding',
      /lost its audit log.*Restart it/,
    ],
    [
      'a pack that nobody approved',
      { '/about': { ...WELL['/about'], closed: 'pack' } },
      'finding',
      /answers nobody.*not the one that was approved.*sotto restrict approve-pack/,
    ],
    [
      'a store that went back',
      { '/about': { ...WELL['/about'], closed: 'restrictions' } },
      'finding',
      /answers nobody.*not what HR put there.*store that belongs to this audit log/,
    ],
    [
      'a backlog',
      { '/dead': { census: { queued: 101, leased: 9, parked: 0, dead: 0 } } },
      'finding',
      /101 questions wait\. More come than are answered/,
    ],
    [
      'questions that were set aside',
      { '/dead': { census: { queued: 0, leased: 0, parked: 0, dead: 2 } } },
      'warning',
      /2 questions failed five times.*sotto dead/,
    ],
    [
      'answers that leave late',
      {
        '/expiries': {
          now: NOW,
          rows: [],
          lateness: { count: 9, engine: { p50: 1, p99: 6_000, most: 9_000 }, platform: { p50: 1, p99: 2, most: 3 } },
        },
      },
      'warning',
      /Answers leave late: by our own doing 6 s/,
    ],
    [
      'more than the platform takes',
      { '/expiries': { ...WELL['/expiries'], rows: [{ ...row, overbooked: true }] } },
      'finding',
      /slack T0: 9 must leave within the hour, and the platform takes 3/,
    ],
    [
      'an answer that should have left',
      { '/expiries': { ...WELL['/expiries'], rows: [{ ...row, oldestDueAt: NOW - 3_600_000 }] } },
      'finding',
      /should have left 60 min ago/,
    ],
    ['a pause', { '/standing': { paused: { by: 'x' }, holds: [] } }, 'warning', /paused by its operators.*pause --off/],
    ['legal holds', { '/standing': { paused: null, holds: [{}, {}] } }, 'ok', /2 legal holds stand/],
    [
      'values under an older data key',
      { '/data-key': { state: 'walking', left: 1_234, lost: 0 } },
      'warning',
      /1234 values in the store are still sealed under an older data key.*Leave the older version/,
    ],
    [
      'that nothing was found so far, shortly after a start',
      { '/data-key': { state: 'left', left: 0, lost: 0 } },
      'ok',
      /Nothing was found under an older data key.*leave the older version in the vault until then/,
    ],
    [
      'values that nothing opens',
      { '/data-key': { state: 'done', left: 0, lost: 7 } },
      'finding',
      /7 values in the store are opened by no data key/,
    ],
    ['one that does not tell', { '/dead': null }, 'finding', /did not say how it stands \(\/dead, 404\)/],
    ['another version', { '/about': { hello: 1 } }, 'finding', /is of another version than this command/],
  ] as const)('tells of %s', async (_, differs, state, says) => {
    expect(said(await looked(differs), state)).toMatch(says);
  });
});
