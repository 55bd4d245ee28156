import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createRedisStore, type RedisStoreOptions } from '../../../src/adapters/redis/store.ts';
import type { Store } from '../../../src/core/ports.ts';
import { DECISIONS_MS } from '../../../src/core/stored-restrictions.ts';
import type { Restriction } from '../../../src/core/types.ts';
import { boundedDecisionsContract } from '../../contracts/decisions.ts';
import { boundedLettersContract } from '../../contracts/inbox-bounded.ts';
import {
  buryOf,
  claimed,
  commitOf,
  LEASE,
  leavingOf,
  NOW,
  onlyClaim,
  outboxOf,
  parkOf,
  questionOf,
  refOf,
  schedule,
  settleOf,
} from '../../contracts/making.ts';
import { boundedSignInsContract } from '../../contracts/sign-ins.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
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
  for (const store of stores.splice(0)) await store.close();
});
afterAll(async () => {
  raw.disconnect();
  await server.end();
});

const open = async (o: Partial<RedisStoreOptions> = {}): Promise<Store> => {
  const store = await createRedisStore({ url: server.url, ...o });
  stores.push(store);
  return store;
};

/** Every key and every value in Redis, as one text. */
const everything = async (): Promise<string> => {
  const parts: string[] = [];
  for (const key of (await raw.keys('*')).toSorted()) {
    const type = await raw.type(key);
    const value =
      type === 'string'
        ? await raw.get(key)
        : type === 'hash'
          ? await raw.hgetall(key)
          : type === 'list'
            ? await raw.lrange(key, 0, -1)
            : type === 'set'
              ? await raw.smembers(key)
              : await raw.zrange(key, '0', '-1', 'WITHSCORES');
    parts.push(`${key} ${JSON.stringify(value)}`);
  }
  return parts.join('\n');
};

/** Calls of each command that changed or read anything, since the statistics were last set back. */
const calls = async (): Promise<Readonly<Record<string, number>>> => {
  const stats = await raw.info('commandstats');
  const found = [...stats.matchAll(/cmdstat_([a-z|]+):calls=(\d+)/g)].map(
    ([, name, n]) => [name ?? '', Number(n)] as const,
  );
  return Object.fromEntries(found.filter(([name]) => !['info', 'config|resetstat'].includes(name)));
};

const restriction: Restriction = {
  ...PLAIN_RESTRICTION,
  id: 'salary',
  title: 'Salary',
  forbids: ['salary'],
};

describe('the redis store, asked by a question,', () => {
  it('is asked once to accept it and once to commit it', async () => {
    const store = await open();
    const first = await claimed(store, questionOf('warm'));
    await store.inbox.commit(commitOf(first));
    await store.inbox.settle(settleOf(first));
    await raw.config('RESETSTAT');
    const claim = await claimed(store, questionOf('q1'));
    expect((await calls())['evalsha']).toBe(1);
    expect(await store.inbox.commit(commitOf(claim))).toBe('committed');
    const { evalsha, eval: evals, ...within } = await calls();
    expect([evalsha, evals]).toEqual([2, undefined]);
    // What is left are the commands of the scripts; nothing was asked besides.
    expect(Object.keys(within).toSorted()).toEqual(
      ['exists', 'get', 'hget', 'hmget', 'hset', 'incr', 'persist', 'pexpire', 'rpush', 'sadd', 'zadd'].toSorted(),
    );
  });

  it('is told of its counts behind the answer, many questions as one', async () => {
    const store = await open();
    const counts = ['person', 'tenant'].map((name) => ({ name, key: name, windowMs: 60_000 }));
    await store.inbox.accept(questionOf('warm', { counts }));
    await store.counters.read({ key: 'person', windowMs: 60_000, now: NOW });
    await raw.config('RESETSTAT');
    const asked = Array.from({ length: 50 }, (_, id) => store.inbox.accept(questionOf(`q${id}`, { counts })));
    await Promise.all(asked);
    expect(await store.counters.read({ key: 'person', windowMs: 60_000, now: NOW })).toBe(51);
    expect((await calls())['evalsha']).toBeLessThan(50 + 2 * 50);
    expect((await calls())['evalsha']).toBeGreaterThanOrEqual(50 + 2);
  });
});

