/** The store on Redis, where redis-server is installed: round trips, memory and CPU, beside PING over the same connection. */
import { existsSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { addressOf } from '../src/adapters/redis/address.ts';
import { type Connection, connect } from '../src/adapters/redis/connection.ts';
import { createRedisStore } from '../src/adapters/redis/store.ts';
import type { Claim, Store } from '../src/core/ports.ts';
import { REDIS_PROGRAM, startRedis } from '../test/support/redis.ts';
import { type Figure, figure, median } from './figure.ts';
import { AT_ONCE, type Cost, costOf } from './server-cost.ts';
import { accept, commit } from './store-work.ts';

const ROUNDS = 5;

/** A way back of the slow line, ms: far above what anything else takes, so that trips can be counted by it. */
const LINE_MS = 100;
const TRIPS_MEASURED = 3;

const free = { target: null, direction: 'max' } as const;

/** Answers come so much later; whoever awaits n round trips waits n times as long. */
const slowLine = async (port: number): Promise<{ readonly url: string; close(): void }> => {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1');
    for (const one of [near, far]) sockets.add(one.on('error', () => undefined));
    near.on('data', (chunk) => far.write(chunk)).on('close', () => far.destroy());
    far.on('data', (chunk) => setTimeout(() => near.destroyed || near.write(chunk), LINE_MS));
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `redis://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

/** Round trips that this waits for: the least of a few, since a busy machine can only make it look like more. */
const tripsOf = async (work: (n: number) => Promise<void>): Promise<number> => {
  const trips: number[] = [];
  for (let n = 0; n < TRIPS_MEASURED; n++) {
    const before = performance.now();
    await work(n);
    trips.push(Math.floor((performance.now() - before) / LINE_MS));
  }
  return Math.min(...trips);
};

const tripFigures = async (port: number): Promise<readonly Figure[]> => {
  const line = await slowLine(port);
  const store = await createRedisStore({ url: line.url, prefix: 'trips:' });
  try {
    // Once a process puts each shard on record and each script into Redis; those trips are no question's.
    const first = Array.from({ length: AT_ONCE }, async (_, n) => commit(store, await accept(store, 'first', n)));
    await Promise.all(first);
    const claims: Claim[] = [];
    const accepting = await tripsOf(async (n) => void claims.push(await accept(store, 'counted', n)));
    const committing = await tripsOf(async (n) => {
      const claim = claims[n];
      if (claim !== undefined) await commit(store, claim);
    });
    const one = { unit: 'trips', target: 1, direction: 'max' } as const;
    return [
      figure({ id: 'redis: awaited trips of an accept (G13)', value: accepting, ...one }),
      figure({ id: 'redis: awaited trips of a commit (G13)', value: committing, ...one }),
    ];
  } finally {
    await store.close();
    line.close();
  }
};

const pacedFigures = async (store: Store, connection: Connection, seconds: number): Promise<readonly Figure[]> => {
  const ping = async (): Promise<void> => void (await connection.ask('answer', 'PING'));
  const stretch = seconds / ROUNDS / 2;
  const questions: { readonly ours: Cost; readonly ping: Cost }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const both = async (n: number): Promise<void> => commit(store, await accept(store, `r${round}`, n));
    const ours = await costOf(connection, stretch, both);
    questions.push({ ours, ping: await costOf(connection, stretch, ping) });
  }

  const most = (id: string, value: number, unit: string, target: number | null = null): Figure =>
    figure({ id: `redis: ${id}`, value, unit, target, direction: 'max' });
  const least = (id: string, value: number, unit: string): Figure =>
    figure({ id: `redis: ${id}`, value, unit, target: null, direction: 'min' });
  return [
    most('accept and commit, CPU of both sides', median(questions.map(({ ours }) => ours.micros)), 'µs CPU'),
    most(
      'accept and commit / PING, CPU',
      median(questions.map(({ ours, ping: p }) => ours.micros / p.micros)),
      'ratio',
    ),
    least('accept and commit, 64 in flight', median(questions.map(({ ours }) => ours.perSecond)), '/s'),
    least(
      'accept and commit / PING, 64 in flight',
      median(questions.map(({ ours, ping: p }) => ours.perSecond / p.perSecond)),
      'ratio',
    ),
  ];
};

/** A Redis of its own, which writes its log to disk every second as most do. */
export const redisFigures = async (seconds: number): Promise<readonly Figure[]> => {
  if (!existsSync(REDIS_PROGRAM)) {
    return [figure({ id: `redis: not measured, for there is no ${REDIS_PROGRAM}`, value: 0, unit: 'rows', ...free })];
  }
  const server = await startRedis(['--appendfsync', 'everysec']);
  try {
    const trips = await tripFigures(server.port);
    // Nothing is settled here, so that more waits than one tenant's people could ask.
    const store = await createRedisStore({ url: server.url, mostWaiting: 100_000_000 });
    const connection = await connect({ address: addressOf({ url: server.url }) });
    try {
      return [...trips, ...(await pacedFigures(store, connection, seconds))];
    } finally {
      await connection.close();
      await store.close();
    }
  } finally {
    await server.end();
  }
};
