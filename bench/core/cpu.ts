/**
 * CPU of a question beside that of a request to the peers, in one run, 16 at once. Ours is everything between the parsed
 * event and the call that shows the answer: core, store, sealer. The audit log, policy and recogniser are reported apart.
 */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { addressOf } from '../../src/adapters/redis/address.ts';
import { connect } from '../../src/adapters/redis/connection.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import type { Store } from '../../src/core/ports.ts';
import { createRecogniser } from '../../src/core/recognise/lessons.ts';
import type { Decision } from '../../src/core/types.ts';
import { createPolicy } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { REDIS_PROGRAM, startRedis } from '../../test/support/redis.ts';
import { createTestWorld, HOLD, PERMIT } from '../../test/support/world.ts';
import { type Figure, figure, median, roundsIn } from '../figure.ts';
import { REQUEST } from '../policies.ts';
import { type Cost, costOf, createCrowd } from './crowd.ts';
import { openPeers } from './peers.ts';

const AT_ONCE = 16;
const ROUNDS = 5;

/** The embedded store in a folder of its own; `audit`: with the log on the same disk. */
export const askSqlite = async (o: {
  readonly questions: number;
  readonly decision: Decision;
  readonly audit?: boolean;
  /** Puts into the store beforehand what may slow it down. */
  readonly fill?: (store: Store) => Promise<void>;
}): Promise<Cost> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const from = createTestWorld({ folder });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const audit =
    o.audit === true
      ? await createAuditLog({
          folder: join(folder, 'audit'),
          origin: 'bench',
          signingKey: { current: pem, accepted: [pem] },
          clock: systemClock(),
        })
      : null;
  try {
    await o.fill?.(from.store);
    const crowd = createCrowd({ from, store: from.store, decision: o.decision, ...(audit === null ? {} : { audit }) });
    return await costOf(crowd, { questions: o.questions, atOnce: AT_ONCE });
  } finally {
    await audit?.close();
    await from.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

interface RedisCost extends Cost {
  /** CPU of Redis itself for each question, µs. */
  readonly redisMicros: number;
}

type AskRedis = (questions: number) => Promise<RedisCost>;

const openRedis = async (): Promise<{ readonly ask: AskRedis; close(): Promise<void> } | null> => {
  if (!existsSync(REDIS_PROGRAM)) return null;
  const server = await startRedis();
  const connection = await connect({ address: addressOf({ url: server.url }) });
  const spent = async (): Promise<number> => {
    const text = String(await connection.ask('look at itself', 'INFO', 'cpu'));
    const of = (name: string): number => Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(text)?.[1] ?? Number.NaN);
    return (of('used_cpu_user') + of('used_cpu_sys')) * 1e6;
  };
  let round = 0;
  return {
    ask: async (questions) => {
      const from = createTestWorld();
      const store = await createRedisStore({ url: server.url, prefix: `round-${round++}:` });
      try {
        const before = await spent();
        const cost = await costOf(createCrowd({ from, store, decision: PERMIT }), { questions, atOnce: AT_ONCE });
        return { ...cost, redisMicros: ((await spent()) - before) / cost.all };
      } finally {
        await store.close();
        await from.close();
      }
    },
    close: async () => {
      await connection.close();
      await server.end();
    },
  };
};

/** CPU of one call each, µs: the pack that ships, and a question of eight words. */
const apart = async (): Promise<{ readonly policy: () => number; readonly recogniser: () => number }> => {
  const folders = packFolders(null);
  const catalogue = loadCatalogue({ folders });
  const policy = await createPolicy({ catalogue, folders, restrictions: [], restrictionsVersion: 0 });
  const recogniser = createRecogniser({ catalogue });
  const micros = (calls: number, act: () => unknown): number => {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  };
  return {
    policy: () => micros(300, () => policy.decide(REQUEST)),
    recogniser: () =>
      micros(300, () => recogniser.recognise({ text: 'how many days of leave have I left?', locale: 'en' })),
  };
};

