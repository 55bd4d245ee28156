/** A log that went missing between two starts of a real process: nobody is answered until an operator puts on record that it is lost. */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Commanded, command } from '../support/command.ts';
import { openServing, type Serving, settings } from '../support/serving.ts';
import { readTrail } from '../support/trail.ts';
import { until } from '../support/until.ts';

const [EVAN, HANA] = ['U0EVAN0000', 'U0HANA0000'];
const LEAVE = 'how many days of leave have I left?';
const PAUSED = 'Sotto is paused until it is settled what became of its records';

describe('a log that is missed by serve', () => {
  let s: Serving;
  let data: string;
  const commands: Commanded[] = [];
  beforeEach(async () => {
    s = await openServing({ expiresSeconds: 600, quick: true });
    data = join(s.folder, 'data');
  }, 60_000);
  afterEach(async () => {
    for (const each of commands.splice(0)) each.kill();
    await s.end();
  });

  const sotto = (...args: readonly string[]): Commanded => {
    const commanded = command({ args, data });
    commands.push(commanded);
    return commanded;
  };
  const says = async (user: string, text: string): Promise<string> => {
    const before = s.shownTo(user).length;
    await s.slack.say({ user, text });
    await until(() => s.shownTo(user).length > before, 30_000);
    return s.shownTo(user).at(-1) ?? '';
  };

  it('keeps everybody from being answered, whoever restarts it, until an operator said so in private chat, and then without a restart', async () => {
    await s.start();
    expect(await says(EVAN, LEAVE)).not.toContain(PAUSED);
    await s.stop();
    rmSync(join(data, 'audit', 'slot-0'), { recursive: true });

    await s.start();
    const asked = s.backend.requests().length;
    expect(await says(EVAN, LEAVE)).toContain(PAUSED);
    await s.kill();
    await s.start();
    expect(await says(EVAN, LEAVE)).toContain(PAUSED);
    expect(s.backend.requests()).toHaveLength(asked);
    // Whoever confirms must be able to reach it.
    expect((await fetch(`${s.opsUrl()}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${s.opsUrl()}/metrics`)).text()).toContain('\nsotto_audit_logs{state="missed"} 1\n');
    const doctor = await command({ args: ['doctor'], data, env: settings(s.folder, s.base) }).ended();
    expect(doctor.out).toMatch(/FINDING +running.*an audit log that must be there is gone/);
    expect(await sotto('audit', 'lost').ended()).toMatchObject({
      status: 1,
      out: expect.stringMatching(/slot-0 is on record with at least \d+ entries and is gone/),
    });
    expect(await sotto('audit', 'lost', 'slot-9').ended()).toMatchObject({
      status: 2,
      err: expect.stringContaining('the store knows of none'),
    });

    const losing = sotto('audit', 'lost', 'slot-0');
    const code = await losing.code();
    expect(await says(EVAN, code)).toContain(PAUSED);
    expect(await says(HANA, code)).toContain('Put on record that the audit log slot-0 is lost');
    expect(await losing.ended()).toMatchObject({ status: 0, out: expect.stringContaining('It is on record') });
    await until(async () => !(await says(EVAN, LEAVE)).includes(PAUSED), 30_000);
    expect(await sotto('audit', 'lost').ended()).toMatchObject({ status: 0 });

    const trail = readTrail(data);
    expect(trail.flatMap((entry) => (entry.kind === 'lost' ? [entry] : []))).toMatchObject([
      { origin: 'slot-0', found: 'gone', entries: 0, by: expect.stringMatching(/^.{8,}$/) },
    ]);
    expect(trail.flatMap((entry) => (entry.kind === 'start' ? [entry.closed] : []))).toContain('audit-lost');
    await s.stop();
    await s.start();
    expect(await says(EVAN, LEAVE)).not.toContain(PAUSED);
    expect(readdirSync(join(data, 'audit'))).not.toContain('slot-0');
  }, 240_000);

  it('and that comes back while it is missed opens Sotto by itself', async () => {
    await s.start();
    await says(EVAN, LEAVE);
    await s.stop();
    cpSync(join(data, 'audit'), join(s.folder, 'copy'), { recursive: true });
    rmSync(join(data, 'audit', 'slot-0'), { recursive: true });
    await s.start();
    expect(await says(EVAN, LEAVE)).toContain(PAUSED);
    cpSync(join(s.folder, 'copy', 'slot-0'), join(data, 'audit', 'slot-0'), { recursive: true });
    await until(async () => !(await says(EVAN, LEAVE)).includes(PAUSED), 30_000);
  }, 120_000);
});
