/** The audit log taken out, the whole way: a command in a process of its own, a Sotto between stand-ins, and operators in their chats. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, ExportEntry } from '../../src/core/audit.ts';
import { type Commanded, command, createCommands } from '../support/command.ts';
import { ocsfFindings } from '../support/ocsf.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const LEAVE = 'how many days of leave have I left?';

interface Line {
  readonly entry: AuditEntry;
  readonly origin: string;
  readonly seq: number;
}

const linesIn = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('the audit log', () => {
  let stage: TestStage;
  const commands = createCommands(() => join(stage.folder, 'data'));
  beforeAll(async () => {
    stage = await openStage();
    await stage.ask({ who: 'evan', says: LEAVE });
    await stage.ask({ who: 'erin', says: LEAVE, on: 'teams' });
  }, 60_000);
  afterEach(() => commands.kill());
  afterAll(() => stage.end());

  const taking = (...args: readonly string[]): Commanded => commands.run('audit', 'export', ...args);
  const confirmed = async (running: Commanded, ...who: readonly string[]): Promise<void> => {
    const code = await running.code();
    for (const one of who) await stage.ask({ who: one, says: code });
  };
  const noted = (): readonly ExportEntry[] =>
    stage.trail.flatMap(({ entry }) => (entry.kind === 'export' ? [entry] : []));
  const by = (who: string): string => stage.running.world.sealer.fingerprint(who);

  it('is given as it stands once an operator confirmed it, and that is on record first', async () => {
    const running = taking();
    const code = await running.code();
    // Whoever is no operator confirms nothing, and nothing is given.
    await stage.ask({ who: 'evan', says: code });
    expect([running.out(), noted()]).toEqual(['', []]);
    await stage.ask({ who: 'hana', says: code });
    const { status, out, err } = await running.ended();
    expect([status, err]).toEqual([0, expect.stringContaining('entries of 1 log given.')]);
    expect(err).toContain('Nothing was proved of what was given');
    const lines = linesIn(out);
    const begun = lines.findIndex(({ entry }) => entry.kind === 'export');
    expect(lines[begun]?.entry).toMatchObject({ change: 'begun', by: [by('hana')], format: 'native', person: null });
    // All that was on record when it began, in its order, and nothing twice.
    const trail = stage.trail.map(({ entry }) => entry);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at));
    expect(lines.slice(0, begun + 1).map(({ entry }) => entry)).toEqual(
      trail.slice(0, trail.findIndex(({ kind }) => kind === 'export') + 1),
    );
    const [, end] = noted();
    expect(end).toMatchObject({
      change: 'done',
      entries: lines.length,
      origins: [{ origin: lines[0]?.origin, from: 0, to: lines.length }],
    });
  }, 60_000);

  it('is given as events of OCSF and as lines of syslog, of the kinds, the topic and the time that were asked for', async () => {
    const asOcsf = taking('--format', 'ocsf', '--kind', 'decision', '--kind', 'disclosure', '--topic', 'leave');
    await confirmed(asOcsf, 'mona');
    const { out } = await asOcsf.ended();
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly metadata: { readonly event_code: string } });
    expect(events.flatMap(ocsfFindings)).toEqual([]);
    expect(events.map(({ metadata }) => metadata.event_code)).toEqual([
      'decision',
      'disclosure',
      'decision',
      'disclosure',
    ]);
    const later = taking('--format', 'syslog', '--since', '2999-01-01T00:00:00Z');
    await confirmed(later, 'mona');
    expect(await later.ended()).toMatchObject({ status: 0, out: '' });
    const asSyslog = taking('--format', 'syslog', '--kind', 'start', '--verify');
    await confirmed(asSyslog, 'mona');
    const proved = await asSyslog.ended();
    expect(proved.err).toContain('The logs were proved before.');
    expect(proved.out).toMatch(/^<110>1 \S+ \S+ sotto \S+ start \[meta sequenceId="1"\] \{/);
    expect(noted().at(-1)).toMatchObject({ format: 'syslog', kinds: ['start'], change: 'done', entries: 1 });
  }, 90_000);

  it('is searched for one person only by two operators, and one of them twice is one', async () => {
    const path = join(stage.folder, 'evan.jsonl');
    const running = taking('--person', 'evan', '--to', path);
    const code = await running.code();
    expect(running.out()).toContain('2 different operators');
    const before = noted().length;
    for (const on of ['slack', 'teams'] as const)
      expect((await stage.ask({ who: 'hana', says: code, on })).said).toContain('It needs another operator');
    await stage.ask({ who: 'evan', says: code });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect([noted().length, readFileSync(path, 'utf8')]).toEqual([before, '']);
    await stage.ask({ who: 'mona', says: code });
    const { status, out } = await running.ended();
    expect([status, out]).toEqual([0, expect.stringContaining(`in ${path}, readable by you alone.`)]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const lines = linesIn(readFileSync(path, 'utf8'));
    expect(lines.length).toBeGreaterThan(1);
    for (const { entry } of lines) {
      expect(JSON.stringify(entry)).not.toContain(by('erin'));
      if (entry.kind === 'decision') expect(entry.person).toBe(by('evan'));
    }
    expect(lines.map(({ entry }) => entry.kind)).toContain('disclosure');
    const same = { person: by('evan'), by: [by('hana'), by('mona')], standing: null };
    expect(noted().slice(before)).toMatchObject([
      { ...same, change: 'begun' },
      { ...same, change: 'done', entries: lines.length },
    ]);
    // The person sees it, wherever they ask, and after a restart as well: it is in the store.
    for (const on of ['slack', 'teams'] as const) {
      const { said } = await stage.ask({ who: 'evan', says: 'my data', on });
      expect(said).toContain(`Who looked at it:`);
      expect(said).toContain(
        `was searched for, and ${lines.length} entries taken out, on the order of two of the people`,
      );
      expect(said).not.toMatch(/hana|mona/i);
    }
    expect((await stage.ask({ who: 'mona', says: 'my data' })).said).not.toContain('looked at it');
    // Never overwritten.
    writeFileSync(path, 'mine');
    expect(await taking('--person', 'evan', '--to', path).ended()).toMatchObject({ status: 2, out: '' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  }, 90_000);

  it('says who people are only by two operators, and of whom was forgotten no more', async () => {
    const names = async (...args: readonly string[]): Promise<readonly (Line & { readonly names: object })[]> => {
      const running = taking('--names', ...args);
      const code = await running.code();
      await stage.ask({ who: 'hana', says: code });
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(running.out()).toBe('');
      await stage.ask({ who: 'mona', says: code, on: 'teams' });
      const { status, out } = await running.ended();
      expect(status).toBe(0);
      return linesIn(out) as readonly (Line & { readonly names: object })[];
    };
    const lines = await names('--person', 'erin', '--kind', 'decision');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.names).toEqual({ [by('erin')]: 'erin' });
    expect(noted().at(-1)).toMatchObject({ names: true, change: 'done', person: by('erin') });
    const { said } = await stage.ask({ who: 'erin', says: 'was weißt du über mich?' });
    expect(said).toContain('Wer es angesehen hat:');
    expect(said).toContain('auf Anordnung von zwei der Leute');

    const forgetting = commands.run('forget', 'erin');
    await confirmed(forgetting, 'hana');
    expect((await forgetting.ended()).status).toBe(0);
    const later = await names('--person', 'erin', '--kind', 'decision', '--until', new Date().toISOString());
    expect(later.length).toBeGreaterThanOrEqual(lines.length);
    for (const line of later.slice(0, lines.length)) expect(line.names).toEqual({});
    // Who looked stays to be seen.
    expect((await stage.ask({ who: 'erin', says: 'was weißt du über mich?' })).said).toContain('Wer es angesehen hat:');
  }, 120_000);

  it('is followed with a cursor, killed and followed on without another order: nothing is lost, and the order stays', async () => {
    const cursor = join(stage.folder, 'cursor');
    const given: Line[] = [];
    const take = async (running: Commanded, enough: (lines: readonly Line[]) => boolean): Promise<void> => {
      // A line that the kill cut in two was not given.
      const whole = () => linesIn(running.out().slice(0, running.out().lastIndexOf('\n') + 1));
      await until(() => enough(whole()), 30_000);
      running.kill();
      await running.ended();
      given.push(...whole());
    };
    const first = taking('--cursor', cursor, '--follow');
    await confirmed(first, 'hana');
    const orders = () => stage.trail.filter(({ entry }) => entry.kind === 'order').length;
    await take(first, (lines) => lines.length > 5);
    const before = orders();
    for (let round = 0; round < 2; round++) {
      const { decision } = await stage.ask({ who: 'evan', says: LEAVE });
      const last = stage.trail.length - 1;
      await take(taking('--cursor', cursor, '--follow'), (lines) =>
        lines.some(
          ({ entry, seq }) => seq > last || (entry.kind === 'decision' && entry.question === decision.question),
        ),
      );
    }
    const last = await taking('--cursor', cursor).ended();
    expect([last.status, orders()]).toEqual([0, before]);
    given.push(...linesIn(last.out));
    const seen = new Set<number>();
    for (const { seq } of given) {
      expect(seq).toBeLessThanOrEqual(seen.size);
      seen.add(seq);
    }
    // But for what the last one put on record once it was through.
    expect(seen.size).toBeGreaterThanOrEqual(stage.trail.length - 2);
    expect(statSync(cursor).mode & 0o777).toBe(0o600);
    expect(readFileSync(cursor, 'utf8')).not.toContain('evan');
    // It is another export's.
    expect(await taking('--cursor', cursor, '--format', 'ocsf').ended()).toMatchObject({
      status: 2,
      err: expect.stringContaining('another format or other filters'),
    });
  }, 120_000);

  it('is not given where nothing of it could be meant, or where no Sotto runs', async () => {
    for (const args of [
      ['--format', 'cef'],
      ['--since', 'yesterday'],
      ['--person', 'evan', '--follow'],
      ['--person', 'evan', '--cursor', 'x'],
      ['--names', '--follow'],
      ['--origin', 'nowhere'],
      ['--kind', 'nonsense'],
      ['--topic', 'nonsense'],
      ['more'],
    ])
      expect([args, await taking(...args).ended()]).toMatchObject([args, { status: 2, out: '' }]);
    const path = join(stage.folder, 'nobody.jsonl');
    const data = join(stage.folder, 'nowhere');
    expect(await command({ args: ['audit', 'export', '--to', path], data }).ended()).toMatchObject({
      status: 2,
      out: '',
    });
    expect(existsSync(path)).toBe(false);
  }, 90_000);
});
