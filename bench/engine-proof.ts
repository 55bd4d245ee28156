/**
 * The expiry engine beside bullmq, in one run: what it costs to schedule and to hold a removal, how fast what is due is fired,
 * how late, what is lost by crashes, and whether one tenant that is told to wait makes others wait. A second is a short round
 * with small numbers; ten seconds and more are the full one, with a million pending, which takes some minutes.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { addressOf } from '../src/adapters/redis/address.ts';
import { type Connection, connect } from '../src/adapters/redis/connection.ts';
import { createRedisStore } from '../src/adapters/redis/store.ts';
import type { Store } from '../src/core/ports.ts';
import { REDIS_PROGRAM, type RedisServer, startRedis } from '../test/support/redis.ts';
import { type Bullmq, connectionTo, loadBullmq } from './bullmq.ts';
import { crashFigures } from './engine-crashes.ts';
import { type Figure, figure, median } from './figure.ts';
import { createLoader, engineOver, nameOf, p } from './removing.ts';
import { costOf, infoOf } from './server-cost.ts';

interface Sizes {
  readonly full: boolean;
  /** Of one measured stretch. */
  readonly seconds: number;
  readonly fired: number;
  readonly pending: readonly number[];
  readonly lateSeconds: number;
}

const sizesFor = (seconds: number): Sizes =>
  seconds >= 10
    ? { full: true, seconds: seconds / 10, fired: 100_000, pending: [100_000, 1_000_000], lateSeconds: 15 }
    : { full: false, seconds: seconds / 5, fired: 2_000, pending: [5_000], lateSeconds: seconds };

const FAR = 365 * 86_400_000;
const TENANTS = Array.from({ length: 16 }, (_, n) => `T0123456${String(n).padStart(2, '0')}`);
const PER_SECOND = 500;
const ROUNDS = 3;

/** A Redis of its own for each thing measured, which writes its log to disk every second as most do. */
const withRedis = async <T>(
  work: (o: { readonly server: RedisServer; readonly connection: Connection; readonly store: Store }) => Promise<T>,
): Promise<T> => {
  const server = await startRedis(['--appendfsync', 'everysec']);
  try {
    const store = await createRedisStore({ url: server.url, mostWaiting: 100_000_000 });
    const connection = await connect({ address: addressOf({ url: server.url }) });
    try {
      return await work({ server, connection, store });
    } finally {
      await connection.close();
      await store.close();
    }
  } finally {
    await server.end();
  }
};

const measured = (id: string, value: number, unit: string): Figure =>
  figure({ id, value, unit, target: null, direction: 'max' });
const most = (id: string, value: number, unit: string, target: number): Figure =>
  figure({ id, value, unit, target, direction: 'max' });
const least = (id: string, value: number, unit: string, target: number): Figure =>
  figure({ id, value, unit, target, direction: 'min' });

const schedules = (bullmq: Bullmq | null, { seconds }: Sizes): Promise<readonly Figure[]> =>
  withRedis(async ({ server, connection, store }) => {
    const loader = await createLoader({ store, tenants: TENANTS.slice(0, 1) });
    const queue = bullmq === null ? null : new bullmq.Queue('schedules', connectionTo(server.port));
    const rounds: { readonly ours: number; readonly theirs: number | null }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const ours = await costOf(connection, seconds, async () => void (await loader.one(Date.now() + FAR)));
      const theirs =
        queue === null
          ? null
          : await costOf(connection, seconds, async (n) => {
              const data = { channel: 'D0123456789', ts: `1771442483.${n}` };
              await queue.add('remove', data, { delay: FAR, removeOnComplete: true });
            });
      rounds.push({ ours: ours.micros, theirs: theirs?.micros ?? null });
    }
    await queue?.close();
    const ratios = rounds.flatMap(({ ours, theirs }) => (theirs === null ? [] : [ours / theirs]));
    return [
      measured('schedule, 64 in flight, CPU of both sides', median(rounds.map(({ ours }) => ours)), 'µs CPU'),
      ...(ratios.length === 0 ? [] : [most('schedule / bullmq, CPU (G1)', median(ratios), 'ratio', 0.45)]),
    ];
  });

/** Due all at once; until the last is acknowledged. Counted with its budget, which does not bind. */
const fireOurs = (count: number): Promise<number> =>
  withRedis(async ({ store }) => {
    const loader = await createLoader({ store, tenants: TENANTS });
    const before = Date.now() - 1_000;
    await loader.many(count, () => before);
    const seen = new Set<string>();
    let calls = 0;
    const engine = engineOver({
      store,
      remove: ({ tenant, id }) => {
        calls += 1;
        seen.add(`${tenant} ${id}`);
        return { ok: true };
      },
    });
    const began = performance.now();
    engine.start();
    while (seen.size < count || (await store.expiries.next()) !== null) await pause(2);
    const perSecond = count / ((performance.now() - began) / 1_000);
    await engine.stop({ graceMs: 1_000 });
    if (calls !== count) throw new Error(`${calls} calls for ${count} removals`);
    return perSecond;
  });

