/** A process whose audit log another one took over while it could not tell. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { OWN_LEAVE } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 2 });
const HOUR_MS = 3_600_000;

/** Past the time after which a slot is asked for anew, and before its end, ms. */
const LATER_MS = 20_000;

describe('a process that has lost its audit log to another', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(1, {
      people: PEOPLE,
      store: redis.url,
      unlike: { movable: true },
      teamsSendsAgain: false,
    });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await redis.end();
  });

  it('is not ready, takes nothing, and leaves what waits to others', async () => {
    const [one] = fleet.processes;
    const [who] = PEOPLE;
    if (one === undefined || who === undefined) throw new Error('nobody is there');
    const store = await createRedisStore({ url: redis.url });
    try {
      const [slot] = await store.origins.all();
      const taken = await store.origins.lease({
        home: slot?.home ?? '',
        holder: 'another',
        now: Date.now() + HOUR_MS,
        leaseMs: HOUR_MS,
      });
      expect(taken.origin).toBe(slot?.origin);
      await one.ahead(LATER_MS);
      const readiness = async (): Promise<readonly number[]> =>
        Promise.all([one.url(), one.opsUrl()].map(async (url) => (await fetch(`${url}/health/ready`)).status));
      await until(async () => (await readiness()).every((status) => status === 503), 60_000);

      const { question, delivered } = await fleet.say({ on: 'teams', who, text: OWN_LEAVE });
      expect(delivered).toBe(503);
      expect(await store.inbox.backlog()).toEqual({ waiting: 0, claimed: 0 });
      expect(fleet.backend.requests()).toEqual([]);
      expect(fleet.trail().some((entry) => 'question' in entry && entry.question === question)).toBe(false);
    } finally {
      await store.close();
    }
  }, 180_000);
});
