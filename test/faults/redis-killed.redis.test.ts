/** Redis is killed with -9 and started on the same folder, again and again, under two processes with much to do. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { startLoad } from '../support/load.ts';
import { ALL_ANSWERED, reckon } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const ROUNDS = 3;

/** Some of each are on their way whenever Redis dies. */
const EVERY_MS = 40;
const BETWEEN = 60;

/** What was taken and never answered for is waited for so long. ms. */
const LEASE_MS = 10_000;

/** Enough that nobody asks more in a minute than one may. */
const PEOPLE = makeCrowd({ count: 80, payroll: 6 });
const CROWD = PEOPLE.slice(0, -12);
const EARNERS = PEOPLE.slice(-12, -6);
const PAYROLL = PEOPLE.slice(-6);

describe('a Redis that is killed with -9 again and again while two processes answer', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(2, {
      people: PEOPLE,
      store: redis.url,
      expiresSeconds: 6,
      unlike: { leaseMs: LEASE_MS, quick: true },
    });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await redis.end();
  });

  it('has everything that was acknowledged: all is answered, nothing twice, and what must leave leaves', async () => {
    const seesPay = (who: Somebody, earner: Somebody): boolean =>
      fleet.talks.slack.messages(who).some(({ text }) => text.replace(/\D/g, '').includes(`${earner.annual}`));
    const load = startLoad({ fleet, people: CROWD, everyMs: EVERY_MS });
    const pays: [Somebody, Somebody][] = [];
    const standing: boolean[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [who, earner] = [PAYROLL[round], EARNERS[round]] as [Somebody, Somebody];
      pays.push([who, earner]);
      await fleet.say({ on: 'slack', who, text: `what does ${earner.name} earn?` });
      const before = load.asked();
      await until(() => seesPay(who, earner) && load.asked() > before + BETWEEN, 60_000);
      await redis.kill();
      standing.push(seesPay(who, earner));
      await redis.start();
    }
    const before = load.asked();
    await until(() => load.asked() > before + BETWEEN, 60_000);
    const said = await load.end();

    // Its removal was on record before it was seen, so no crash can have lost that.
    expect(standing).toContain(true);
    await until(() => pays.every(([who, earner]) => !seesPay(who, earner)), 60_000);
    // A placeholder on Teams whose reference Redis never heard of stands for ever; it tells nothing.
    const { placeholders, unrecorded, ...reckoned } = reckon(fleet, said);
    expect({ ...reckoned, unrecorded: unrecorded - placeholders, placeholders: 0 }).toEqual(ALL_ANSWERED);
    expect(said.length).toBeGreaterThan(ROUNDS * BETWEEN);
  }, 300_000);
});