const fireTheirs = (bullmq: Bullmq, count: number): Promise<number> =>
  withRedis(async ({ server }) => {
    const queue = new bullmq.Queue('fire', connectionTo(server.port));
    const job = (n: number) => ({ name: 'remove', data: { n }, opts: { delay: 1, removeOnComplete: true } });
    for (let from = 0; from < count; from += 500)
      await queue.addBulk(Array.from({ length: Math.min(500, count - from) }, (_, n) => job(from + n)));
    let done = 0;
    const began = performance.now();
    const worker = new bullmq.Worker('fire', async () => undefined, { ...connectionTo(server.port), concurrency: 200 });
    worker.on('error', () => undefined);
    worker.on('completed', () => {
      done += 1;
    });
    while (done < count) await pause(2);
    const perSecond = count / ((performance.now() - began) / 1_000);
    await worker.close();
    await queue.close();
    return perSecond;
  });

const fires = async (bullmq: Bullmq | null, { fired, full }: Sizes): Promise<readonly Figure[]> => {
  const rounds = full ? ROUNDS : 1;
  const ours: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const rate = await fireOurs(fired);
    ours.push(rate);
    if (bullmq !== null) ratios.push(rate / (await fireTheirs(bullmq, fired)));
  }
  const name = `fire ${fired} due of ${TENANTS.length} tenants, retries and pacing on`;
  return [
    figure({ id: name, value: median(ours), unit: '/s', target: null, direction: 'min' }),
    ...(ratios.length === 0 ? [] : [least(`${name}, / bullmq (G3)`, median(ratios), 'ratio', 5)]),
  ];
};

/** Deadlines fixed in advance, so that whoever falls behind cannot hide it. */
const dueTimes = (seconds: number): readonly number[] => {
  const start = Date.now() + 1_500 + seconds * 200;
  return Array.from({ length: seconds * PER_SECOND }, (_, n) => Math.round(start + (n * 1_000) / PER_SECOND));
};

const until = async (done: () => boolean, longestMs: number): Promise<void> => {
  const end = Date.now() + longestMs;
  while (!done() && Date.now() < end) await pause(20);
};

const lateOurs = async (pending: number, seconds: number) =>
  withRedis(async ({ connection, store }) => {
    const bytes = async (): Promise<number> => (await infoOf(connection, 'memory'))('used_memory');
    const loader = await createLoader({ store, tenants: TENANTS.slice(0, 1) });
    const [empty, began] = [await bytes(), performance.now()];
    const far = Date.now() + FAR;
    await loader.many(pending, (n) => far + n * 13);
    const loadedMs = performance.now() - began;
    const perPending = ((await bytes()) - empty) / pending;
    const times = dueTimes(seconds);
    const due = new Map<string, number>();
    await loader.many(times.length, (n) => times[n] ?? 0, due);
    const late: number[] = [];
    const engine = engineOver({
      store,
      remove: (ref) => {
        late.push(Date.now() - (due.get(nameOf(ref)) ?? Number.NaN));
        return { ok: true };
      },
    });
    engine.start();
    await until(() => late.length >= times.length, seconds * 3_000 + 10_000);
    const { engine: own } = engine.lateness();
    await engine.stop({ graceMs: 1_000 });
    if (late.length !== times.length) throw new Error(`${late.length} of ${times.length} left`);
    return { perPending, loadedMs, late, own };
  });

const lateTheirs = async (bullmq: Bullmq, pending: number, seconds: number) =>
  withRedis(async ({ server, connection }) => {
    const bytes = async (): Promise<number> => (await infoOf(connection, 'memory'))('used_memory');
    const queue = new bullmq.Queue('late', connectionTo(server.port));
    const empty = await bytes();
    const add = async (count: number, atOf: (n: number) => number): Promise<void> => {
      for (let from = 0; from < count; from += 500) {
        const jobs = Array.from({ length: Math.min(500, count - from) }, (_, n) => {
          const at = atOf(from + n);
          const data = { channel: 'D0123456789', ts: '1771442483.000123', at };
          return { name: 'remove', data, opts: { delay: Math.max(0, at - Date.now()), removeOnComplete: true } };
        });
        await queue.addBulk(jobs);
      }
    };
    const far = Date.now() + FAR;
    await add(pending, (n) => far + n * 13);
    const perPending = ((await bytes()) - empty) / pending;
    const times = dueTimes(seconds);
    await add(times.length, (n) => times[n] ?? 0);
    const late: number[] = [];
    const worker = new bullmq.Worker(
      'late',
      async ({ data }) => {
        late.push(Date.now() - data.at);
      },
      { ...connectionTo(server.port), concurrency: 50 },
    );
    worker.on('error', () => undefined);
    await until(() => late.length >= times.length, seconds * 3_000 + 20_000);
    await worker.close();
    await queue.close();
    return { perPending, late };
  });

