/** Several processes on one Redis: an order given to one and confirmed at another is in force in all of them within a second. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from '../support/command.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { OWN_LEAVE } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 12 }).map((one, n) => (n < 2 ? { ...one, groups: ['operators'] } : one));

/** In force within a second everywhere; a machine that is shared with others may take that much longer, ms. */
const IN_FORCE_MS = 1_000;
const SLACK_MS = 1_500;

describe('an order, where several processes share a store', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeAll(async () => {
    redis = await startRedis();
    fleet = await openFleet(2, { people: PEOPLE, store: redis.url, unlike: { leaseMs: 6_000 } });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterAll(async () => {
    await fleet.end();
    await redis.end();
  });

  const person = (n: number) => {
    const one = PEOPLE[n];
    if (one === undefined) throw new Error(`nobody ${n}`);
    return one;
  };
  const reasons = (question: string): readonly string[] =>
    fleet.trail().flatMap((entry) => (entry.kind === 'decision' && entry.question === question ? entry.reasons : []));
  const asked = async (n: number, text: string): Promise<readonly string[]> => {
    const { question } = await fleet.say({ on: n % 2 === 0 ? 'slack' : 'teams', who: person(n), text });
    await until(() => reasons(question).length > 0);
    return reasons(question);
  };
  /** When the last order was done, whichever process did it. */
  const doneAt = (): number =>
    Math.max(
      ...fleet.trail().flatMap((entry) => (entry.kind === 'order' && entry.change === 'done' ? [entry.at] : [])),
    );

  it('is in force in all of them, whichever was told and whichever did it', async () => {
    const pausing = command({ args: ['pause', '--json'], data: join(fleet.folder, 'data-0') });
    const code = await pausing.code();
    // Two operators at once, at different processes: it is done once.
    const confirmed = await Promise.all([asked(0, code), asked(1, code)]);
    expect(confirmed.flat().toSorted()).toEqual(['order-confirmed', 'order-confirmed-before']);
    expect(await pausing.ended()).toMatchObject({ status: 0, out: expect.stringContaining('"paused":true') });
    const changes = fleet.trail().flatMap((entry) => (entry.kind === 'order' ? [entry.change] : []));
    expect(changes.filter((change) => change === 'begun' || change === 'done').toSorted()).toEqual(['begun', 'done']);

    await until(() => Date.now() >= doneAt() + IN_FORCE_MS + SLACK_MS);
    // One after another, so that the round robin gives each process half of them.
    for (let n = 2; n < 10; n++) expect(await asked(n, OWN_LEAVE)).toEqual(['paused']);
  }, 60_000);

  it('can be given through the process that is left, and undoes what the dead one did', async () => {
    const [doomed] = fleet.processes;
    await doomed?.kill();
    const dead = await command({ args: ['pause', '--off'], data: join(fleet.folder, 'data-0') }).ended();
    expect(dead).toMatchObject({ status: 2, err: expect.stringContaining('No Sotto runs on') });
    const ending = command({ args: ['pause', '--off', '--json'], data: join(fleet.folder, 'data-1') });
    expect(await asked(1, await ending.code())).toEqual(['order-confirmed']);
    expect((await ending.ended()).status).toBe(0);
    await until(() => Date.now() >= doneAt() + IN_FORCE_MS + SLACK_MS);
    expect(await asked(10, OWN_LEAVE)).not.toContain('paused');
  }, 60_000);
});
