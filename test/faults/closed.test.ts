/** What was approved is what answers: real processes whose pack, store or backup is changed between two starts. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Commanded, command, type Ended } from '../support/command.ts';
import { openServing, type Serving, settings } from '../support/serving.ts';
import { readTrail } from '../support/trail.ts';
import { until } from '../support/until.ts';

const [EVAN, HUGO, HANA, MONA] = ['U0EVAN0000', 'U0HUGO0000', 'U0HANA0000', 'U0MONA0000'];

const PAY = 'what does Mona earn?';
const LEAVE = 'how many days of leave have I left?';
const CLOSED = 'Sotto is paused until its rules have been approved.';

const LEAK = '\n@id("leak")\npermit (principal in Group::"employee", action in Action::"salary", resource);\n';
const NO_EXPENSES = '\n@id("no-expenses")\nforbid (principal, action in Action::"expenses", resource);\n';

describe('a start', () => {
  let s: Serving;
  let data: string;
  let rules: string;
  const commands: Commanded[] = [];
  beforeEach(async () => {
    s = await openServing({ expiresSeconds: 600, quick: true });
    data = join(s.folder, 'data');
    rules = join(s.folder, 'pack', 'rules.cedar');
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
  /** What the bot answers to this, in private. */
  const says = async (user: string, text: string): Promise<string> => {
    const before = s.shownTo(user).length;
    await s.slack.say({ user, text });
    await until(() => s.shownTo(user).length > before, 30_000);
    return s.shownTo(user).at(-1) ?? '';
  };
  const closedMetric = async (): Promise<string | undefined> => {
    const metrics = await (await fetch(`${s.opsUrl()}/metrics`)).text();
    return metrics.split('\n').find((line) => line.startsWith('sotto_closed') && line.endsWith(' 1'));
  };
  const packs = (): readonly string[] => readTrail(data).flatMap((entry) => (entry.kind === 'pack' ? [entry.how] : []));
  const restrict = async (...args: readonly string[]): Promise<void> => {
    const restricting = sotto('restrict', ...args);
    await says(HUGO, await restricting.code());
    expect(await restricting.ended()).toMatchObject({ status: 0, err: '' });
  };
  /** Two people of HR approve what stands; one of them alone does not, however often. */
  const approve = async (): Promise<Ended> => {
    const approving = sotto('restrict', 'approve-pack', '--why', 'reviewed');
    const code = await approving.code();
    expect(await says(HUGO, code)).toContain('Send me the same code once more');
    for (let again = 0; again < 2; again++) expect(await says(HUGO, code)).toContain('It needs another person of HR');
    expect(await says(MONA, code)).toContain('Only HR can confirm that order');
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
    expect(await says(HANA, code)).toContain('Send me the same code once more');
    expect(await says(HANA, code)).toContain('Confirmed.');
    return approving.ended();
  };

  it('with a pack that permits more answers nobody; one person of HR cannot open it, two can, without a restart', async () => {
    await s.start();
    expect(await says(EVAN, LEAVE)).not.toContain(CLOSED);
    expect(await says(EVAN, PAY)).toContain('restricted');
    expect(packs()).toEqual(['first']);
    await s.stop();

    appendFileSync(rules, LEAK);
    await s.start();
    const asked = s.backend.requests().length;
    for (const text of [PAY, LEAVE]) expect(await says(EVAN, text)).toContain(CLOSED);
    expect(s.backend.requests()).toHaveLength(asked);
    expect((await fetch(`${s.opsUrl()}/health/ready`)).status).toBe(200);
    expect(await closedMetric()).toBe('sotto_closed{why="pack"} 1');
    const doctor = await command({ args: ['doctor'], data, env: settings(s.folder, s.base) }).ended();
    expect(doctor.out).toMatch(/FINDING +running.*Sotto answers nobody: its pack/);
    // Whatever one person restricts, it stays closed, here and at the next start.
    await restrict('add', '--topic', 'leave', '--title', 'Leave', '--why', 'x');
    expect(await says(EVAN, PAY)).toContain(CLOSED);
    await s.kill();
    await s.start();
    expect(await says(EVAN, PAY)).toContain(CLOSED);

    expect(await approve()).toMatchObject({ status: 0, err: '', out: expect.stringContaining('It is in force') });
    expect(await says(EVAN, PAY)).not.toContain(CLOSED);
    expect(await closedMetric()).toBeUndefined();
    expect(packs()).toEqual(['first', 'closed', 'closed', 'approved', 'stands']);
    await s.stop();
    await s.start();
    expect(await says(EVAN, PAY)).not.toContain(CLOSED);
  }, 240_000);

  it('with a pack that permits more is none that a pin written into the store opens', async () => {
    await s.start();
    await s.stop();
    appendFileSync(rules, LEAK);
    await s.start();
    await s.stop();
    const own = readTrail(data).findLast((entry) => entry.kind === 'pack');
    expect(own).toMatchObject({ how: 'closed' });
    const db = new DatabaseSync(join(data, 'sotto.db'));
    db.prepare('UPDATE pins SET pack = ?').run(own?.kind === 'pack' ? own.pack : '');
    db.close();
    await s.start();
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
    expect(await closedMetric()).toBe('sotto_closed{why="pack"} 1');
  }, 180_000);

  it('with a stricter pack answers by it, and going back from it takes two', async () => {
    await s.start();
    await s.stop();
    const before = readFileSync(rules);
    appendFileSync(rules, NO_EXPENSES);
    await s.start();
    expect(await says(EVAN, LEAVE)).not.toContain(CLOSED);
    expect(await says(EVAN, 'what is the limit for meals?')).toContain('restricted');
    expect(packs()).toEqual(['first', 'stricter']);
    await s.stop();
    writeFileSync(rules, before);
    await s.start();
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
  }, 180_000);

  it('on an older store than the audit log is of answers nobody, until two people of HR have approved what stands', async () => {
    await s.start();
    await s.stop();
    const [db, older] = [join(data, 'sotto.db'), join(s.folder, 'older.db')];
    copyFileSync(db, older);
    await s.start();
    await restrict('add', '--template', 'salary', '--why', 'pay talks');
    expect(await says(EVAN, PAY)).toContain('closed for everyone outside payroll');
    await s.stop();

    for (const name of readdirSync(data)) if (name.startsWith('sotto.db')) rmSync(join(data, name));
    copyFileSync(older, db);
    await s.start();
    const doctor = await command({ args: ['doctor'], data, env: settings(s.folder, s.base) }).ended();
    expect(doctor.out).toContain('Sotto answers nobody: what stands in the store is not what HR put there');
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
    expect(await closedMetric()).toBe('sotto_closed{why="restrictions"} 1');
    // What one person restricts beside it does not hide what is missing.
    await restrict('add', '--topic', 'expenses', '--why', 'move');
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
    expect(await approve()).toMatchObject({ status: 0 });
    expect(await says(EVAN, LEAVE)).not.toContain(CLOSED);
    const { out } = await sotto('restrict', '--json').ended();
    const [stood] = (JSON.parse(out) as { readonly inForce: readonly { readonly restriction: object }[] }).inForce;
    await s.stop();

    // Exactly what stood, put back by one person, is what the log knows.
    for (const name of readdirSync(data)) if (name.startsWith('sotto.db')) rmSync(join(data, name));
    copyFileSync(older, db);
    await s.start();
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
    const same = join(s.folder, 'same.yaml');
    writeFileSync(same, JSON.stringify(stood?.restriction));
    await restrict('add', '--file', same, '--why', 'as it stood');
    expect(await says(EVAN, LEAVE)).not.toContain(CLOSED);
  }, 240_000);
});