const lateness = async (bullmq: Bullmq | null, sizes: Sizes): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const pending of sizes.pending) {
    const ours = await lateOurs(pending, sizes.lateSeconds);
    const bytes = `bytes a pending removal, ${pending} pending (G5)`;
    figures.push(sizes.full ? most(bytes, ours.perPending, 'bytes', 120) : measured(bytes, ours.perPending, 'bytes'));
    const last = pending === sizes.pending.at(-1);
    if (!last) continue;
    const name = `lateness at ${pending} pending, ${PER_SECOND} due a second`;
    figures.push(measured(`putting ${pending} on record, ms`, ours.loadedMs, 'ms'));
    figures.push(measured(`${name}, p50`, p(ours.late, 0.5), 'ms'));
    figures.push(most(`${name}, p99 (G4)`, p(ours.late, 0.99), 'ms', 25));
    figures.push(measured(`${name}, most`, p(ours.late, 1), 'ms'));
    if (bullmq === null) continue;
    const theirs = await lateTheirs(bullmq, pending, sizes.lateSeconds);
    figures.push(measured(`bullmq: bytes a pending job, ${pending} pending`, theirs.perPending, 'bytes'));
    figures.push(measured(`bullmq: ${name}, p99`, p(theirs.late, 0.99), 'ms'));
    figures.push(
      most(`${name}, p99 / bullmq (G4)`, p(ours.late, 0.99) / Math.max(1, p(theirs.late, 0.99)), 'ratio', 0.3),
    );
  }
  return figures;
};

/** Lateness of everybody else, with one tenant well and then at 429. Each call takes a while, as calls do. */
const fairness = async ({ full, lateSeconds }: Sizes): Promise<readonly Figure[]> => {
  const [bad = ''] = TENANTS;
  const round = (at429: boolean): Promise<number> =>
    withRedis(async ({ store }) => {
      const loader = await createLoader({ store, tenants: TENANTS });
      const times = dueTimes(full ? 5 : lateSeconds);
      const due = new Map<string, number>();
      await loader.many(times.length, (n) => times[n] ?? 0, due);
      const late: number[] = [];
      const others = [...due.keys()].filter((name) => !name.startsWith(`${bad} `));
      const engine = engineOver({
        store,
        remove: async (ref) => {
          if (ref.tenant !== bad) late.push(Date.now() - (due.get(nameOf(ref)) ?? Number.NaN));
          await pause(5);
          if (ref.tenant === bad && at429) return { ok: false, fault: 'later', code: 'ratelimited', afterMs: 1_000 };
          return { ok: true };
        },
      });
      engine.start();
      await until(() => late.length >= others.length, 30_000);
      await engine.stop({ graceMs: 1_000 });
      if (late.length !== others.length) throw new Error(`${late.length} of ${others.length} left`);
      return p(late, 0.99);
    });
  const ratios: number[] = [];
  const well: number[] = [];
  for (let n = 0; n < (full ? ROUNDS : 1); n++) {
    const without = await round(false);
    well.push(without);
    ratios.push((await round(true)) / Math.max(1, without));
  }
  return [
    measured('lateness of 15 tenants, all well, p99', median(well), 'ms'),
    most('the same with one more at 429 / without (G10)', median(ratios), 'ratio', 1.5),
  ];
};

export const proofFigures = async (seconds: number): Promise<readonly Figure[]> => {
  if (!existsSync(REDIS_PROGRAM)) return [];
  const sizes = sizesFor(seconds);
  const bullmq = await loadBullmq();
  return [
    ...(bullmq === null ? [measured('bullmq is not here and could not be installed', 0, 'rows')] : []),
    ...(await schedules(bullmq, sizes)),
    ...(await fires(bullmq, sizes)),
    ...(await lateness(bullmq, sizes)),
    ...(await fairness(sizes)),
    ...(await crashFigures({ withPeer: bullmq !== null, full: sizes.full })),
  ];
};
