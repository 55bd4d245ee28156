import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { type Control, createControl } from '../../../src/adapters/control/server.ts';
import type { AuditEntry } from '../../../src/core/audit.ts';
import { periodOf } from '../../../src/core/report/period.ts';
import { auditOfficerRoute } from '../../../src/main/audit-officers.ts';
import { clock, newKey } from '../../adapters/audit-log/support.ts';
import { auditDays } from '../../support/audit-days.ts';
import { command } from '../../support/command.ts';

const { secret } = newKey();
const SINCE = Date.UTC(2026, 8, 1);
const DAYS = 14;
const BETWEEN = ['--since', '2026-09-01', '--until', '2026-09-14'];

let data: string;
let control: Control | null;
let entries: number;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'sotto-report-'));
  control = null;
  mkdirSync(join(data, 'secrets'), { mode: 0o700 });
  writeFileSync(join(data, 'secrets', 'audit-signing-key'), secret.current, { mode: 0o600 });
  const log = await createAuditLog({ folder: join(data, 'audit'), origin: 'slot-0', signingKey: secret, clock });
  const all = [...auditDays({ since: SINCE, days: DAYS, people: 80, questions: 40 })].map((entry) =>
    entry['kind'] === 'restriction'
      ? {
          ...entry,
          byName: typeof entry['by'] === 'string' ? `sealed-${entry['by']}` : null,
          approvedByName: typeof entry['approvedBy'] === 'string' ? `sealed-${entry['approvedBy']}` : null,
        }
      : entry,
  );
  entries = all.length;
  await Promise.all(all.map((entry) => log.append(entry as unknown as AuditEntry)));
  await log.close();
});
afterEach(async () => {
  await control?.close();
  rmSync(data, { recursive: true, force: true });
});

const page = (): string => join(data, 'report.html');
const report = (args: readonly string[], vault = `files:${data}/secrets`) =>
  command({ args: ['audit', 'report', ...args], data, env: { SOTTO_VAULT: vault } }).ended();
const bundle = (): string => {
  const folder = join(data, 'audit', 'slot-0', 'tile', 'entries');
  return join(folder, readdirSync(folder).filter((name) => name === '000')[0] ?? '');
};

