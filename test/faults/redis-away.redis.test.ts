/** Redis goes away for twenty seconds under questions from both platforms. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readable } from '../../playground/readable.ts';
import { readableTeams } from '../../playground/teams/readable.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 60, payroll: 2 });
const TEXT = 'how many days of leave have I left?';
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('Redis away', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(1, { people: PEOPLE, store: redis.url, expiresSeconds: 4 });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await redis.end();
  });

  it.each(['stop', 'kill'])(
    'experiment %s',
    async (how) => {
      const [one] = fleet.processes;
      let stop = false;
      const says: { q: string; on: string; at: number; ms: number; delivered: number }[] = [];
      const pending = new Set<Promise<void>>();
      const trickle = (async () => {
        for (let n = 0; !stop; n++) {
          const who = PEOPLE[(n >> 1) % 50];
          if (who === undefined) throw new Error();
          const on = n % 2 === 0 ? 'slack' : 'teams';
          const at = Date.now();
          const p = fleet.say({ on, who, text: TEXT }).then(({ question, delivered }) => {
            says.push({ q: question, on, at, ms: Date.now() - at, delivered });
            pending.delete(p);
          });
          pending.add(p);
          await sleep(100);
        }
      })();
      await sleep(5_000);
      if (how === 'stop') redis.pause();
      else await redis.kill();
      const away = Date.now();
      const ready: string[] = [];
      while (Date.now() < away + 20_000) {
        await sleep(1_000);
        const [a, b] = await Promise.all([fetch(`${one?.url()}/health/ready`), fetch(`${one?.opsUrl()}/health/ready`)]);
        ready.push(`${a.status}/${b.status}`);
      }
      if (how === 'stop') redis.resume();
      else await redis.start();
      const back = Date.now();
      await sleep(5_000);
      stop = true;
      await trickle;
      const said0 = says.length + pending.size;
      const t0 = Date.now();
      const lines: string[] = [];
      for (;;) {
        const d = fleet.trail().filter((e) => e.kind === 'disclosure').length;
        lines.push(`${((Date.now() - back) / 1000).toFixed(1)}s: ${d}/${said0}`);
        if (d >= said0 || Date.now() - t0 > 100_000) break;
        await sleep(2_000);
      }
      await Promise.all(pending);
      const t = fleet.trail();
      const late = t
        .filter((e) => e.kind === 'disclosure' && e.at > back + 15_000)
        .map((e) => [(e.at - back) / 1000, 'question' in e ? says.find((s) => s.q === e.question) : '']);
      console.log(ready.join(' '), lines.join(' | '));
      console.log(
        says
          .filter((s) => s.at >= away && s.at < back)
          .map((s) => `${s.on[0]} ${s.at - away} ${s.ms} ${s.delivered}`)
          .join('\n'),
      );
      console.log(
        'teams',
        fleet.teamsDeliveries
          .filter((d) => d.at >= away && d.at < back - 3000)
          .map((d) => `${d.status} ${d.ms}`)
          .join(' '),
      );
      console.log(
        'late',
        JSON.stringify(late.map(([a, s]) => [a, typeof s === 'object' ? { on: s.on, at: s.at - away } : s])),
      );
      console.log(
        Object.entries(
          Object.groupBy((one?.output() ?? '').split('\n'), (l) => /"msg":"([^"]+)"/.exec(l)?.[1] ?? l.slice(0, 80)),
        )
          .map(([k, v]) => `${k} ${v?.length}`)
          .join('\n'),
      );
      const per = new Map<string, number>();
      for (const e of t) if (e.kind === 'disclosure') per.set(e.question, (per.get(e.question) ?? 0) + 1);
      console.log(
        'twice',
        [...per].filter(([, c]) => c > 1),
        'none',
        says.filter((s) => !per.has(s.q)).map((s) => [s.on, s.at - away, s.delivered]),
      );
      const st = fleet.teams.history().filter((m) => m.bot !== null && /of 900/.test(readableTeams(m).text)).length;
      const ph = fleet.teams.history().filter((m) => m.bot !== null && !/of 900/.test(readableTeams(m).text)).length;
      const ss = fleet.slack.history().filter((m) => m.bot !== null && /of 900/.test(readable(m).text)).length;
      const sr = fleet.slack.history().filter((m) => m.bot !== null && !/of 900/.test(readable(m).text)).length;
      console.log({
        st,
        ph,
        ss,
        sr,
        slackSaid: says.filter((s) => s.on === 'slack').length,
        teamsSaid: says.filter((s) => s.on === 'teams').length,
      });
      await until(() => true);
      expect(1).toBe(1);
    },
    300_000,
  );
});