describe('the redis store leaves', () => {
  it('nothing of a question but its id once it has ended, and of a state nothing once it is swept', async () => {
    const store = await open();
    const claim = await claimed(store, questionOf('q1', { inbound: 'the-inbound-needle' }));
    const outbox = outboxOf({ key: 'k', reply: 'the-reply-needle' });
    await store.inbox.commit(commitOf(claim, { outbox, state: 'the-state-needle', stateUntil: NOW + 10 }));
    for (const needle of ['the-inbound-needle', 'the-reply-needle', 'the-state-needle'])
      expect(await everything()).toContain(needle);
    await store.inbox.settle(settleOf(claim));
    expect(await everything()).not.toMatch(/the-inbound-needle|the-reply-needle/);
    expect(await everything()).toContain('the-state-needle');
    await store.conversations.sweep({ now: NOW + 10 });
    expect(await everything()).not.toContain('needle');
    expect((await raw.keys('*:e:q1')).length).toBe(1);
  });

  it('nothing of a parked or buried question once its time is over and it is swept, but what it is known by', async () => {
    const store = await open();
    for (const id of ['parked', 'buried']) {
      const claim = await claimed(store, questionOf(id, { conversation: id, inbound: `the-${id}-needle` }));
      const outbox = outboxOf({ reply: `the-reply-${id}-needle` });
      await store.inbox.commit(commitOf(claim, { outbox }));
      if (id === 'parked') await store.inbox.park(parkOf(claim, { until: NOW + 10 }));
      else await store.inbox.bury(buryOf(claim, { until: NOW + 10 }));
    }
    expect((await everything()).match(/the-[a-z-]*needle/g)?.toSorted()).toEqual([
      'the-buried-needle',
      'the-parked-needle',
    ]);
    await store.inbox.sweep({ now: NOW + 10 });
    expect(await everything()).not.toContain('needle');
    expect((await raw.keys('*:e:buried')).length).toBe(1);
  });

  it('parking, burying and shredding to a Redis whose memory is full: what was accepted ends', async () => {
    const store = await open();
    for (const id of ['q1', 'q2', 'q3']) await store.inbox.accept(questionOf(id, { conversation: id, claim: false }));
    const [first, second, third] = await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 3 });
    if (first === undefined || second === undefined || third === undefined) throw new Error('no claims');
    await store.inbox.park(parkOf(third, { until: NOW + 5 }));
    await raw.config('SET', 'maxmemory', '1');
    try {
      expect(await store.inbox.park(parkOf(first))).toBe('parked');
      expect(await store.inbox.unpark({ ...first, now: NOW })).toBe('queued');
      expect(await store.inbox.bury(buryOf(second))).toBe('buried');
      await store.inbox.sweep({ now: NOW + 5 });
      await expect(store.inbox.retry({ id: second.id, as: 'r1', now: NOW })).rejects.toMatchObject({
        code: 'store-unavailable',
      });
    } finally {
      await raw.config('SET', 'maxmemory', '0');
    }
    expect(await everything()).not.toContain(`sealed-${third.id}`);
    expect(await store.inbox.census({ now: NOW })).toEqual({ queued: 1, leased: 0, parked: 1, dead: 1 });
  });

  it('nothing for ever that is forgotten one day, though nobody should sweep', async () => {
    const store = await open();
    const counts = [{ name: 'person', key: 'p', windowMs: 60_000 }];
    const claim = await claimed(store, questionOf('q1', { counts }));
    await store.inbox.commit(commitOf(claim, { stateUntil: NOW + 60_000 }));
    await store.inbox.settle(settleOf(claim));
    const parks = await claimed(store, questionOf('q2'));
    await store.inbox.park(parkOf(parks, { until: NOW + 60_000 }));
    await store.inbox.bury(buryOf(await claimed(store, questionOf('q3')), { until: NOW + 60_000 }));
    const signIn = { value: 'sealed', now: NOW, until: NOW + 60_000 };
    await store.grants.put({ owners: ['evan'], seen: null, ...signIn });
    await store.signIns.keep({ key: 'k', owner: 'evan', ...signIn });
    await store.references.keep({ tenant: 'T1', key: 'a', owner: '', value: 'sealed', until: Date.now() + 60_000 });
    await store.counters.read({ key: 'p', windowMs: 60_000, now: NOW });
    const hour = 60 * 60_000;
    const most: Readonly<Record<string, number>> = {
      'e:': 25 * hour,
      's:': hour + 60_000,
      'r:': 24 * hour + 62_000,
      'd:': hour + 60_000,
    };
    for (const key of await raw.keys('*')) {
      const ttl = await raw.pttl(key);
      const kind =
        /[}]:([desr]:)/.exec(key)?.[1] ??
        (/\{(count|waits):/.test(key) ? 'own' : /:(sign-ins|grants)/.test(key) ? 'd' : 'kept');
      if (kind === 'kept') expect([key, ttl]).toEqual([key, -1]);
      else expect([key, ttl > 0 && ttl <= (most[kind] ?? 2 * hour)]).toEqual([key, true]);
    }
  });

  it('nothing before its time where that was moved far ahead, since a hold covers it', async () => {
    const store = await open();
    const now = Date.now();
    const claim = await claimed(store, questionOf('q1', { now }));
    const until = now + 60_000;
    await store.inbox.commit(commitOf(claim, { stateUntil: until, now }));
    const [kept] = (await store.conversations.scan({ from: now, to: until, cursor: null, limit: 10 })).transcripts;
    const { tenant, conversation } = claim;
    const years = 10 * 365 * 24 * 3_600_000;
    expect(kept?.until).toBe(until);
    await store.conversations.keepUntil({ tenant, conversation, seen: until, until: now + years });
    const [state = ''] = await raw.keys('*}:s:*');
    expect(await raw.pttl(state)).toBeGreaterThan(years);
  });

  it('questions and removals alone whatever their age: they have no end but their own', async () => {
    const store = await open();
    await store.inbox.accept(questionOf('q1'));
    await schedule(store, refOf('1'), NOW);
    for (const key of await raw.keys('*'))
      if (!key.includes(':e:')) expect([key, await raw.pttl(key)]).toEqual([key, -1]);
  });
});