describe('a restored backup that would weaken', () => {
  let s: Serving;
  let data: string;
  let backups: string;
  beforeEach(async () => {
    s = await openServing({ expiresSeconds: 600, more: () => ({ SOTTO_BACKUP_TO: `folder:${backups}` }) });
    data = join(s.folder, 'data');
    backups = join(s.folder, 'backups');
    mkdirSync(backups, { mode: 0o700 });
  }, 60_000);
  afterEach(() => s.end());

  const sotto = (...args: readonly string[]): Commanded =>
    command({
      args,
      data,
      env: { ...settings(s.folder, s.base), SOTTO_BACKUP_TO: `folder:${backups}`, NODE_NO_WARNINGS: '1' },
    });
  const says = async (user: string, text: string): Promise<string> => {
    const before = s.shownTo(user).length;
    await s.slack.say({ user, text });
    await until(() => s.shownTo(user).length > before, 30_000);
    return s.shownTo(user).at(-1) ?? '';
  };

  it('does not start open, also once its pause is over', async () => {
    await s.start();
    expect(await sotto('backup').ended()).toMatchObject({ status: 0 });
    const before = readdirSync(join(backups, 'state'));
    const restricting = sotto('restrict', 'add', '--template', 'salary', '--why', 'pay talks');
    await says(HUGO, await restricting.code());
    expect(await restricting.ended()).toMatchObject({ status: 0 });
    expect(await sotto('backup').ended()).toMatchObject({ status: 0 });
    await s.stop();
    // The newer archives of the state are lost with the machine; stretches of the log are there.
    for (const name of readdirSync(join(backups, 'state')))
      if (!before.includes(name)) rmSync(join(backups, 'state', name));
    rmSync(data, { recursive: true });

    const refused = await sotto('restore').ended();
    expect(refused).toMatchObject({ status: 2, err: expect.stringContaining('could come back weaker') });
    expect(existsSync(join(data, 'sotto.db'))).toBe(false);
    expect(await sotto('restore', '--paused').ended()).toMatchObject({ status: 0 });
    await s.start();
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
    const ending = sotto('pause', '--off');
    await says(HANA, await ending.code());
    expect(await ending.ended()).toMatchObject({ status: 0 });
    expect(await says(EVAN, LEAVE)).toContain(CLOSED);
    await until(() => s.output().includes('what stands in the store is not what HR put there'));
  }, 240_000);
});
