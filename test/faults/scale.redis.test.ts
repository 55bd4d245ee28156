/** Many questions at once to two processes on one Redis: nobody goes without an answer, and nobody gets two. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet, type Said } from '../support/fleet.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

/** With 5,000 Teams' pace alone (42 calls a second of all processes, two a question) takes two minutes. A multiple of 40. */
const QUESTIONS = Number(process.env['SCALE_QUESTIONS'] ?? 1_000);

/** So many that nobody asks more in a minute than one may. */
const PEOPLE = makeCrowd({ count: 300 });

/** Deliveries that the platforms have under way at once: far more than both processes work on at once, so most questions wait. */
const AT_ONCE = 256;

/** Two processors need a minute; others may be at work on them as well. ms. */
const LONGEST_MS = 300_000;

describe(`${QUESTIONS} questions at once to two processes on one Redis, half of them on Slack and half on Teams`, () => {
  let redis: RedisServer;
  let fleet: Fleet;
  const said: Said[] = [];
  const copies = { slack: 0, teams: 0 };
  beforeAll(async () => {
    redis = await startRedis();
    fleet = await openFleet(2, { people: PEOPLE, store: redis.url });
    await Promise.all(fleet.processes.map((one) => one.start()));

    let next = 0;
    const ask = async (): Promise<void> => {
      for (let n = next++; n < QUESTIONS; n = next++) {
        // Each asks twice in a row on each platform, so that both processes hear of one conversation at once.
        const who = PEOPLE[Math.floor(n / 4) % PEOPLE.length];
        if (who === undefined) return;
        const on = n % 4 < 2 ? 'slack' : 'teams';
        // One in twenty of each platform is delivered twice.
        const twice = n % 40 === 0 || n % 40 === 2;
        if (twice) copies[on] += 1;
        said.push(await fleet.say({ on, who, text: OWN_LEAVE, twice }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    // Every log is read from its beginning each time: often enough to see the end, too seldom to keep the processes from their work.
    await until(() => disclosedOf(fleet, said) >= QUESTIONS, LONGEST_MS, 1_000);
  }, LONGEST_MS + 60_000);
  afterAll(async () => {
    await fleet.end();
    await redis.end();
  });

  it('answers each once, with the right figures for the right person', () => {
    expect(said).toHaveLength(QUESTIONS);
    expect(copies).toEqual({ slack: QUESTIONS / 40, teams: QUESTIONS / 40 });
    expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
  });

  it('asks the HR system once for each decision, and decides each once', () => {
    const decisions = fleet.trail().filter((entry) => entry.kind === 'decision');
    const requests = fleet.backend.requests();
    expect(decisions.every(({ verdict, intent }) => verdict === 'answer' && intent === 'leave.balance')).toBe(true);
    // What Redis did not answer in time, on a machine that is very busy, is tried again: a further attempt, on record as such.
    expect(new Set(decisions.map(({ question, attempt }) => `${question} ${attempt}`)).size).toBe(decisions.length);
    expect(new Set(decisions.map(({ question }) => question)).size).toBe(QUESTIONS);
    expect(decisions.length).toBeLessThan(QUESTIONS * 1.01);
    expect(requests.length).toBe(decisions.length);
    expect(requests.every(({ operation }) => operation === 'leave.balance')).toBe(true);
  });

  it('lets both processes work', async () => {
    for (const one of fleet.processes) {
      const metrics = await (await fetch(`${one.opsUrl()}/metrics`)).text();
      const [, decided = '0'] = /^sotto_decisions_total\{verdict="answer"\} (\d+)$/m.exec(metrics) ?? [];
      expect(Number(decided)).toBeGreaterThan(QUESTIONS / 5);
    }
  });
});
