/**
 * The audit log: durable entries a second with 1, 64 and 512 in flight, what one costs the processor, what group commit gains
 * over a sync for every entry, and how fast a log is verified. At 1 in flight the disk decides; read the ratio.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditLog, createAuditLog } from '../src/adapters/audit-log/audit-log.ts';
import { verifyAuditLog } from '../src/adapters/audit-log/verify.ts';
import type { DecisionEntry } from '../src/core/audit.ts';
import { type Bench, figure, median } from './figure.ts';

const ROUNDS = 3;

const decision = (i: number): DecisionEntry => ({
  kind: 'decision',
  at: 1_800_000_000_000 + i,
  question: `slack:Ev0${i}`,
  attempt: 1,
  platform: 'slack',
  tenant: 'T0SOTTO000',
  place: 'direct',
  person: '00112233445566778899aabbccddeeff',
  name: 'Ib0LNQ5bWWcQKk4oYl4kXw0TzUuRrY1oB8nq6mLh3mN2b1pXcV7sD9fG5hJ8kL0zQwErTyUiOpAsDfGhJkL1',
  personKind: 'employee',
  groups: ['employee'],
  verdict: 'answer',
  intent: 'leave.balance',
  topics: ['leave'],
  about: 'self',
  subject: null,
  reasons: ['leave-own'],
  show: 'message',
  expiresSeconds: null,
  policy: 'pack-1',
  restrictions: 12,
});

interface Rate {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

/** Keeps so many appends in flight for the time given. */
const appending = async (log: AuditLog, inFlight: number, ms: number): Promise<Rate> => {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  const appender = async (): Promise<void> => {
    while (performance.now() - begin < ms) {
      await log.append(decision(done));
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, appender));
  const seconds = (performance.now() - begin) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: done / seconds, cpuMicros: (user + system) / done };
};

/** The bare alternative: each entry written and synced by itself, without a chain or a signature. */
const syncingEach = async (path: string, ms: number): Promise<number> => {
  const handle = await open(path, 'a');
  const begin = performance.now();
  let done = 0;
  while (performance.now() - begin < ms) {
    await handle.write(`${JSON.stringify(decision(done))}\n`);
    await handle.datasync();
    done++;
  }
  await handle.close();
  return done / ((performance.now() - begin) / 1_000);
};

export const bench: Bench = async ({ seconds }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-bench-audit-'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const log = await createAuditLog({
    folder,
    origin: 'bench',
    signingKey: { current: pem, accepted: [pem] },
    clock: { now: () => Date.now() },
  });
  const ms = (seconds * 1_000) / ROUNDS;
  const [one, some, many]: [Rate[], Rate[], Rate[]] = [[], [], []];
  const each: number[] = [];
  try {
    await appending(log, 64, Math.min(ms, 300));
    for (let round = 0; round < ROUNDS; round++) {
      each.push(await syncingEach(join(folder, 'each'), ms));
      one.push(await appending(log, 1, ms));
      some.push(await appending(log, 64, ms));
      many.push(await appending(log, 512, ms));
    }
  } finally {
    await log.close();
  }
  const verifying = await verified(folder, pem, publicKey.export({ type: 'spki', format: 'pem' }).toString(), seconds);
  await rm(folder, { recursive: true });

  const rate = (rates: readonly Rate[]): number => median(rates.map(({ perSecond }) => perSecond));
  const ratio = (rates: readonly Rate[]): number => median(rates.map(({ perSecond }, i) => perSecond / (each[i] ?? 1)));
  const cpu = (rates: readonly Rate[]): number => median(rates.map(({ cpuMicros }) => cpuMicros));
  const atLeast = (id: string, value: number, unit: string, target: number | null) =>
    figure({ id, value, unit, target, direction: 'min' });
  const atMost = (id: string, value: number, unit: string, target: number | null) =>
    figure({ id, value, unit, target, direction: 'max' });
  return [
    atLeast('durable entries, 1 in flight', rate(one), 'per s', null),
    atLeast('durable entries, 64 in flight', rate(some), 'per s', 10_000),
    atLeast('durable entries, 512 in flight', rate(many), 'per s', null),
    atMost('processor per entry, 1 in flight', cpu(one), 'µs', null),
    atMost('processor per entry, 64 in flight', cpu(some), 'µs', null),
    atMost('processor per entry, 512 in flight', cpu(many), 'µs', 8),
    atLeast('1 in flight, against a bare sync per entry', ratio(one), 'x', 0.4),
    atLeast('64 in flight, against a bare sync per entry', ratio(some), 'x', 8),
    atLeast('512 in flight, against a bare sync per entry', ratio(many), 'x', 20),
    atLeast('verified entries, batches of 512', verifying, 'per s', 100_000),
  ];
};

/** A log of its own, so that its batches are known. */
const verified = async (folder: string, pem: string, publicKey: string, seconds: number): Promise<number> => {
  const log = await createAuditLog({
    folder,
    origin: 'read',
    signingKey: { current: pem, accepted: [pem] },
    clock: { now: () => Date.now() },
  });
  for (let batch = 0; batch < 100; batch++)
    await Promise.all(Array.from({ length: 512 }, (_, i) => log.append(decision(batch * 512 + i))));
  await log.close();
  const rates: number[] = [];
  const end = performance.now() + seconds * 1_000;
  while (rates.length < ROUNDS || performance.now() < end) {
    const begin = performance.now();
    const { entries, ok } = await verifyAuditLog({ folder: join(folder, 'read'), publicKey });
    if (!ok) throw new Error('the log that was written does not verify');
    rates.push(entries / ((performance.now() - begin) / 1_000));
  }
  return median(rates);
};
