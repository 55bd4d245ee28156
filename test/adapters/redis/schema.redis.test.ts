/** Programs of several versions on one Redis: beside one another where the schema allows it, refused and without a trace where not. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type SchemaStep, schemaSteps } from '../../../src/adapters/redis/schema.ts';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { LEASE, leavingOf, NOW, questionOf, refOf } from '../../contracts/making.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { PLAIN_RESTRICTION } from '../../support/restricting.ts';

/** A step that adds a key, and says who may run beside it. */
const step = (needs: number): SchemaStep => ({
  needs,
  bring: async ({ connection, keys }) => {
    await connection.ask('add a mark', 'SETNX', keys.all('mark'), 'added');
  },
});
const OURS = schemaSteps.length;
/** What a program must know at least to run on a store of ours. */
const NEEDED = Math.max(...schemaSteps.map(({ needs }) => needs));
const BESIDE = [...schemaSteps, step(NEEDED)];
const ALONE = [...schemaSteps, step(OURS + 1)];

describe('the schema in Redis', () => {
  let server: RedisServer;
  let raw: Redis;
  const stores: Store[] = [];
  beforeEach(async () => {
    server = await startRedis();
    raw = new Redis(server.port);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    raw.disconnect();
    await server.end();
  });

  const open = async (schema?: readonly SchemaStep[]): Promise<Store> => {
    const store = await createRedisStore({ url: server.url, ...(schema === undefined ? {} : { schema }) });
    stores.push(store);
    return store;
  };
  const lease = (store: Store, holder: string) =>
    store.origins.lease({ home: holder, holder, now: Date.now(), leaseMs: 60_000 });
  /** Every key and what lies there. */
  const everything = async (): Promise<Readonly<Record<string, string>>> => {
    const keys = (await raw.keys('*')).toSorted();
    const dumps = await Promise.all(keys.map(async (key) => (await raw.dumpBuffer(key))?.toString('hex') ?? ''));
    return Object.fromEntries(keys.map((key, at) => [key, dumps[at] ?? '']));
  };
  const versions = (): Promise<(string | null)[]> => raw.mget('sotto:{all}:schema', 'sotto:{all}:schema-reached');

  it('of a new store is what its first program needs, and the newest that it knows', async () => {
    await open();
    expect(await versions()).toEqual([`${NEEDED}`, `${OURS}`]);
  });

  it('of a store from before there were two numbers is known by the one that it has', async () => {
    await raw.set('sotto:{all}:schema', '1');
    await open(BESIDE);
    expect(await versions()).toEqual([`${NEEDED}`, `${OURS + 1}`]);
    expect(await raw.get('sotto:{all}:mark')).toBe('added');
  });

  it('is brought up beside older programs where the step allows it, and those may even start anew', async () => {
    const old = await open();
    await lease(old, 'old');
    await old.inbox.accept(questionOf('q1', { claim: false }));
    await old.expiries.schedule(leavingOf(refOf('m1'), NOW));
    const grown = await open(BESIDE);
    await lease(grown, 'grown');
    expect(await versions()).toEqual([`${NEEDED}`, `${OURS + 1}`]);
    const [claim] = await grown.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 1 });
    expect(claim?.id).toBe('q1');
    expect(await old.inbox.accept(questionOf('q1'))).toEqual({ status: 'repeat' });
    await lease(await open(), 'old-again');
    expect(await (await open(BESIDE)).expiries.next()).toBe(NOW);
    expect(await versions()).toEqual([`${NEEDED}`, `${OURS + 1}`]);
  });

  it('is not brought up where older programs run that would misread it: refused, and nothing was changed', async () => {
    const old = await open();
    const { origin } = await lease(old, 'old');
    await old.inbox.accept(questionOf('q1', { claim: false }));
    const before = await everything();
    await expect(open(ALONE)).rejects.toMatchObject({
      code: 'store-in-use',
      message: expect.stringMatching(/\(1\).*It was left as it is.*Stop them all/s),
    });
    expect(await everything()).toEqual(before);
    await old.origins.release({ origin, holder: 'old' });
    const grown = await open(ALONE);
    expect(await versions()).toEqual([`${OURS + 1}`, `${OURS + 1}`]);
    expect(await grown.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 5 })).toMatchObject([{ id: 'q1' }]);
  });

  it('refuses a downgrade past what programs must know, with a sentence, and nothing was changed', async () => {
    await open(ALONE);
    const before = await everything();
    await expect(open()).rejects.toMatchObject({
      code: 'store-newer',
      message: expect.stringMatching(
        new RegExp(
          `from version ${OURS + 1} on; this one knows up to ${OURS}\\. It was left as it is.*Run the newer`,
          's',
        ),
      ),
    });
    expect(await everything()).toEqual(before);
  });

  it('does not let a program go on, or begin, that opened it in the moment before it became too new', async () => {
    const [starting, sleeping] = [await open(), await open()];
    const asleep = await sleeping.origins.lease({ home: 'h', holder: 's', now: Date.now() - 120_000, leaseMs: 60_000 });
    await open(ALONE);
    const before = await everything();
    await expect(lease(starting, 'late')).rejects.toMatchObject({ code: 'store-newer' });
    const renewed = sleeping.origins.renew({ origin: asleep.origin, holder: 's', now: Date.now(), leaseMs: 60_000 });
    expect(await renewed).toBe('lost');
    expect(await everything()).toEqual(before);
  });

  it('of version 3 is brought up alone, and keeps what HR restricts, which says nothing of what came since', async () => {
    const old = await open(schemaSteps.slice(0, 3));
    const { origin } = await lease(old, 'old');
    const body =
      '{"id":"salary","title":"S","forbids":["salary"],"exceptGroups":["payroll"],"countries":["DE"],"until":null,"words":{"en":"No."}}';
    await raw.hset('sotto:{all}:restrictions', 'salary', body);
    await raw.set('sotto:{all}:version', '1700000000000000');
    const before = await everything();
    // It would read none of what is written since, and put back less.
    await expect(open()).rejects.toMatchObject({ code: 'store-in-use' });
    expect(await everything()).toEqual(before);
    await old.origins.release({ origin, holder: 'old' });
    const store = await open();
    expect(await store.restrictions.current()).toEqual({
      version: 1_700_000_000_000_000,
      hash: null,
      restrictions: [{ ...PLAIN_RESTRICTION, ...JSON.parse(body) }],
    });
    expect(await store.restrictions.changes({ before: null, limit: 10 })).toEqual([]);
    expect(await store.pins.current()).toBeNull();
    await expect(open(schemaSteps.slice(0, 3))).rejects.toMatchObject({ code: 'store-newer' });
    const lifted = { put: [], remove: ['salary'], hash: 'h', record: null, settles: null };
    const changed = await store.restrictions.change({ ...lifted, expected: 1_700_000_000_000_000 });
    expect(changed).toMatchObject({ ok: true });
  });

  it('is brought up again by the next one where a program died in the middle of it', async () => {
    await open();
    const dying: SchemaStep = { needs: OURS + 1, bring: async () => Promise.reject(new Error('died')) };
    await expect(open([...schemaSteps, dying])).rejects.toThrow('died');
    expect(await versions()).toEqual([`${OURS + 1}`, `${OURS}`]);
    await expect(open()).rejects.toMatchObject({ code: 'store-newer' });
    await open(ALONE);
    expect(await versions()).toEqual([`${OURS + 1}`, `${OURS + 1}`]);
    expect(await raw.get('sotto:{all}:mark')).toBe('added');
  });
});
