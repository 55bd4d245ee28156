/** Two processes on one Redis, and one of them is killed with -9 in the middle of its work: the other one finishes it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet, type Said } from '../support/fleet.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const QUESTIONS = 300;
const PEOPLE = makeCrowd({ count: 60 });
const AT_ONCE = 48;

/** So that nobody has to wait a minute for what the dead one held; still far longer than a step of the living one takes. ms. */
const LEASE_MS = 6_000;

/** What one process works on at once (`core/work.ts`): more placeholders than that cannot be left behind by one. */
const MOST_LEFT = 64;

describe('one of two processes that is killed with -9', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(2, { people: PEOPLE, store: redis.url, unlike: { leaseMs: LEASE_MS } });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await redis.end();
  });

  it('leaves no question without an answer and none with two', async () => {
    const [doomed] = fleet.processes;
    const said: Said[] = [];
    // With work on its hands: once it has looked into the HR system, and before that is on record.
    const once = join(fleet.folder, 'died');
    fleet.backend.onRequest(() => {
      if (fleet.backend.requests().length === QUESTIONS / 3) void doomed?.doom({ dieAt: 'after read', once });
    });
    let next = 0;
    const ask = async (): Promise<void> => {
      for (let n = next++; n < QUESTIONS; n = next++) {
        const who = PEOPLE[Math.floor(n / 4) % PEOPLE.length];
        if (who !== undefined) said.push(await fleet.say({ on: n % 4 < 2 ? 'slack' : 'teams', who, text: OWN_LEAVE }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    await until(() => existsSync(once), 30_000);
    await until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return disclosedOf(fleet, said) === QUESTIONS;
    }, 90_000);

    // Where nothing can be looked up, a placeholder whose post was not on record yet stands for ever; it tells nothing.
    const { placeholders, unrecorded, ...reckoned } = reckon(fleet, said);
    expect({ ...reckoned, unrecorded: unrecorded - placeholders, placeholders: 0 }).toEqual(ALL_ANSWERED);
    expect(placeholders).toBeLessThanOrEqual(MOST_LEFT);
    // Somebody else did its work.
    const tried = fleet.trail().flatMap((entry) => (entry.kind === 'decision' && entry.attempt > 1 ? [entry] : []));
    expect(tried.length).toBeGreaterThan(0);
  }, 180_000);
});
