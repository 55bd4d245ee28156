/** What befalls a Redis and those who use it, on a real one that has every acknowledged change on its disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import type { Claim, Log, Store } from '../../src/core/ports.ts';
import type { Restriction } from '../../src/core/types.ts';
import { commitOf, LEASE, leavingOf, NOW, outboxOf, questionOf, refOf, settleOf } from '../contracts/making.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import { until } from '../support/until.ts';

let server: RedisServer;
const stores: Store[] = [];
beforeEach(async () => {
  server = await startRedis();
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await server.end();
});

const open = async (log?: Log): Promise<Store> => {
  const store = await createRedisStore({ url: server.url, ...(log === undefined ? {} : { log }) });
  stores.push(store);
  return store;
};

const restriction: Restriction = {
  ...PLAIN_RESTRICTION,
  id: 'salary',
  title: 'Salary',
  forbids: ['salary'],
};

/** Up again, whatever it says meanwhile; and it must say `store-unavailable`. */
const answers = async (store: Store): Promise<boolean> => {
  try {
    await store.inbox.backlog();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'store-unavailable' });
    return false;
  }
};

const everyClaim = async (store: Store, now: number): Promise<readonly Claim[]> => {
  const claims: Claim[] = [];
  for (;;) {
    const more = await store.inbox.claim({ now, leaseMs: LEASE, limit: 500 });
    if (more.length === 0) return claims;
    claims.push(...more);
  }
};

describe('a Redis that is killed with -9 under load', () => {
  it('comes back with everything that was acknowledged, and the store goes on by itself', async () => {
    const store = await open();
    const acknowledged = new Set<string>();
    const committed = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const goal = acknowledged.size + 400;
      const write = async (name: number): Promise<void> => {
        for (let count = 0; ; count++) {
          const id = `${round}-${name}-${count}`;
          try {
            const accepted = await store.inbox.accept(questionOf(id, { conversation: id }));
            acknowledged.add(id);
            if (accepted.status !== 'claimed' || count % 2 === 1) continue;
            await store.inbox.commit(commitOf(accepted.claim, { outbox: outboxOf({ key: id }) }));
            committed.add(id);
          } catch (error) {
            expect(error).toMatchObject({ code: 'store-unavailable' });
            return;
          }
        }
      };
      const writers = Array.from({ length: 32 }, (_, name) => write(name));
      await until(() => acknowledged.size >= goal);
      await server.kill();
      await Promise.all(writers);
      expect(await answers(store)).toBe(false);
      await server.start();
      await until(() => answers(store));
    }
    for (const id of acknowledged) {
      expect([id, await store.inbox.accept(questionOf(id, { conversation: id }))]).toEqual([id, { status: 'repeat' }]);
    }
    const claims = new Map((await everyClaim(store, NOW + LEASE)).map((claim) => [claim.id, claim]));
    for (const id of acknowledged) expect([id, claims.get(id)?.inbound]).toEqual([id, `sealed-${id}`]);
    for (const id of committed) expect([id, claims.get(id)?.outbox?.key]).toEqual([id, id]);
    expect(committed.size).toBeGreaterThan(100);
  });

  it('while a question is being answered, lets that answer be committed when it is back', async () => {
    const store = await open();
    const accepted = await store.inbox.accept(questionOf('q1'));
    if (accepted.status !== 'claimed') throw new Error('not claimed');
    await server.kill();
    await expect(store.inbox.commit(commitOf(accepted.claim))).rejects.toMatchObject({ code: 'store-unavailable' });
    await server.start();
    await until(() => answers(store));
    expect(await store.inbox.commit(commitOf(accepted.claim))).toBe('committed');
    expect(await store.inbox.settle(settleOf(accepted.claim))).toBe('settled');
  });

  it('before it read what was asked, fails the call in time, and nothing is asked twice', async () => {
    const store = await open();
    await store.inbox.accept(questionOf('q1'));
    server.pause();
    const asked = store.inbox.accept(questionOf('q2', { conversation: 'c2' }));
    const outcome = expect(asked).rejects.toMatchObject({ code: 'store-unavailable' });
    await server.kill();
    await outcome;
    await server.start();
    await until(() => answers(store));
    expect(await store.inbox.backlog()).toEqual({ waiting: 0, claimed: 1 });
    expect(await store.inbox.accept(questionOf('q2', { conversation: 'c2' }))).toMatchObject({ status: 'claimed' });
  });

  it('and comes back empty, is filled anew: places are put on record again, and restrictions bind', async () => {
    const store = await open();
    await store.inbox.accept(questionOf('q1'));
    await server.kill();
    server.lose();
    await server.start();
    await until(() => answers(store));
    expect(await store.inbox.accept(questionOf('q2', { claim: false }))).toEqual({ status: 'queued' });
    const other = await open();
    const [claim, ...more] = await other.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 5 });
    if (claim === undefined) throw new Error('nothing to claim');
    expect([claim.id, more]).toEqual(['q2', []]);
    await publishIn(other.restrictions, { restriction });
    expect(await store.inbox.commit(commitOf(claim, { restrictionsVersion: 0 }))).toBe('superseded');
  });
});

