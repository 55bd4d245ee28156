/** Orders the whole way: a command in a process of its own, a Sotto between stand-ins, and people in their chats. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { askControl } from '../../src/adapters/control/client.ts';
import type { OrderEntry } from '../../src/core/audit.ts';
import type { Order } from '../../src/core/orders/types.ts';
import { command, createCommands } from '../support/command.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

describe('operators', () => {
  let stage: TestStage;
  const commands = createCommands(() => join(stage.folder, 'data'));
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterEach(() => commands.kill());
  afterAll(() => stage.end());

  const sotto = commands.run;
  const noted = (): readonly OrderEntry[] =>
    stage.trail.flatMap(({ entry }) => (entry.kind === 'order' ? [entry] : []));
  const backendCalls = (): number => stage.backend.requests().length;
  const LEAVE = 'how many days of leave have I left?';

  it('pause Sotto from the command line and end the pause, on either platform', async () => {
    const pausing = sotto('pause');
    const code = await pausing.code();
    expect(pausing.out()).toContain('Nothing happens yet');
    expect((await stage.ask({ who: 'evan', says: LEAVE })).decision.verdict).toBe('answer');

    const confirmed = await stage.ask({ who: 'hana', says: code, on: 'teams' });
    expect(confirmed.said).toContain('Confirmed. Pause:');
    expect(await pausing.ended()).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('Sotto is paused'),
    });

    const calls = backendCalls();
    for (const on of ['slack', 'teams'] as const) {
      const told = await stage.ask({ who: 'evan', says: LEAVE, on });
      expect(told.said).toContain('Sotto is paused by its operators.');
      expect(told.decision).toMatchObject({ verdict: 'refuse', reasons: ['paused'], intent: null });
    }
    expect((await stage.ask({ who: 'erin', says: LEAVE })).said).toContain('angehalten');
    expect((await stage.ask({ who: 'gus', says: LEAVE })).said).toContain('paused');
    expect(backendCalls()).toBe(calls);
    expect((await fetch(`${stage.running.opsUrl}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${stage.running.opsUrl}/metrics`)).text()).toContain(
      '\nsotto_standing{what="paused"} 1\n',
    );

    const ending = sotto('pause', '--off', '--json');
    await stage.ask({ who: 'mona', says: (await ending.code()).toLowerCase() });
    const { status, out } = await ending.ended();
    const [placed, receipt] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([status, Object.keys(placed ?? {}), receipt]).toMatchObject([
      0,
      ['id', 'code', 'until', 'needed', 'says', 'page'],
      { ok: true, data: { paused: false } },
    ]);
    expect((await stage.ask({ who: 'evan', says: LEAVE })).decision.verdict).toBe('answer');
    const by = (who: string) => stage.running.world.sealer.fingerprint(who);
    expect(noted().map(({ what, change, by: who }) => [what, change, who])).toEqual([
      ['pause', 'placed', null],
      ['pause', 'confirmed', by('hana')],
      ['pause', 'begun', by('hana')],
      ['pause', 'done', by('hana')],
      ['resume', 'placed', null],
      ['resume', 'confirmed', by('mona')],
      ['resume', 'begun', by('mona')],
      ['resume', 'done', by('mona')],
    ]);
  }, 60_000);

  it('do not pause it by anybody else’s word, by a wrong code, or where others read it', async () => {
    const pausing = sotto('pause', '--json');
    const code = await pausing.code();
    const [first = ''] = code;
    const wrong = `${first === '2' ? '3' : '2'}${code.slice(1)}`;
    // Both are texts like any other to whoever is no operator: recognised or not, as chance has it.
    for (const says of [code, wrong]) {
      const told = await stage.ask({ who: 'evan', says });
      expect(told.decision?.reasons.filter((reason) => reason.startsWith('order'))).toEqual([]);
    }
    expect((await stage.ask({ who: 'hana', says: wrong })).said).toContain('not the code of an order');
    const shared = await stage.ask({ who: 'hana', says: code, where: 'channel' });
    expect(shared.decision).toMatchObject({ verdict: 'refuse', reasons: ['order-code-burnt'] });
    expect(await pausing.ended()).toMatchObject({ status: 1, out: expect.stringContaining('"ok":false') });
    expect((await stage.ask({ who: 'hana', says: code })).said).toContain('does not count any more');
    expect((await stage.running.world.store.standing.current()).paused).toBeNull();
  }, 60_000);

  it('are not waited for where the command is told so', async () => {
    const ended = await sotto('pause', '--off', '--no-wait').ended();
    expect(ended).toMatchObject({ status: 0, err: '' });
    const [code = ''] = /[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(ended.out) ?? [];
    expect((await stage.ask({ who: 'hana', says: code })).said).toContain('Confirmed. End the pause');
    expect((await stage.ask({ who: 'hana', says: code })).said).toContain('confirmed before');
    await until(() => noted().at(-1)?.change === 'done');
  }, 60_000);

  it('lift a hold only by two of them, whoever of the two is first', async () => {
    const folder = join(stage.folder, 'data');
    const order = async (body: Order): Promise<{ readonly id: string; readonly code: string }> => {
      const { status, body: placed } = await askControl({ folder, method: 'POST', path: '/order', body });
      expect(status).toBe(201);
      return placed as { readonly id: string; readonly code: string };
    };
    const done = async (id: string): Promise<void> => {
      await until(async () => {
        const { body } = await askControl({ folder, method: 'GET', path: `/order/${id}` });
        return (body as { readonly state: string }).state === 'done';
      });
    };
    const holds = async (): Promise<readonly { readonly id: string }[]> =>
      (await stage.running.world.store.standing.current()).holds;

    const hold = await order({ kind: 'hold', on: 'topic', what: 'salary' });
    await stage.ask({ who: 'hana', says: hold.code });
    await done(hold.id);
    const [held] = await holds();
    expect(held).toMatchObject({ on: 'topic', what: 'salary' });
    await until(() => stage.running.world.standing().holds.length === 1);

    const lift = await order({ kind: 'lift', id: held?.id ?? '' });
    for (const on of ['slack', 'teams'] as const) {
      const { said } = await stage.ask({ who: 'mona', says: lift.code, on });
      expect(said).toContain('It needs another operator');
    }
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await holds()).toHaveLength(1);
    expect((await stage.ask({ who: 'hana', says: lift.code, on: 'teams' })).said).toContain('Confirmed. Lift the hold');
    await done(lift.id);
    expect(await holds()).toEqual([]);
  }, 60_000);

  it('read what was set aside, and are told where an id is none', async () => {
    expect(await sotto('dead').ended()).toMatchObject({
      status: 0,
      out: expect.stringContaining('None was set aside.'),
    });
    const json = await sotto('dead', '--json').ended();
    expect(JSON.parse(json.out)).toMatchObject({ dead: 0, letters: [] });
    expect(await sotto('dead', 'retry', 'slack:nothing').ended()).toMatchObject({
      status: 2,
      err: expect.stringContaining('"sotto dead" prints those that there are'),
    });
    expect((await sotto('dead', 'dance').ended()).status).toBe(2);
  }, 60_000);

  it('read how the removals stand', async () => {
    expect(await sotto('expiries').ended()).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringMatching(/removed/),
    });
    const { rows, lateness, warnings } = JSON.parse((await sotto('expiries', '--json').ended()).out) as {
      readonly rows: readonly { readonly tenant: string; readonly recallable: number }[];
      readonly lateness: { readonly count: number };
      readonly warnings: readonly string[];
    };
    // Everything that was answered above stays in the chat, and could be taken back.
    expect(rows.find(({ tenant }) => tenant === stage.teamId)?.recallable).toBeGreaterThan(0);
    expect([lateness.count, warnings]).toEqual([0, []]);
  }, 60_000);

  it('are told where no Sotto runs', async () => {
    for (const args of [['pause'], ['dead'], ['expiries'], ['dead', 'retry', 'x']])
      expect(await command({ args, data: join(stage.folder, 'nowhere') }).ended()).toMatchObject({
        status: 2,
        out: '',
        err: expect.stringContaining('No Sotto runs on the folder'),
      });
    rmSync(join(stage.folder, 'nowhere'), { recursive: true, force: true });
  }, 60_000);
});
