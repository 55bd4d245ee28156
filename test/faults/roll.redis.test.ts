/** Two processes on one Redis that are replaced one after the other while people ask: by the same version, by later ones. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { type Load, startLoad } from '../support/load.ts';
import { ALL_ANSWERED, reckon } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import type { SottoProcess, Unlike } from '../support/sotto-process.ts';
import { until } from '../support/until.ts';

const EVERY_MS = 150;

/** So many are asked between one change and the next. */
const BETWEEN = 16;

const PEOPLE = makeCrowd({ count: 42, payroll: 1 });
const CROWD = PEOPLE.slice(0, -2);
const [EARNER, PAYROLL] = PEOPLE.slice(-2) as [Somebody, Somebody];

describe('two processes on one Redis that are replaced in turn while people ask', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  let load: Load;
  /** What each is started as. */
  const versions: Unlike['newer'][] = [];
  beforeEach(async () => {
    versions.length = 0;
    redis = await startRedis();
    fleet = await openFleet(2, {
      people: PEOPLE,
      store: redis.url,
      expiresSeconds: 4,
      unlike: (n) => {
        const newer = versions[n];
        return { quick: true, ...(newer === undefined ? {} : { newer }) };
      },
    });
    await Promise.all(fleet.processes.map((one) => one.start()));
    load = startLoad({ fleet, people: CROWD, everyMs: EVERY_MS });
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await redis.end();
  });

  const one = (n: number): SottoProcess => {
    const process = fleet.processes[n];
    if (process === undefined) throw new Error('there are only two');
    return process;
  };
  const someAreAsked = async (): Promise<void> => {
    const before = load.asked();
    await until(() => load.asked() >= before + BETWEEN, 60_000);
  };
  const drained = async (n: number): Promise<void> => {
    expect((await one(n).stop()).status).toBe(0);
  };
  const replaced = async (n: number, newer: Unlike['newer']): Promise<void> => {
    await drained(n);
    await someAreAsked();
    versions[n] = newer;
    await one(n).start();
    await someAreAsked();
  };
  const schema = async (): Promise<readonly (string | null)[]> => {
    const raw = new Redis(redis.port);
    const both = await raw.mget('sotto:{all}:schema', 'sotto:{all}:schema-reached');
    raw.disconnect();
    return both;
  };
  const decidedBy = async (n: number): Promise<number> => {
    const metrics = await (await fetch(`${one(n).opsUrl()}/metrics`)).text();
    return Number(/^sotto_decisions_total\{verdict="answer"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
  };
  const seesPay = (): boolean =>
    fleet.talks.slack.messages(PAYROLL).some(({ text }) => text.replace(/\D/g, '').includes(String(EARNER.annual)));

  it.each([
    ['by the same version', undefined],
    ['by a later version that the earlier one may run beside', 'beside'],
  ] as const)(
    '%s, lose nothing and answer nothing twice, and what must leave leaves',
    async (_, newer) => {
      const before = await schema();
      await fleet.say({ on: 'slack', who: PAYROLL, text: `what does ${EARNER.name} earn?` });
      await until(seesPay);
      await replaced(0, newer);
      // For the time between, one of each version works on what both accept.
      const earlier = await Promise.all([decidedBy(0), decidedBy(1)]);
      await someAreAsked();
      await until(async () => (await decidedBy(0)) > (earlier[0] ?? 0) && (await decidedBy(1)) > (earlier[1] ?? 0));
      await replaced(1, newer);
      const said = await load.end();
      expect(said.length).toBeGreaterThan(4 * BETWEEN);
      expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
      await until(() => !seesPay());
      const [needs, reached] = before;
      expect(await schema()).toEqual([needs, newer === undefined ? reached : `${Number(reached) + 1}`]);
    },
    300_000,
  );

  it('by a later version that the earlier one may not run beside, have to be stopped both, and still lose nothing', async () => {
    const before = await schema();
    await drained(0);
    versions[0] = 'alone';
    await expect(one(0).start()).rejects.toThrow(/not for the programs that run on it now \(1\).*Stop them all/s);
    expect(await schema()).toEqual(before);
    await someAreAsked();
    // What was accepted and not ended goes on under the later one; what is asked meanwhile is sent again.
    await drained(1);
    await one(0).start();
    await expect(one(1).start()).rejects.toThrow(
      /from version \d+ on; this one knows up to \d+\. It was left as it is/,
    );
    versions[1] = 'alone';
    await one(1).start();
    await someAreAsked();
    const said = await load.end();
    expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
    expect(await schema()).toEqual([`${Number(before[1]) + 1}`, `${Number(before[1]) + 1}`]);
  }, 300_000);
});