describe('a restriction', () => {
  it('that was published binds every question, also where one comes for the first time', async () => {
    const [store, other] = [await open(), await open()];
    const before = await claimed(store, questionOf('q1'));
    const version = await publishIn(other.restrictions, { restriction });
    expect(await store.inbox.commit(commitOf(before, { restrictionsVersion: version - 1 }))).toBe('superseded');
    for (let talk = 0; talk < 30; talk++) {
      const conversation = `c-new-${talk}`;
      const claim = await claimed(store, questionOf(`new-${talk}`, { conversation, tenant: `T${talk % 3}` }));
      expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: version - 1 }))).toBe('superseded');
      expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: version }))).toBe('committed');
    }
  });

  it('whose publishing was cut short is brought everywhere by whoever reads the restrictions next', async () => {
    const store = await open();
    const claim = await claimed(store, questionOf('q1'));
    // As if the process had died between the two.
    await raw.hset('sotto:{all}:restrictions', restriction.id, JSON.stringify(restriction));
    await raw.incr('sotto:{all}:version');
    const other = await open();
    expect(await other.restrictions.current()).toEqual({ version: 1, restrictions: [restriction], hash: null });
    expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: 0 }))).toBe('superseded');
  });

  it('whose change was cut short is everywhere before anybody is told that somebody else was faster', async () => {
    const [store, other] = [await open(), await open()];
    const claim = await claimed(store, questionOf('q1'));
    const { version } = await other.restrictions.current();
    await other.proposals.put({ id: 'p1', state: 'waiting', body: 'sealed', until: NOW + 1_000, now: NOW });
    const base = { put: [restriction], remove: [], hash: 'h', record: null };
    // As if the process had died between the record and the first tag: the proposal is settled, and no tag knows.
    await raw.hset('sotto:{all}:restrictions', restriction.id, JSON.stringify(restriction));
    await raw.set('sotto:{all}:version', `${version + 1_000_000}`);
    await raw.del('sotto:{all}:proposals', 'sotto:{all}:proposal-bodies');
    expect(await other.restrictions.change({ ...base, expected: version, settles: 'p1' })).toEqual({
      ok: false,
      why: 'gone',
    });
    expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: version }))).toBe('superseded');
    await raw.set('sotto:{all}:version', `${version + 2_000_000}`);
    expect(await other.restrictions.change({ ...base, expected: version, settles: null })).toEqual({
      ok: false,
      why: 'changed',
    });
    const stale = commitOf(claim, { restrictionsVersion: version + 1_000_000 });
    expect(await store.inbox.commit(stale)).toBe('superseded');
  });

  it('is changed by exactly one of two processes that decided it on the same version, every time', async () => {
    const both = [await open(), await open()];
    for (let round = 0; round < 25; round++) {
      const [a, b] = both as [Store, Store];
      const { version } = await a.restrictions.current();
      const id = `p${round}`;
      await b.proposals.put({ id, state: 'waiting', body: 'sealed', until: NOW + 1_000, now: NOW });
      const change = (settles: string | null) => ({
        expected: version,
        put: [{ ...restriction, title: `${round}` }],
        remove: [],
        hash: `${round}`,
        record: { at: NOW, id: restriction.id, change: 'changed' as const, detail: `sealed-${round}` },
        settles,
      });
      // Of one proposal, and of one that never waited.
      const settles = round % 2 === 0 ? id : null;
      const outcomes = await Promise.all(both.map(({ restrictions }) => restrictions.change(change(settles))));
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(outcomes).toContainEqual({ ok: false, why: settles === null ? 'changed' : 'gone' });
      const [newest, ...older] = await a.restrictions.changes({ before: null, limit: 100 });
      expect([newest?.detail, older.length]).toEqual([`sealed-${round}`, round]);
      expect(await b.restrictions.current()).toMatchObject({ version: newest?.version, hash: `${round}` });
      if (settles === null) await a.proposals.drop({ id });
    }
    expect(await both[0]?.proposals.all({ now: NOW })).toEqual([]);
  });

  it('never has the version of one that Redis lost again: whoever holds that one would take the new for the old', async () => {
    const store = await open();
    const lost = await publishIn(store.restrictions, { restriction });
    await raw.flushall();
    const published = await publishIn(store.restrictions, { restriction: { ...restriction, forbids: ['leave'] } });
    expect(published).toBeGreaterThan(lost);
  });

  it('that cannot be read refuses, rather than restrict less', async () => {
    const store = await open();
    await raw.hset('sotto:{all}:restrictions', 'a', '{"id":"a"}');
    await expect(store.restrictions.current()).rejects.toMatchObject({ code: 'store-unavailable' });
  });
});

