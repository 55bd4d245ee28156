/** Redis stands still for twenty seconds under questions from both platforms. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet, type Said } from '../support/fleet.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const AWAY_MS = 20_000;

/** What was on its way when Redis stopped may still be answered as before; after this it may not, ms. */
const NOTICED_MS = 3_000;

/** The platforms wait longer than this for an answer, ms; a busy machine has its share in it. */
const PATIENCE_MS = 3_000;

const EVERY_MS = 250;

const PEOPLE = makeCrowd({ count: 60, payroll: 1 });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('while Redis is away for twenty seconds', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeEach(async () => {
    redis = await startRedis();
    fleet = await openFleet(1, { people: PEOPLE, store: redis.url, expiresSeconds: 4 });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    redis.resume();
    await fleet.end();
    await redis.end();
  });

  const readiness = async (): Promise<readonly number[]> => {
    const [one] = fleet.processes;
    const answers = await Promise.all([one?.url(), one?.opsUrl()].map((url) => fetch(`${url}/health/ready`)));
    return answers.map(({ status }) => status);
  };

  it('the platforms are told to send again, nothing wrong is shown, and all is as before afterwards', async () => {
    const [curious] = PEOPLE;
    const payroll = PEOPLE.at(-1);
    if (curious === undefined || payroll === undefined) throw new Error('nobody is there');
    const shows = (): boolean =>
      fleet.talks.teams.messages(payroll).some(({ text }) => text.replaceAll(',', '').includes(String(curious.annual)));
    await fleet.say({ on: 'teams', who: payroll, text: `what does ${curious.name} earn?` });
    await until(shows);

    const said: Said[] = [];
    const first: { readonly at: number; readonly ms: number; readonly status: number }[] = [];
    const pending: Promise<void>[] = [];
    const ask = async (on: 'slack' | 'teams', who: Somebody): Promise<void> => {
      const at = Date.now();
      const one = await fleet.say({ on, who, text: OWN_LEAVE });
      said.push(one);
      if (on === 'slack') first.push({ at, ms: Date.now() - at, status: one.delivered });
    };
    let asking = true;
    const trickle = (async () => {
      for (let n = 0; asking; n++) {
        const who = PEOPLE[Math.floor(n / 2) % (PEOPLE.length - 1)];
        if (who !== undefined) pending.push(ask(n % 2 === 0 ? 'slack' : 'teams', who));
        await sleep(EVERY_MS);
      }
    })();
    await sleep(1_000);
    redis.pause();
    const away = Date.now();
    await until(async () => (await readiness()).every((status) => status === 503));
    await sleep(Math.max(0, away + AWAY_MS - Date.now()));
    expect(await readiness()).toEqual([503, 503]);
    // Its end came meanwhile: it cannot leave while nobody knows of it, and must as soon as somebody does.
    expect(shows()).toBe(true);
    redis.resume();
    const back = Date.now();
    await until(async () => (await readiness()).every((status) => status === 200));
    await sleep(1_000);
    asking = false;
    await trickle;
    await Promise.all(pending);
    await until(async () => {
      await sleep(500);
      return disclosedOf(fleet, said) === said.length;
    }, 150_000);
    await until(() => !shows());

    const meanwhile = [...first, ...fleet.teamsDeliveries].filter(
      ({ at, ms }) => at > away + NOTICED_MS && at + ms < back,
    );
    expect(meanwhile.length).toBeGreaterThan(20);
    expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([503]));
    expect(Math.max(...meanwhile.map(({ ms }) => ms))).toBeLessThan(PATIENCE_MS);
    // A placeholder on Teams whose reference Redis never heard of stands for ever; it tells nothing.
    const { placeholders, unrecorded, ...reckoned } = reckon(fleet, said);
    expect({ ...reckoned, unrecorded: unrecorded - placeholders, placeholders: 0 }).toEqual(ALL_ANSWERED);
  }, 300_000);
});
