/** Two machines on one Redis, each with a data folder of its own, of which one dies with its folder and is started anew at once. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { type Commanded, command } from '../support/command.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { OWN_LEAVE } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import type { SottoProcess } from '../support/sotto-process.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 4 }).map((one, n) => (n === 0 ? { ...one, groups: ['operators'] } : one));

describe('a machine that lost its data folder', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  const commands: Commanded[] = [];
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(2, { people: PEOPLE, store: redis.url, unlike: { movable: true }, teamsIsOn: false });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    for (const each of commands.splice(0)) each.kill();
    await fleet.end();
    await redis.end();
  });

  const process = (n: number): SottoProcess => {
    const one = fleet.processes[n];
    if (one === undefined) throw new Error(`no process ${n}`);
    return one;
  };
  const sotto = (n: number, ...args: readonly string[]): Commanded => {
    const commanded = command({ args, data: fleet.dataOf(n) });
    commands.push(commanded);
    return commanded;
  };
  const reasons = (question: string): readonly string[] =>
    fleet.trail().flatMap((entry) => (entry.kind === 'decision' && entry.question === question ? entry.reasons : []));
  /** Whichever process takes it. */
  const asked = async (n: number, text: string): Promise<readonly string[]> => {
    const who = PEOPLE[n];
    if (who === undefined) throw new Error(`nobody ${n}`);
    const { question } = await fleet.say({ on: 'slack', who, text });
    await until(() => reasons(question).length > 0, 30_000);
    return reasons(question);
  };
  const missed = async (n: number): Promise<number> => (await sotto(n, 'audit', 'lost').ended()).status ?? -1;

  it('answers nobody once the lease of the dead process is over, also after a restart, while the other machine goes on, until an operator said so', async () => {
    await asked(1, OWN_LEAVE);
    const [origin = ''] = readdirSync(join(fleet.dataOf(1), 'audit'));
    const store = await createRedisStore({ url: redis.url });
    const onRecord = async () => (await store.origins.all()).find((one) => one.origin === origin);
    try {
      await until(async () => ((await onRecord())?.size ?? 0) > 0, 30_000);
      await process(1).kill();
      rmSync(fleet.dataOf(1), { recursive: true });
      await process(1).start();
      // Who wrote it may live for all that anybody knows.
      expect(await missed(1)).toBe(0);
      await process(1).kill();
      await process(1).start();
      for (const n of [0, 1]) await process(n).ahead(61_000);
      await until(async () => (await missed(1)) === 1, 60_000);
      // The other machine never had it.
      expect(await missed(0)).toBe(0);

      // By turns, so that each of them is asked.
      const turns = [await asked(1, OWN_LEAVE), await asked(1, OWN_LEAVE)];
      expect(turns.filter((each) => each.includes('audit-lost'))).toHaveLength(1);

      const losing = sotto(0, 'audit', 'lost', origin);
      expect(await asked(0, await losing.code())).toEqual(['order-confirmed']);
      expect(await losing.ended()).toMatchObject({ status: 0, out: expect.stringContaining('in another data folder') });
      await until(async () => (await missed(1)) === 0, 60_000);
      for (let n = 0; n < 4; n++) expect(await asked(1 + (n % 2), OWN_LEAVE)).not.toContain('audit-lost');
      expect((await onRecord())?.home).toMatch(/\.lost$/);
      expect(fleet.trail().flatMap((entry) => (entry.kind === 'lost' ? [entry] : []))).toMatchObject([
        { origin, found: 'elsewhere', entries: null },
      ]);
    } finally {
      await store.close();
    }
  }, 300_000);
});