describe('what was asked', () => {
  it('goes by itself a month after the last was added, where nobody is left to sweep', async () => {
    const { decisions } = await open();
    const one = { at: NOW, owner: 'o', value: 'sealed' };
    await decisions.add({ decisions: [{ ...one, id: 'a' }] });
    const keys = await raw.keys('sotto:{decisions}:*');
    expect(keys.toSorted()).toEqual(['sotto:{decisions}:at', 'sotto:{decisions}:kept']);
    await Promise.all(keys.map((key) => raw.pexpire(key, 60_000)));
    await decisions.add({ decisions: [{ ...one, id: 'b' }] });
    for (const key of keys) {
      const left = await raw.pttl(key);
      expect(left).toBeGreaterThan(DECISIONS_MS - 60_000);
      expect(left).toBeLessThanOrEqual(DECISIONS_MS);
    }
  });

  it('takes no room that questions need: where little is left the oldest go, which is said once, and they can be forgotten and swept', async () => {
    const said: string[] = [];
    const log = { info: () => undefined, warn: (event: string) => void said.push(event), error: () => undefined };
    const { decisions } = await open({ log });
    said.length = 0;
    const of = (n: number) => ({ id: `q${n}`, owner: `o${n}`, at: NOW + n, value: 'sealed'.repeat(50) });
    const many = Array.from({ length: 1_500 }, (_, n) => of(n));
    await decisions.add({ decisions: many });
    const kept = async () => (await decisions.scan({ since: 0, cursor: null, limit: 1 })).decisions[0]?.id;
    const used = Number(/used_memory:(\d+)/.exec(await raw.info('memory'))?.[1]);
    try {
      // Not full yet.
      await raw.config('SET', 'maxmemory', `${Math.floor(used * 1.1)}`);
      await decisions.add({ decisions: [of(2_000)] });
      expect(await kept()).toBe('q1000');
      await raw.config('SET', 'maxmemory', '1');
      await decisions.add({ decisions: [of(2_001)] });
      expect(await kept()).toBeUndefined();
      expect(said).toEqual(['redis.decisions-shed']);
      await raw.config('SET', 'maxmemory', '0');
      await decisions.add({ decisions: many.slice(0, 3) });
      expect(await kept()).toBe('q0');
      await raw.config('SET', 'maxmemory', '1');
      expect(await decisions.forget({ owners: ['o0'] })).toBe(1);
      expect(await decisions.sweep({ before: NOW + 2, limit: 5 })).toBe(1);
      expect(await kept()).toBe('q2');
      await decisions.add({ decisions: [of(2_000)] });
      expect(await kept()).toBeUndefined();
      expect(said).toHaveLength(2);
    } finally {
      await raw.config('SET', 'maxmemory', '0');
    }
  });
});

