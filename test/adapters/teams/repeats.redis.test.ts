/** Teams requirement 15, with one process and with two that share a store: a repeat is known, in whichever order and place it comes. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';
import { EVAN, openTeamsWhole, sleep, type TeamsWhole } from './whole.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
}, 60_000);
afterAll(() => redis.end());

const opened: TeamsWhole[] = [];
const stores: Store[] = [];
afterEach(async () => {
  for (const whole of opened.splice(0)) await whole.close();
  for (const store of stores.splice(0)) await store.close();
});

const ANSWER = 'You have 12 days.';
const ask = { user: EVAN, text: 'how many days of leave have I left?' };

describe.each([
  { how: 'one process', count: 1, on: 'sqlite' },
  { how: 'two processes', count: 2, on: 'redis' },
])('R15 $how on $on', ({ count, on }) => {
  const open = async (): Promise<TeamsWhole> => {
    const shared: (Store | null)[] = [];
    for (let index = 0; index < count; index++) {
      const store = on === 'redis' ? await createRedisStore({ url: redis.url }) : null;
      if (store !== null) stores.push(store);
      shared.push(store);
    }
    const whole = await openTeamsWhole({ stores: shared });
    opened.push(whole);
    return whole;
  };
  const answers = (whole: TeamsWhole): number => whole.seen().filter((text) => text.includes(ANSWER)).length;
  const decisions = ({ processes }: TeamsWhole): number =>
    processes.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'decision').length;
  const runs = ({ processes }: TeamsWhole): number =>
    processes.flatMap(({ calls }) => calls).filter((call) => call === 'backend leave.balance').length;
  const all = (whole: TeamsWhole) => ({ answers: answers(whole), decisions: decisions(whole), runs: runs(whole) });
  const turns = (rounds: number): readonly number[] => Array.from({ length: rounds }, (_, index) => index % count);

  it('R15 one after the other: one run, one reply, one entry', async () => {
    const whole = await open();
    await whole.standIn.say(ask);
    await until(() => answers(whole) === 1);
    const [message = {}] = whole.sent;
    for (const index of turns(4)) expect(await whole.deliver(message, index)).toEqual({ status: 200, body: '' });
    await sleep(200);
    expect(all(whole)).toEqual({ answers: 1, decisions: 1, runs: 1 });
  });

  it('R15 at the same moment: one run, one reply, one entry', async () => {
    const whole = await open();
    await whole.standIn.say(ask);
    await until(() => answers(whole) === 1);
    const [message = {}] = whole.sent;
    for (let round = 1; round <= 5; round++) {
      const fresh = { ...message, id: String(1_771_442_483_000 + round) };
      const told = await Promise.all(turns(4).map((index) => whole.deliver(fresh, index)));
      expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      await until(() => answers(whole) > round);
      await sleep(100);
      expect(all(whole)).toEqual({ answers: round + 1, decisions: round + 1, runs: round + 1 });
    }
  });

  it('R15 is known by tenant, chat and id together: the same id in another chat is another question', async () => {
    const whole = await open();
    await whole.standIn.say(ask);
    await until(() => answers(whole) === 1);
    const [message = {}] = whole.sent;
    const { conversation } = message as { readonly conversation: { readonly id: string } };
    const elsewhere = { ...message, conversation: { ...conversation, id: `a:${randomUUID()}` } };
    expect(await whole.deliver(elsewhere, count - 1)).toMatchObject({ status: 200 });
    await until(() => decisions(whole) === 2);
  });
});
