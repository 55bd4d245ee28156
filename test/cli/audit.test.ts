import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { bundlePath } from '../../src/adapters/audit-log/tiles.ts';
import { type Control, createControl } from '../../src/adapters/control/server.ts';
import { logsOnRecord } from '../../src/cli/audit/logs.ts';
import { lookAtAudit } from '../../src/cli/doctor/audit.ts';
import { handMade, putPublished, textsOf } from '../adapters/audit-log/lay-out.ts';
import { clock, decision, newKey } from '../adapters/audit-log/support.ts';
import { command } from '../support/command.ts';

const { secret } = newKey();

let data: string;
let control: Control | null;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'sotto-verify-'));
  control = null;
  mkdirSync(join(data, 'secrets'), { mode: 0o700 });
  writeFileSync(join(data, 'secrets', 'audit-signing-key'), secret.current, { mode: 0o600 });
  const log = await createAuditLog({ folder: join(data, 'audit'), origin: 'slot-0', signingKey: secret, clock });
  for (const i of [0, 1, 2]) await log.append(decision(i));
  await log.close();
});
afterEach(async () => {
  await control?.close();
  rmSync(data, { recursive: true, force: true });
});

/** A Sotto that runs there and says so of its logs. */
const running = async (body: unknown): Promise<void> => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const route = { method: 'GET', path: '/audit-logs', handle: async () => ({ status: 200, body }) } as const;
  control = createControl({ folder: data, routes: [route], log });
  expect(await control.keep()).toBe('held');
};
const verify = () =>
  command({ args: ['audit', 'verify'], data, env: { SOTTO_VAULT: `files:${data}/secrets` } }).ended();
const doctor = async () =>
  (await lookAtAudit({ dataFolder: data, secrets: { get: async () => secret } })).map(
    ({ state, what }) => `${state}: ${what}`,
  );
/** Put back to its first two entries, as they were published then. */
const cut = (): void => {
  const path = join(data, 'audit', 'slot-0');
  rmSync(path, { recursive: true });
  putPublished(path, laidOut(), 2);
};
const laidOut = () =>
  handMade({ origin: 'slot-0', key: secret.current, texts: textsOf([0, 1, 2].map((i) => decision(i))) });

describe('sotto audit verify', () => {
  it('compares each log with what the running Sotto knows of its length, and so does doctor', async () => {
    await running({ logs: [{ origin: 'slot-0', size: 3 }] });
    expect(await verify()).toMatchObject({ status: 0, out: expect.stringMatching(/^slot-0: sound. 3 entries/) });
    expect(await doctor()).toEqual(['ok: The audit log slot-0 is sound: 3 entries.']);
    cut();
    const found = await verify();
    expect(found).toMatchObject({
      status: 1,
      out: expect.stringMatching(/slot-0: NOT sound.*3 entries are on record/),
    });
    expect(found.out).not.toMatch(/compared/);
    expect(await doctor()).toEqual([expect.stringMatching(/^finding: .*slot-0 is not sound: entry 2/)]);
  }, 60_000);

  it('misses a log that is on record and gone', async () => {
    await running({ logs: [{ origin: 'slot-1', size: 7 }] });
    expect(await verify()).toMatchObject({
      status: 1,
      out: expect.stringMatching(/slot-1: NOT sound.*7 entries are on record/),
    });
  }, 60_000);

  it('says that it could not compare where none runs that knows', async () => {
    cut();
    expect(await verify()).toMatchObject({ status: 0, out: expect.stringMatching(/lengths were not compared/) });
    await running({ error: 'There is no such path.' });
    expect(await logsOnRecord(data)).toBeNull();
  }, 60_000);
});

describe('sotto audit receipt', () => {
  const receipt = {
    kind: 'receipt',
    at: Date.UTC(2026, 2, 4, 12),
    order: 'R1-of_the-tests',
    target: 'f00d',
    by: 'f00d',
    byName: null,
    removed: 3,
    gone: 2,
    questions: 1,
    transcripts: 1,
    references: 0,
    signIns: 0,
    donations: 0,
    decisions: 4,
    marks: 1,
    names: 1,
    held: 5,
    left: 0,
  } as const;
  const ask = (number: string, ...more: string[]) =>
    command({
      args: ['audit', 'receipt', number, ...more],
      data,
      env: { SOTTO_VAULT: `files:${data}/secrets` },
    }).ended();
  const noted = async (): Promise<void> => {
    const log = await createAuditLog({ folder: join(data, 'audit'), origin: 'slot-1', signingKey: secret, clock });
    await log.append(decision(7));
    await log.append({ ...receipt, removed: 4 });
    await log.append(receipt);
    await log.close();
  };

  it('prints the numbers that stand in the log, for whoever holds a receipt against them, and whether it is sound', async () => {
    await noted();
    const found = await ask('R1-of_the-tests');
    expect(found.status).toBe(0);
    for (const part of [
      'own word',
      '3 messages asked for, 2 gone',
      '1 transcript',
      '4 policy requests',
      'holds then: 5',
      'slot-1 that says so is sound',
    ])
      expect(found.out).toContain(part);
    expect(JSON.parse((await ask('R1-of_the-tests', '--json')).out)).toEqual({
      origin: 'slot-1',
      sound: true,
      receipt,
    });
  });

  it('says so of a log that was altered, and of a number that no log here has', async () => {
    await noted();
    const path = join(data, 'audit', 'slot-1', bundlePath(0, 3));
    writeFileSync(path, readFileSync(path, 'latin1').replace('"removed":3', '"removed":9'), 'latin1');
    expect(await ask('R1-of_the-tests')).toMatchObject({ status: 1, out: expect.stringContaining('NOT sound') });
    expect(await ask('R2')).toMatchObject({ status: 1, out: expect.stringContaining('No log') });
    expect((await ask('R2', 'R3')).status).toBe(2);
  });
});