describe('several redis stores on one Redis', () => {
  it('see of a count at most one question late what the others accepted', async () => {
    const [a, b] = [await open(), await open()];
    const counts = [{ name: 'person', key: 'p', windowMs: 60_000 }];
    const now = NOW - (NOW % 60_000);
    const ask = async (store: Store, id: string): Promise<number | undefined> =>
      (await claimed(store, questionOf(id, { conversation: id, counts, now }))).counts['person'];
    for (let count = 0; count < 10; count++) await ask(a, `a${count}`);
    // A read of the counter waits until what this process counted is in Redis.
    expect(await a.counters.read({ key: 'p', windowMs: 60_000, now })).toBe(10);
    expect(await ask(b, 'b1')).toBe(1);
    expect(await b.counters.read({ key: 'p', windowMs: 60_000, now })).toBe(11);
    expect(await ask(b, 'b2')).toBe(12);
    expect(await ask(a, 'a11')).toBe(11);
    expect(await a.counters.read({ key: 'p', windowMs: 60_000, now })).toBe(13);
    expect(await ask(a, 'a12')).toBe(14);
  });

  it('find what another accepted, in places that they never touched', async () => {
    const [a, b] = [await open(), await open()];
    expect(await b.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 5 })).toEqual([]);
    await a.inbox.accept(questionOf('q1', { claim: false, tenant: 'T-new' }));
    await until(async () => (await b.inbox.next({ now: NOW })) !== null);
    const claim = await onlyClaim(b, NOW);
    expect(claim).toMatchObject({ id: 'q1', tenant: 'T-new' });
    expect(await a.inbox.settle(settleOf(claim))).toBe('settled');
  });

  it('that look in the same place at the same time do not leave empty-handed while there is more elsewhere', async () => {
    const both = [await open(), await open()];
    const claim = (store: Store) => store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 1 });
    for (let round = 0; round < 20; round++) {
      // `c1` and `c2` lie on different tags; both stores begin at the same one.
      for (const conversation of ['c1', 'c2'])
        await both[0]?.inbox.accept(questionOf(`${conversation}-${round}`, { conversation, claim: false }));
      await until(async () => (await both[1]?.inbox.backlog())?.waiting === 2);
      const got = (await Promise.all(both.map(claim))).flat();
      expect(got.map(({ conversation }) => conversation).toSorted()).toEqual(['c1', 'c2']);
      for (const one of got) await both[0]?.inbox.settle(settleOf(one));
    }
  });

  it('under prefixes of their own know nothing of each other', async () => {
    const [a, b] = [await open({ prefix: 'a:' }), await open({ prefix: 'b:' })];
    await a.inbox.accept(questionOf('q1'));
    expect(await b.inbox.accept(questionOf('q1'))).toMatchObject({ status: 'claimed' });
    expect(await a.inbox.backlog()).toEqual({ waiting: 0, claimed: 1 });
  });
});

describe('the redis store is bounded:', () => {
  it('beyond its bound it takes no more questions, still knows repeats, and goes on when one has ended', async () => {
    const store = await open({ mostWaiting: 16 });
    const counts = [{ name: 'p', key: 'p', windowMs: 1_000 }];
    const claim = await claimed(store, questionOf('q1'));
    await store.inbox.accept(questionOf('q2'));
    const third = (): Promise<unknown> => store.inbox.accept(questionOf('q3', { counts }));
    await expect(third()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await store.counters.read({ key: 'p', windowMs: 1_000, now: NOW })).toBe(0);
    expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'repeat' });
    await store.inbox.settle(settleOf(claim));
    expect(await third()).toEqual({ status: 'queued' });
  });

  // Each of a tenant's eight shards takes an equal part.
  boundedLettersContract(() => open({ mostWaiting: 16, mostDead: 8 }));
  boundedDecisionsContract(() => open({ mostDecisions: 10 }));
  boundedSignInsContract(() => open({ mostSignIns: 10 }));

  it('a time that is no number is refused, and changes nothing', async () => {
    const store = await open();
    const claim = await claimed(store, questionOf('q1'));
    const before = await everything();
    const refused = { code: 'store-unavailable' };
    await expect(store.inbox.hold({ ...claim, ...leavingOf(refOf('1'), Number.NaN) })).rejects.toMatchObject(refused);
    await expect(store.inbox.accept(questionOf('q2', { now: Number.NaN }))).rejects.toMatchObject(refused);
    await expect(store.expiries.schedule(leavingOf(refOf('1'), Infinity))).rejects.toMatchObject(refused);
    const look = { now: Number.NaN, leaseMs: LEASE, limit: 1 };
    await expect(store.inbox.claim(look)).rejects.toMatchObject(refused);
    await expect(store.expiries.claim(look)).rejects.toMatchObject(refused);
    expect(await everything()).toBe(before);
  });
});