describe('sotto audit report', () => {
  it('writes a page of a sound log that its maker alone can read, and never over another one', async () => {
    expect(await report([...BETWEEN, '--to', page()])).toMatchObject({
      status: 0,
      out: expect.stringContaining('Written to'),
    });
    const written = readFileSync(page(), 'utf8');
    expect(statSync(page()).mode & 0o777).toBe(0o600);
    expect(written).toContain('<strong>What there is of the record is sound.</strong>');
    expect(written).toContain('1 September 2026 to 14 September 2026');
    expect(written).toContain('No Sotto ran beside it');
    expect(await report([...BETWEEN, '--to', page()])).toMatchObject({
      status: 2,
      err: expect.stringContaining('not overwritten'),
    });
    expect(readFileSync(page(), 'utf8')).toBe(written);
  }, 60_000);

  it('prints the same numbers, and then writes nothing unless a file is named', async () => {
    const before = readdirSync(process.cwd());
    const { status, out } = await report([...BETWEEN, '--json']);
    const said = JSON.parse(out);
    expect(status).toBe(0);
    expect(said).toMatchObject({
      ok: true,
      compared: false,
      file: null,
      logs: [
        { origin: 'slot-0', found: 'sound', entries, pruned: 0, why: null, note: expect.stringMatching(/^slot-0\n/) },
      ],
      report: { entries: { read: entries, unknown: 0 }, axis: { unit: 'day' } },
    });
    expect(said.report.questions.total).toBeGreaterThan(300);
    expect(readdirSync(process.cwd())).toEqual(before);
    const week = JSON.parse((await report(['--since', '2026-09-01', '--until', '2026-09-07', '--json'])).out);
    expect(week.report.questions.total).toBeLessThan(said.report.questions.total);
    expect(week.report.period).toEqual({ since: SINCE, until: Date.UTC(2026, 8, 8) });
  }, 60_000);

  it('says of a log that was altered that it is not sound, at the top, and with status 1', async () => {
    const bytes = readFileSync(bundle());
    bytes[400] = (bytes[400] ?? 0) ^ 1;
    writeFileSync(bundle(), bytes);
    const done = await report([...BETWEEN, '--lang', 'de', '--to', page()]);
    expect(done).toMatchObject({ status: 1, out: expect.stringMatching(/^slot-0: NOT sound\./) });
    const written = readFileSync(page(), 'utf8');
    expect(written).toContain('Das Protokoll ist NICHT IN ORDNUNG.');
    expect(written.indexOf('NICHT IN ORDNUNG')).toBeLessThan(written.indexOf('<dl class="figures">'));
  }, 60_000);

  it('says that nothing was checked where the vault gives no key', async () => {
    const done = await report([...BETWEEN, '--to', page()], `files:${data}/none`);
    expect(done).toMatchObject({ status: 1, out: expect.stringContaining('slot-0: NOT checked') });
    expect(readFileSync(page(), 'utf8')).toContain('The record was NOT CHECKED.');
  }, 60_000);

  it('names officers where a Sotto runs that opens their names, and nobody else', async () => {
    const opened: unknown[] = [];
    const names = {
      open: async (o: { readonly fingerprint: string; readonly name: string; readonly purpose: string }) => {
        opened.push(o.purpose);
        return o.name === `sealed-${o.fingerprint}` ? `officer-${o.fingerprint.slice(0, 4)}@example.com` : null;
      },
    };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const logs = { logs: [{ origin: 'slot-0', size: entries }] };
    const registered = {
      method: 'GET',
      path: '/audit-logs',
      handle: async () => ({ status: 200, body: logs }),
    } as const;
    const audit = { append: async () => ({ origin: 'slot-0', index: 0 }) };
    const routes = [registered, auditOfficerRoute({ audit, clock, names })];
    control = createControl({ folder: data, routes, log });
    expect(await control.keep()).toBe('held');
    expect(await report([...BETWEEN, '--to', page()])).toMatchObject({ status: 0 });
    const written = readFileSync(page(), 'utf8');
    expect(written.match(/officer-[0-9a-f]{4}@example\.com/g)?.length).toBeGreaterThan(2);
    expect(written).not.toContain('No Sotto ran beside it');
    // Theirs alone, and only as officers: not one of those who asked.
    expect(opened.length).toBe(2);
    expect(new Set(opened)).toEqual(new Set(['officer']));
  }, 60_000);

  it('refuses days that are none, languages that are none, and leaves no file behind', async () => {
    for (const args of [
      ['--since', '2026-02-31'],
      ['--since', '2026-03-02', '--until', '2026-03-01'],
      ['--since', '1990-01-01'],
      ['--lang', 'fr'],
    ])
      expect(await report([...args, '--to', page()])).toMatchObject({ status: 2 });
    expect(existsSync(page())).toBe(false);
  }, 60_000);
});

describe('the time of a report', () => {
  const now = Date.UTC(2026, 10, 27, 13);

  it('is of the ninety days until today, or of whole days with both ends', () => {
    expect(periodOf({ since: undefined, until: undefined, now })).toEqual({
      since: Date.UTC(2026, 7, 30),
      until: Date.UTC(2026, 10, 28),
    });
    expect(periodOf({ since: '2026-02-28', until: '2026-02-28', now })).toEqual({
      since: Date.UTC(2026, 1, 28),
      until: Date.UTC(2026, 2, 1),
    });
    for (const until of ['2026-2-1', '2026-02-30', 'yesterday', '2026-01-01T00:00', ''])
      expect(periodOf({ since: undefined, until, now })).toMatch(/^--until is a day/);
  });
});