describe('a Redis that stands still', () => {
  it('is unavailable in a bounded time, and everything works again by itself when it goes on', async () => {
    const lines: string[] = [];
    const say = (event: string): void => void lines.push(event);
    const store = await open({ info: say, warn: say, error: say });
    const accepted = await store.inbox.accept(questionOf('q1'));
    if (accepted.status !== 'claimed') throw new Error('not claimed');
    server.pause();
    const begun = performance.now();
    const asked = Array.from({ length: 100 }, (_, id) => store.inbox.accept(questionOf(`p${id}`)));
    for (const outcome of await Promise.allSettled(asked))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'store-unavailable' } });
    // Far above the deadline of 1.5 s: a busy machine is late as well.
    expect(performance.now() - begun).toBeLessThan(10_000);
    await until(() => lines.includes('redis.lost'));
    const again = performance.now();
    await expect(store.inbox.accept(questionOf('p-again'))).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(performance.now() - again).toBeLessThan(10_000);
    server.resume();
    await until(() => answers(store));
    expect(lines).toEqual(['redis.lost', 'redis.back']);
    expect(await store.inbox.settle(settleOf(accepted.claim))).toBe('settled');
    // Whether one that got no answer happened is open; sent again it is known or taken, never both.
    for (let id = 0; id < 100; id++) {
      const first = (await store.inbox.accept(questionOf(`p${id}`))).status;
      expect(['repeat', 'queued', 'claimed']).toContain(first);
      expect((await store.inbox.accept(questionOf(`p${id}`))).status).toBe('repeat');
    }
  });
});

describe('a claim whose answer was lost', () => {
  it('is let go as soon as Redis answers again: nobody waits for a lease that nobody holds', async () => {
    const store = await open();
    const other = await open();
    for (let id = 0; id < 20; id++)
      await store.inbox.accept(questionOf(`c${id}`, { conversation: `c${id}`, claim: false }));
    const kept = await other.inbox.accept(questionOf('kept', { conversation: 'kept' }));
    const left = await store.inbox.accept(questionOf('left', { conversation: 'left' }));
    const later = await store.inbox.accept(questionOf('later', { conversation: 'later' }));
    if (kept.status !== 'claimed' || left.status !== 'claimed' || later.status !== 'claimed')
      throw new Error('not claimed');
    server.pause();
    const lost = await Promise.allSettled([
      ...Array.from({ length: 20 }, (_, id) => store.inbox.accept(questionOf(`a${id}`, { conversation: `a${id}` }))),
      store.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 500 }),
      store.inbox.release({ ...left.claim, notBefore: NOW }),
      store.inbox.release({ ...later.claim, notBefore: NOW + 1 }),
    ]);
    for (const outcome of lost) expect(outcome).toMatchObject({ reason: { code: 'store-unavailable' } });
    server.resume();
    await until(() => answers(other));
    const found = new Set<string>();
    await until(async () => {
      for (const { id } of await other.inbox.claim({ now: NOW, leaseMs: LEASE, limit: 500 })) found.add(id);
      // Those of the lost accepts that Redis did take; the rest was never accepted.
      const again = await Promise.all(
        Array.from({ length: 20 }, (_, id) =>
          other.inbox.accept(questionOf(`a${id}`, { conversation: `a${id}`, claim: false })),
        ),
      );
      const accepted = again.every(({ status }, id) => status !== 'repeat' || found.has(`a${id}`));
      return (
        accepted && found.has('left') && Array.from({ length: 20 }, (_, id) => `c${id}`).every((id) => found.has(id))
      );
    });
    expect([found.has('kept'), found.has('later')]).toEqual([false, false]);
    const [next] = await other.inbox.claim({ now: NOW + 1, leaseMs: LEASE, limit: 500 });
    expect(next?.id).toBe('later');
    expect(await other.inbox.settle(settleOf(kept.claim))).toBe('settled');
  });
});