export const cpuFigures = async (seconds: number): Promise<readonly Figure[]> => {
  const peers = await openPeers({ atOnce: AT_ONCE });
  const redis = await openRedis();
  const pieces = await apart();
  // As many of ours as of theirs, so that neither is warmer.
  const questions = Math.max(300, Math.round(seconds * 500));
  const measure = async () => ({
    message: await askSqlite({ questions, decision: PERMIT }),
    bolt: await peers.bolt(questions),
    held: await askSqlite({ questions, decision: HOLD }),
    adapter: await peers.cloudAdapter(questions),
    audited: await askSqlite({ questions, decision: PERMIT, audit: true }),
    redis: redis === null ? null : await redis.ask(questions),
    policy: pieces.policy(),
    recogniser: pieces.recogniser(),
  });
  try {
    await measure();
    const rounds: Awaited<ReturnType<typeof measure>>[] = [];
    for (let i = 0; i < roundsIn(seconds, ROUNDS); i++) rounds.push(await measure());
    const middle = (of: (round: (typeof rounds)[number]) => number): number => median(rounds.map(of));
    const ratio = (id: string, of: (round: (typeof rounds)[number]) => number, target: number | null): Figure =>
      figure({ id, value: middle(of), unit: 'x', target, direction: 'max' });
    const micros = (id: string, of: (round: (typeof rounds)[number]) => number): Figure =>
      figure({ id, value: middle(of), unit: 'µs', target: null, direction: 'max' });
    const onRedis = (of: (cost: RedisCost) => number) => (r: (typeof rounds)[number]) =>
      r.redis === null ? Number.NaN : of(r.redis);
    return [
      ratio(
        'CPU a question, core, store (sqlite) and sealer / a bare Bolt receiver',
        (r) => r.message.cpuMicros / r.bolt,
        0.8,
      ),
      ratio(
        'CPU a question, core, store (sqlite) and sealer / a bare CloudAdapter',
        (r) => r.message.cpuMicros / r.adapter,
        0.6,
      ),
      ...(redis === null
        ? []
        : [
            ratio(
              'CPU a question, core, store (Redis: ours) and sealer / a bare Bolt receiver',
              (r) => onRedis((c) => c.cpuMicros)(r) / r.bolt,
              0.8,
            ),
            ratio(
              'CPU a question, core, store (Redis: ours) and sealer / a bare CloudAdapter',
              (r) => onRedis((c) => c.cpuMicros)(r) / r.adapter,
              0.6,
            ),
          ]),
      ratio('with the audit log on the same disk / a bare Bolt receiver', (r) => r.audited.cpuMicros / r.bolt, null),
      ratio('with the audit log on the same disk / a bare CloudAdapter', (r) => r.audited.cpuMicros / r.adapter, null),
      micros('CPU a question, sqlite', (r) => r.message.cpuMicros),
      micros('CPU a question, sqlite, hold-reveal', (r) => r.held.cpuMicros),
      micros('CPU a question, sqlite and the audit log', (r) => r.audited.cpuMicros),
      ...(redis === null
        ? []
        : [
            micros(
              'CPU a question, Redis, our process',
              onRedis((c) => c.cpuMicros),
            ),
            micros(
              'CPU a question, Redis itself',
              onRedis((c) => c.redisMicros),
            ),
          ]),
      micros('CPU a request, bare Bolt receiver', (r) => r.bolt),
      micros('CPU a request, bare CloudAdapter without authentication', (r) => r.adapter),
      micros('CPU a decision of the policy (a question makes two or more)', (r) => r.policy),
      micros('CPU a recognition', (r) => r.recogniser),
      figure({
        id: 'questions, sqlite',
        value: middle((r) => r.message.perSecond),
        unit: '/s',
        target: null,
        direction: 'min',
      }),
    ];
  } finally {
    peers.close();
    await redis?.close();
  }
};
