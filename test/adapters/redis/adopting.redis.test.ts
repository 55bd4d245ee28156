/** What the first layout left in Redis: `exp`, a sorted set of packed references a tag, and `more` of what was tried. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { tagOf } from '../../../src/adapters/redis/keys.ts';
import { schemaSteps } from '../../../src/adapters/redis/schema.ts';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import type { DueRemoval, Store } from '../../../src/core/ports.ts';
import { packRef } from '../../../src/core/stored.ts';
import { LEASE, leavingOf, NOW, refOf } from '../../contracts/making.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

let server: RedisServer;
let raw: Redis;
const stores: Store[] = [];
beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
  raw = new Redis(server.port);
});
beforeEach(() => raw.flushall());
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close().catch(() => undefined);
});
afterAll(async () => {
  raw.disconnect();
  await server.end();
});

const open = async (): Promise<Store> => {
  const store = await createRedisStore({ url: server.url });
  stores.push(store);
  return store;
};

const idOf = (n: number): string => `1771442483.${String(n).padStart(6, '0')}`;
const oldRef = (n: number) => refOf(idOf(n), { tenant: `T${n % 3}` });

/** As the first program wrote it. `state`: `removeAt|attempts|leased`, where there is one. */
const writeOld = async (n: number, score: number, state?: string): Promise<void> => {
  const tag = tagOf(`T${n % 3}`, `talk ${n}`);
  await raw.sadd('sotto:{all}:tags', tag);
  await raw.zadd(`sotto:{${tag}}:exp`, score, packRef(oldRef(n)));
  if (state !== undefined) await raw.hset(`sotto:{${tag}}:more`, packRef(oldRef(n)), state);
};

const everyDue = async (store: Store, now: number): Promise<readonly DueRemoval[]> => {
  const all: DueRemoval[] = [];
  for (;;) {
    const some = await store.expiries.claim({ now, leaseMs: LEASE, limit: 500 });
    if (some.length === 0) return all;
    all.push(...some);
  }
};

const leftOver = async (): Promise<readonly string[]> => [
  ...(await raw.keys('*}:exp')),
  ...(await raw.keys('*}:more')),
];

describe('a redis store that finds removals of the first layout', () => {
  it('brings every one of them over, with its deadline and its failures, and leaves nothing behind', async () => {
    await raw.set('sotto:{all}:schema', '1');
    for (let n = 0; n < 600; n++) await writeOld(n, NOW + n);
    await writeOld(600, NOW + 5_000, `${NOW - 50}|3|0`);
    await writeOld(601, NOW + 9_000, `${NOW - 60}|0|1`);
    const store = await open();
    expect(await store.expiries.next()).toBe(NOW);
    expect(await leftOver()).toEqual([]);
    expect(await raw.get('sotto:{all}:schema')).toBe(String(schemaSteps.at(-1)?.needs));
    const due = await everyDue(store, NOW + 10_000);
    expect(due).toHaveLength(602);
    for (const { ref, removeAt, attempts, about, then } of due) {
      const n = Number(ref.id.slice(-6));
      expect(ref).toEqual(oldRef(n));
      expect([removeAt, attempts]).toEqual(n === 600 ? [NOW - 50, 3] : n === 601 ? [NOW - 60, 0] : [NOW + n, 0]);
      expect([about, then]).toEqual([null, 'remove']);
    }
  });

  it('knows them by their reference: one is brought forward, put off and replaced as if it had always lain here', async () => {
    for (let n = 0; n < 3; n++) await writeOld(n, NOW + 1_000);
    const store = await open();
    expect(await store.expiries.sooner({ ref: oldRef(0), removeAt: NOW })).toBe(NOW);
    expect(await store.expiries.later({ ref: oldRef(1), seen: NOW + 1_000, removeAt: NOW + 2_000 })).toBe(NOW + 2_000);
    await store.expiries.schedule(leavingOf(oldRef(2), NOW + 3_000, { about: null }));
    const due = await everyDue(store, NOW + 5_000);
    expect(due.map(({ removeAt }) => removeAt)).toEqual([NOW, NOW + 2_000, NOW + 3_000]);
    expect(await leftOver()).toEqual([]);
  });

  it('also what a process of the older program writes while both run', async () => {
    const store = await open();
    expect(await store.expiries.next()).toBeNull();
    await writeOld(7, NOW);
    await until(async () => (await store.expiries.next()) === NOW, 5_000);
    expect(await everyDue(store, NOW)).toMatchObject([{ ref: oldRef(7), removeAt: NOW }]);
  });

  it('keeps what stands here already, where the same message stands in both', async () => {
    const store = await open();
    await store.expiries.schedule(leavingOf(oldRef(1), NOW + 500));
    const [tagged] = (await raw.keys('*}:first')).map((key) => key.replace(/first$/, ''));
    await raw.zadd(`${tagged}exp`, NOW + 100, packRef(oldRef(1)));
    const other = await open();
    expect(await everyDue(other, NOW + 1_000)).toMatchObject([{ ref: oldRef(1), removeAt: NOW + 500 }]);
    expect(await leftOver()).toEqual([]);
  });

  it('loses none though it is cut off in the middle, again and again, and others bring over at the same time', async () => {
    for (let n = 0; n < 3_000; n++) await writeOld(n, NOW + n);
    // Each one is hung up on at another moment of its bringing over.
    for (let cut = 0; cut < 6; cut++) {
      const store = await createRedisStore({ url: server.url });
      const asked = store.expiries.next().catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, cut * 3));
      await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await asked;
      await store.close();
      const here = await raw.keys('*}:exp');
      const old = (await Promise.all(here.map((key) => raw.zcard(key)))).reduce((sum, some) => sum + some, 0);
      const moved = await raw.keys('*}:x:*');
      const kept = (await Promise.all(moved.map((key) => raw.zcard(key)))).reduce((sum, some) => sum + some, 0);
      expect(old + kept).toBe(3_000);
    }
    const both = [await open(), await open()];
    const due = (await Promise.all(both.map((store) => everyDue(store, NOW + 5_000)))).flat();
    expect(new Set(due.map(({ ref }) => ref.id)).size).toBe(3_000);
    expect(due).toHaveLength(3_000);
    expect(await leftOver()).toEqual([]);
  });
});
