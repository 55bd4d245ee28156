/**
 * The audit log: durable entries a second with 1, 64 and 512 in flight, while full journals are published, beside Redis with `appendfsync always` and a bare sync for every
 * entry, each in turn on the same disk; what one costs the processor and how often the disk is made to sync; how fast a log is verified; and
 * what a million entries change. At 1 in flight the disk decides; read the ratios.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createAuditLog } from '../src/adapters/audit-log/audit-log.ts';
import { verifyAuditLog } from '../src/adapters/audit-log/verify.ts';
import { REDIS_PROGRAM, startRedis } from '../test/support/redis.ts';
import { appending, countingDisk, decision, keepUp, newKey, type Rate } from './audit/entries.ts';
import { type Large, large } from './audit/tree.ts';
import { type Bench, type Figure, figure, median, roundsIn } from './figure.ts';

const ROUNDS = 5;

/** The bare alternative: each entry written and synced by itself, without a tree or a signature. */
const syncingEach = async (path: string, ms: number): Promise<number> => {
  const handle = await open(path, 'a');
  const { perSecond } = await keepUp(1, ms, async (n) => {
    await handle.write(`${JSON.stringify(decision(n))}\n`);
    await handle.datasync();
  });
  await handle.close();
  return perSecond;
};

/** XADD of the same entries, each answered once it is on the disk; null: there is no redis-server here. */
const openStream = async () => {
  if (!existsSync(REDIS_PROGRAM)) return null;
  const server = await startRedis();
  const redis = new Redis(server.port, '127.0.0.1');
  return {
    append: (n: number) => redis.xadd('log', '*', 'e', JSON.stringify(decision(n))),
    /** What came before must not weigh on what comes. */
    clear: () => redis.del('log'),
    close: async () => {
      redis.disconnect();
      await server.end();
    },
  };
};

const LEVELS = [1, 64, 512] as const;

interface Round {
  readonly own: Rate;
  readonly syncsAnEntry: number;
  readonly redis: number | null;
  readonly each: number;
}

export const bench: Bench = async ({ seconds }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-bench-audit-'));
  const rounds = roundsIn(seconds, ROUNDS);
  const key = newKey();
  const { disk, syncs } = countingDisk();
  const options = { folder, signingKey: key.signingKey, clock: { now: () => Date.now() } };
  const log = await createAuditLog({ ...options, origin: 'bench', disk });
  const stream = await openStream();
  const ms = (seconds * 1_000) / rounds;
  const measured = new Map<number, Round[]>(LEVELS.map((level) => [level, []]));
  try {
    await appending(log, 64, Math.min(ms, 300));
    if (stream !== null) await keepUp(64, Math.min(ms, 300), stream.append);
    for (let round = 0; round < rounds; round++) {
      const each = await syncingEach(join(folder, 'each'), ms);
      for (const level of LEVELS) {
        const before = syncs();
        const own = await appending(log, level, ms);
        const syncsAnEntry = (syncs() - before) / own.done;
        const redis = stream === null ? null : (await keepUp(level, ms, stream.append)).perSecond;
        await stream?.clear();
        measured.get(level)?.push({ own, syncsAnEntry, redis, each });
      }
    }
  } finally {
    await log.close();
    await stream?.close();
  }
  const verifying = await verified(folder, key, seconds);
  const many = await large({ folder, key, rounds, ms });
  await rm(folder, { recursive: true });
  return [...LEVELS.flatMap((level) => figuresOf(level, measured.get(level) ?? [])), ...treeFigures(verifying, many)];
};

const RATE_TARGETS: Readonly<Record<number, number>> = { 64: 10_000 };
const REDIS_TARGETS: Readonly<Record<number, number>> = { 64: 1, 512: 2.5 };
const BARE_TARGETS: Readonly<Record<number, number>> = { 1: 0.4, 64: 8, 512: 20 };
const CPU_TARGETS: Readonly<Record<number, number>> = { 512: 8 };

const figuresOf = (level: number, rounds: readonly Round[]): readonly Figure[] => {
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  const id = `${level} in flight`;
  const min = 'min' as const;
  const max = 'max' as const;
  const withRedis = rounds.every(({ redis }) => redis !== null);
  return [
    figure({
      id: `durable entries, ${id}`,
      value: middle(({ own }) => own.perSecond),
      unit: 'per s',
      target: RATE_TARGETS[level] ?? null,
      direction: min,
    }),
    ...(withRedis
      ? [
          figure({
            id: `XADD with appendfsync always, ${id}`,
            value: middle(({ redis }) => redis ?? 0),
            unit: 'per s',
            target: null,
            direction: min,
          }),
          figure({
            id: `${id}, against XADD`,
            value: middle(({ own, redis }) => own.perSecond / (redis ?? 1)),
            unit: 'x',
            target: REDIS_TARGETS[level] ?? null,
            direction: min,
          }),
        ]
      : []),
    figure({
      id: `${id}, against a bare sync per entry`,
      value: middle(({ own, each }) => own.perSecond / each),
      unit: 'x',
      target: BARE_TARGETS[level] ?? null,
      direction: min,
    }),
    figure({
      id: `processor per entry, ${id}`,
      value: middle(({ own }) => own.cpuMicros),
      unit: 'µs',
      target: CPU_TARGETS[level] ?? null,
      direction: max,
    }),
    figure({
      id: `syncs per entry, publishing included, ${id}`,
      value: middle(({ syncsAnEntry }) => syncsAnEntry),
      unit: '',
      target: null,
      direction: max,
    }),
  ];
};

const treeFigures = (verifying: number, many: Large): readonly Figure[] => [
  figure({
    id: 'verified entries, batches of 512',
    value: verifying,
    unit: 'per s',
    target: 100_000,
    direction: 'min',
  }),
  figure({
    id: 'inclusion proof over 1,000,000 entries',
    value: many.proofMs,
    unit: 'ms',
    target: 50,
    direction: 'max',
  }),
  figure({
    id: 'the slowest of 50 such proofs',
    value: many.slowestProofMs,
    unit: 'ms',
    target: null,
    direction: 'max',
  }),
  figure({
    id: 'processor per entry behind 1,000,000, against behind 10,000',
    value: many.ratio,
    unit: 'x',
    target: 1.2,
    direction: 'max',
  }),
];

/** A log of its own, so that its batches are known. */
const verified = async (folder: string, key: ReturnType<typeof newKey>, seconds: number): Promise<number> => {
  const { signingKey, publicPem } = key;
  const log = await createAuditLog({ folder, origin: 'read', signingKey, clock: { now: () => Date.now() } });
  for (let batch = 0; batch < 100; batch++)
    await Promise.all(Array.from({ length: 512 }, (_, i) => log.append(decision(batch * 512 + i))));
  await log.close();
  const rates: number[] = [];
  const end = performance.now() + seconds * 1_000;
  while (rates.length < ROUNDS || performance.now() < end) {
    const begin = performance.now();
    const { entries, ok } = await verifyAuditLog({ folder: join(folder, 'read'), publicKey: publicPem });
    if (!ok) throw new Error('the log that was written does not verify');
    rates.push(entries / ((performance.now() - begin) / 1_000));
  }
  return median(rates);
};
