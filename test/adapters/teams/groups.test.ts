/** What is expected of groups where somebody asks on Teams (Teams requirement 18), at a Graph that is as strict as the real one. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { PAYROLL_TEAM } from '../../../playground/graph/sample.ts';
import type { GraphGroup } from '../../../playground/graph/tenant.ts';
import { createWork, type Work } from '../../../src/core/work.ts';
import { until } from '../../support/until.ts';
import { createTestWorld, question, type TestWorld } from '../../support/world.ts';
import { idOf, MINUTE, type Scene, scene, teams, whileTimeRuns } from '../entra/support.ts';

const PIA = teams(idOf('pia'));
const PAYROLL = { ok: true, person: { groups: ['payroll'], fresh: true } };

/** More groups than Graph takes at once; she is in the first and in the last of them. */
const GROUPS = new Map(
  Array.from({ length: 45 }, (_, n) => [`group-${n}`, `eeeeeeee-0000-4000-8000-${String(n).padStart(12, '0')}`]),
);
const HELD = [...GROUPS.values()].map(
  (id, n): GraphGroup => ({ id, members: n === 0 || n === 44 ? [idOf('pia')] : [] }),
);

describe('the groups of whoever asks on Teams', () => {
  it('R18 are asked for in parts of twenty, and unknown where one part is: never fewer, never none', async () => {
    const { directory, graph, clock, asked } = await scene({ groups: HELD, options: { groups: GROUPS } });
    expect(await directory.find(PIA)).toMatchObject({ person: { groups: ['group-0', 'group-44'] } });
    expect(asked('groups')).toBe(3);
    graph.setMode('half');
    expect(await whileTimeRuns(clock, directory.find(PIA, { anew: true }))).toEqual({ ok: false, why: 'unreachable' });
  });

  it('R18 are unknown where Graph knows one of them not', async () => {
    const { directory } = await scene({ groups: HELD.slice(1), options: { groups: GROUPS } });
    expect(await directory.find(PIA)).toEqual({ ok: false, why: 'unreachable' });
  });

  it('R18 hold for five minutes, and no moment longer once she has left', async () => {
    const { directory, graph, clock } = await scene();
    expect(await directory.find(PIA)).toMatchObject(PAYROLL);
    graph.tenant.leave(idOf('pia'), PAYROLL_TEAM);
    await clock.advance(5 * MINUTE - 1);
    expect(await directory.find(PIA)).toMatchObject(PAYROLL);
    await clock.advance(1);
    expect(await directory.find(PIA)).toMatchObject({ person: { groups: [], fresh: true } });
  });

  describe('in a question', () => {
    let t: TestWorld | null = null;
    let work: Work | null = null;
    afterEach(async () => {
      await work?.stop({ graceMs: 2_000 });
      await t?.close();
    });

    /** What became of a question of hers, word by word of the steps. */
    const asks = async ({
      directory,
      clock,
    }: Scene): Promise<{ readonly calls: readonly string[]; readonly why: unknown }> => {
      t = createTestWorld();
      const { calls, entries, script, world } = t;
      script.find = (account, how) => whileTimeRuns(clock, directory.find(account, how));
      work = createWork(world);
      expect(await work.accept(question({ account: PIA }))).toBe('accepted');
      await until(() => calls.some((call) => call.startsWith('settle')));
      const decision = entries.find((entry) => entry.kind === 'decision');
      return { calls, why: decision?.kind === 'decision' ? [decision.verdict, decision.reasons] : null };
    };
    const touched = (calls: readonly string[]): readonly string[] =>
      calls.filter((call) => /^(?:recognise|decide|backend)/.test(call));

    it('R18 refuse her while they are unknown, before anything is recognised or asked of a backend', async () => {
      const at = await scene({ groups: HELD, options: { groups: GROUPS } });
      at.graph.setMode('half');
      const { calls, why } = await asks(at);
      expect([touched(calls), why]).toEqual([[], ['refuse', ['account-unreachable']]]);
    });

    it('R18 let her ask once they are known', async () => {
      const { calls } = await asks(await scene({ groups: HELD, options: { groups: GROUPS } }));
      expect(touched(calls)).toContain('backend leave.balance');
    });
  });
});