describe('two stores on one Redis', () => {
  it('never hold the same claim or two of one conversation, keep each in order, and settle all once', async () => {
    const [a, b] = [await open(), await open()];
    const TALKS = 20;
    for (let id = 0; id < 400; id++) {
      const conversation = `c${id % TALKS}`;
      await (id % 2 === 0 ? a : b).inbox.accept(
        questionOf(`${id}`, { conversation, tenant: `T${(id % TALKS) % 3}`, claim: false }),
      );
    }
    const busy = new Set<string>();
    const done = new Map<string, number[]>();
    let settled = 0;
    const work = async (store: Store, limit: number): Promise<void> => {
      while (settled < 400) {
        for (const claim of await store.inbox.claim({ now: NOW, leaseMs: LEASE, limit })) {
          expect(busy.has(claim.conversation)).toBe(false);
          busy.add(claim.conversation);
          done.set(claim.conversation, [...(done.get(claim.conversation) ?? []), Number(claim.id)]);
          expect(await store.inbox.commit(commitOf(claim))).toBe('committed');
          busy.delete(claim.conversation);
          expect(
            await store.inbox.settle(
              settleOf(claim, { expiry: leavingOf(refOf(claim.id, { tenant: claim.tenant }), NOW) }),
            ),
          ).toBe('settled');
          settled += 1;
        }
      }
    };
    await Promise.all([work(a, 1), work(a, 3), work(b, 2), work(b, 7)]);
    expect(done.size).toBe(TALKS);
    for (const [conversation, ids] of done) {
      expect([conversation, ids]).toEqual([conversation, ids.toSorted((x, y) => x - y)]);
      expect(new Set(ids).size).toBe(400 / TALKS);
    }

    const removed: string[] = [];
    const remove = async (store: Store): Promise<void> => {
      for (;;) {
        const due = await store.expiries.claim({ now: NOW, leaseMs: LEASE, limit: 7 });
        if (due.length === 0) return;
        removed.push(...due.map(({ ref }) => ref.id));
        await store.expiries.ack({ removals: due });
      }
    };
    await Promise.all([remove(a), remove(a), remove(b), remove(b)]);
    expect(removed.length).toBe(400);
    expect(new Set(removed).size).toBe(400);
  });

  it('let one take what the other held when it was killed with -9, once its lease is over and not before', async () => {
    const file = fileURLToPath(new URL('./store-writer.ts', import.meta.url));
    const writer = spawn(process.execPath, [file, server.url, 'r'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (said.split('\n').length > 300) writer.kill('SIGKILL');
    });
    await once(writer, 'close');
    const begun = Date.now();
    const ids = (what: string): readonly string[] =>
      said
        .split('\n')
        .slice(0, -1)
        .flatMap((line) => (line.startsWith(`${what} `) ? [line.slice(what.length + 1)] : []));
    const store = await open();
    // Every claim of it was made before `begun`, so that none is free yet.
    expect(await store.inbox.claim({ now: begun - LEASE, leaseMs: LEASE, limit: 500 })).toEqual([]);
    const claims = new Map((await everyClaim(store, begun + LEASE)).map((claim) => [claim.id, claim]));
    const [accepted, committed, held, settled] = ['accepted', 'committed', 'held', 'settled'].map(ids) as [
      readonly string[],
      readonly string[],
      readonly string[],
      readonly string[],
    ];
    const removals = new Set<string>();
    for (;;) {
      const due = await store.expiries.claim({ now: begun, leaseMs: LEASE, limit: 500 });
      if (due.length === 0) break;
      for (const { ref } of due) removals.add(ref.id);
    }
    for (const id of accepted) {
      const claim = claims.get(id);
      if (settled.includes(id)) expect(claim).toBeUndefined();
      // Its settling may have happened in the moment before its acknowledgement was said.
      else if (claim === undefined) expect([id, removals.has(id)]).toEqual([id, true]);
      else {
        expect(claim).toMatchObject({ attempts: 2, inbound: `sealed-${id}` });
        if (committed.includes(id)) expect(claim.outbox?.key).toBe(id);
        if (held.includes(id)) expect(claim.outbox?.ref?.id).toBe(id);
      }
    }
    for (const id of [...held, ...settled]) expect(removals.has(id)).toBe(true);
    expect(claims.size).toBeGreaterThan(20);
    expect(settled.length).toBeGreaterThan(10);
  });
});

describe('a process that stands still itself, where Redis answers meanwhile', () => {
  const standStill = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

  it.each([
    ['before what it asks has gone out', 0],
    ['when it has gone out', 1],
  ])('hears the answer and keeps its connection, though it stood still %s', async (_, turns) => {
    const lost: string[] = [];
    const log = (event: string): void => void lost.push(event);
    const store = await open({ info: log, warn: log, error: log });
    await store.expiries.schedule(leavingOf(refOf('1'), NOW));
    lost.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 10));
    const next = store.expiries.next();
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    // Longer than it waits for an answer, and for a sign of life.
    standStill(2_500);
    expect(await next).toBe(NOW);
    expect(await store.expiries.next()).toBe(NOW);
    expect(lost).toEqual([]);
  });
});
