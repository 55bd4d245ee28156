/** The network between a process and its Redis stands still, both ways or for the replies alone, without a connection that ends. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { startLoad } from '../support/load.ts';
import { ALL_ANSWERED, reckon } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type StallingProxy, startStallingProxy } from '../support/stalling-proxy.ts';
import { until } from '../support/until.ts';

/** What was on its way when the network stopped may still be answered as before; after this it may not, ms. */
const NOTICED_MS = 3_000;

/** The platforms wait longer than this for an answer, ms; a busy machine has its share in it. */
const PATIENCE_MS = 3_000;

const STALL_MS = 10_000;
const EVERY_MS = 250;

/** What was taken and never answered for is waited for so long; nobody works on it. ms. */
const LEASE_MS = 10_000;

const PEOPLE = makeCrowd({ count: 60, payroll: 1 });
const CROWD = PEOPLE.slice(0, -2);
const [EARNER, PAYROLL] = PEOPLE.slice(-2) as [Somebody, Somebody];

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([
  ['in both directions', 'both'],
  ['for what Redis answers', 'replies'],
] as const)('a network to Redis that stands still %s', (_, which) => {
  let redis: RedisServer;
  let network: StallingProxy;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    network = await startStallingProxy(redis.port);
    fleet = await openFleet(1, {
      people: PEOPLE,
      store: `redis://127.0.0.1:${network.port}`,
      expiresSeconds: 4,
      unlike: { leaseMs: LEASE_MS, quick: true },
    });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await network.end();
    await redis.end();
  });

  it('is 503 in time, shows nothing wrong, and once it goes on everything is answered once and leaves', async () => {
    const [one] = fleet.processes;
    const ready = async (): Promise<number> => (await fetch(`${one?.opsUrl()}/health/ready`)).status;
    const seesPay = (): boolean =>
      fleet.talks.teams.messages(PAYROLL).some(({ text }) => text.replace(/\D/g, '').includes(`${EARNER.annual}`));
    const load = startLoad({ fleet, people: CROWD, everyMs: EVERY_MS });
    await until(() => load.asked() > 8);
    await fleet.say({ on: 'teams', who: PAYROLL, text: `what does ${EARNER.name} earn?` });
    await until(seesPay);

    network.stall(which);
    const still = Date.now();
    await until(async () => (await ready()) === 503);
    await sleep(Math.max(0, still + STALL_MS - Date.now()));
    // It was to leave meanwhile, and nobody could know of it.
    expect(seesPay()).toBe(true);
    network.goOn();
    const on = Date.now();
    await until(async () => (await ready()) === 200);
    await until(() => !seesPay(), 60_000);
    const before = load.asked();
    await until(() => load.asked() > before + 8);
    const said = await load.end();

    const meanwhile = load.deliveries().filter(({ at, ms }) => at > still + NOTICED_MS && at + ms < on);
    expect(meanwhile.length).toBeGreaterThan(STALL_MS / 1_000);
    expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([503]));
    expect(Math.max(...meanwhile.map(({ ms }) => ms))).toBeLessThan(PATIENCE_MS);
    // A placeholder on Teams whose reference Redis never heard of stands for ever; it tells nothing.
    const { placeholders, unrecorded, ...reckoned } = reckon(fleet, said);
    expect({ ...reckoned, unrecorded: unrecorded - placeholders, placeholders: 0 }).toEqual(ALL_ANSWERED);
  }, 240_000);
});