describe('the redis store fails', () => {
  it('with a code, and never as if nothing were there, where another program uses its keys', async () => {
    const store = await open();
    await store.inbox.accept(questionOf('q1'));
    for (const key of await raw.keys('*')) {
      await raw.del(key);
      await (key.endsWith('tags') || key.endsWith('heads') ? raw.set(key, 'theirs') : raw.rpush(key, 'theirs'));
    }
    const other = await createRedisStore({ url: server.url }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(other).toMatchObject({ code: 'store-unavailable', cause: { code: 'WRONGTYPE' } });
    await expect(store.inbox.accept(questionOf('q2'))).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 1 })).rejects.toMatchObject({
      code: 'store-unavailable',
      cause: { code: 'WRONGTYPE' },
    });
  });

  it('where its memory is full, and goes on when there is room', async () => {
    const store = await open();
    await store.inbox.accept(questionOf('q1'));
    await raw.config('SET', 'maxmemory', '1');
    await expect(store.inbox.accept(questionOf('q2'))).rejects.toMatchObject({ cause: { code: 'OOM' } });
    await raw.config('SET', 'maxmemory', '0');
    expect(await store.inbox.accept(questionOf('q2'))).toEqual({ status: 'queued' });
  });

  it('not in what was accepted where its memory is full: it ends, removals go on, restrictions are published', async () => {
    const store = await open();
    await schedule(store, refOf('1'), NOW);
    await schedule(store, refOf('2'), NOW + 1);
    const first = await claimed(store, questionOf('q1'));
    await store.inbox.accept(questionOf('q2'));
    await raw.config('SET', 'maxmemory', '1');
    try {
      await expect(store.inbox.accept(questionOf('q3'))).rejects.toMatchObject({ cause: { code: 'OOM' } });
      // One that starts now, since the other was stopped, say.
      const other = await open();
      expect(await store.inbox.renew({ ...first, until: NOW + LEASE })).toBe('renewed');
      expect(await store.inbox.commit(commitOf(first))).toBe('committed');
      expect(await store.inbox.hold({ ...first, ...leavingOf(refOf('3'), NOW + 2) })).toBe('held');
      expect(await store.inbox.settle(settleOf(first))).toBe('settled');
      expect((await onlyClaim(other, NOW)).id).toBe('q2');
      const [due, ...more] = await other.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 10 });
      if (due === undefined) throw new Error('nothing is due');
      expect([due.ref.id, more]).toEqual(['1', []]);
      await other.expiries.fail({ removal: due, retryAt: NOW + 3, code: 'busy' });
      expect(await other.expiries.sooner({ ref: refOf('2'), removeAt: NOW })).toBe(NOW);
      await other.expiries.schedule(leavingOf(refOf('4'), NOW + 4));
      const left = await other.expiries.claim({ now: NOW + 4, leaseMs: LEASE, limit: 10 });
      expect(left.map(({ ref }) => ref.id).toSorted()).toEqual(['1', '2', '3', '4']);
      const version = await publishIn(other.restrictions, { restriction });
      expect(await store.restrictions.current()).toEqual({ version, restrictions: [restriction], hash: null });
      const slot = { home: 'h', holder: 'p', now: NOW, leaseMs: LEASE };
      const { origin } = await other.origins.lease(slot);
      expect(await other.origins.renew({ ...slot, origin })).toBe('renewed');
    } finally {
      await raw.config('SET', 'maxmemory', '0');
    }
  });

  it('where Redis is a replica, and goes on when it is the primary again', async () => {
    const store = await open();
    await raw.replicaof('127.0.0.1', '1');
    await expect(store.inbox.accept(questionOf('q1'))).rejects.toMatchObject({ code: 'store-unavailable' });
    await raw.replicaof('NO', 'ONE');
    await until(() =>
      store.inbox.accept(questionOf('q2')).then(
        (accepted) => accepted.status === 'claimed',
        () => false,
      ),
    );
  });

  it('not where Redis has forgotten its scripts', async () => {
    const store = await open();
    const claim = await claimed(store, questionOf('q1'));
    await raw.script('FLUSH');
    expect(await store.inbox.commit(commitOf(claim))).toBe('committed');
  });
});
