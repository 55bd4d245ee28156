/** `sotto doctor` as people run it: a process of its own, on a set-up that is not running yet, and on one that is. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Environment, goodSetUp, serve } from '../../install/start-ups.ts';
import { command, type Ended } from '../../support/command.ts';
import { until } from '../../support/until.ts';

let clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of clean.reverse()) await one();
  clean = [];
});

const staged = async () => {
  const { folder, env } = await goodSetUp();
  clean.push(async () => rmSync(folder, { recursive: true, force: true }));
  const doctor = (args: readonly string[] = [], differs: Environment = {}): Promise<Ended> => {
    const all = Object.entries({ ...env, ...differs }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return command({ args: ['doctor', ...args], data: join(folder, 'data'), env: Object.fromEntries(all) }).ended();
  };
  return { folder, env, doctor };
};

interface Said {
  readonly ok: boolean;
  readonly findings: number;
  readonly warnings: number;
  readonly lines: readonly { readonly area: string; readonly state: string; readonly what: string }[];
}

describe('sotto doctor', () => {
  it('finds nothing in a good set-up, before its start and while it runs, and says no secret', async () => {
    const { folder, env, doctor } = await staged();
    const before = await doctor();
    expect([before.status, before.err]).toEqual([0, '']);
    expect(before.out).toMatch(/^0 finding\(s\), \d warning\(s\)\.$/m);
    expect(before.out).toContain('No Sotto runs on the folder');

    const running = serve({ env });
    clean.push(async () => {
      running.stop();
      await running.ended;
    });
    await until(() => /Sotto listens on/.test(running.printed()), 60_000);
    const { status, out } = await doctor(['--json']);
    const said = JSON.parse(out) as Said;
    expect([status, said.ok, said.findings]).toEqual([0, true, 0]);
    const areas = new Set(said.lines.map(({ area }) => area));
    for (const area of [
      'settings',
      'secrets',
      'certificates',
      'permissions',
      'clock',
      'machine',
      'store',
      'running',
      'backups',
      'audit',
    ])
      expect([area, areas.has(area)]).toEqual([area, true]);
    expect(out).toMatch(/Sotto \d+\.\d+\.\d+ runs \(process \d+\)/);
    expect(out).toMatch(/The audit log slot-0 is sound: \d+ entries/);
    for (const name of ['data-key', 'slack-signing-secret', 'slack-bot-token']) {
      const secret = readFileSync(join(folder, 'secrets', name), 'utf8').trim();
      expect(before.out + out).not.toContain(secret);
    }
  });

  it('ends with 1 and names what is wrong: settings, a secret, a log that was altered', async () => {
    const { folder, env, doctor } = await staged();
    expect(await doctor([], { SOTTO_HOST: '0.0.0.0' })).toMatchObject({
      status: 1,
      out: expect.stringMatching(/FINDING +settings +SOTTO_HOST is/),
    });
    const running = serve({ env });
    await until(() => /Sotto listens on/.test(running.printed()), 60_000);
    running.stop();
    await running.ended;
    const bundles = join(folder, 'data', 'audit', 'slot-0', 'tile', 'entries', '000.p');
    const log = join(bundles, readdirSync(bundles)[0] ?? '');
    const bytes = readFileSync(log);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    writeFileSync(log, bytes);
    writeFileSync(join(folder, 'secrets', 'data-key'), 'hello');
    const { status, out } = await doctor();
    expect(status).toBe(1);
    expect(out).toMatch(/FINDING +secrets +The secret "data-key" is not 32 bytes/);
    expect(out).toMatch(/FINDING +audit +The audit log slot-0 is not sound: entry/);
  });

  it('ends with 2 where it is used wrongly', async () => {
    const { doctor } = await staged();
    expect(await doctor(['--life'])).toMatchObject({ status: 2, out: '' });
    expect((await doctor(['--help'])).out).toContain('--live');
  });
});
