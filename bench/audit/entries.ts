/** Entries as the product writes them, and who writes them. */
import { generateKeyPairSync } from 'node:crypto';
import type { AuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { type LogDisk, logDisk } from '../../src/adapters/audit-log/file.ts';
import type { DecisionEntry } from '../../src/core/audit.ts';

export const decision = (i: number): DecisionEntry => ({
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

export interface Rate {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

/** Keeps so many of these in flight for the time given. */
export const keepUp = async (
  inFlight: number,
  ms: number,
  work: (n: number) => Promise<unknown>,
  /** What belongs to it, costs processor time, and nobody waits for. */
  last: () => Promise<unknown> = async () => undefined,
): Promise<Rate & { readonly done: number }> => {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - begin < ms) {
      await work(done);
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  await last();
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: done / seconds, cpuMicros: (user + system) / done, done };
};

/** Full journals are published meanwhile; what is left of it then counts as processor time. */
export const appending = (log: AuditLog, inFlight: number, ms: number) =>
  keepUp(inFlight, ms, (n) => log.append(decision(n)), log.publish);

export const newKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    privateKey,
    signingKey: { current: pem, accepted: [pem] },
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

/** A disk that counts what it was asked to make durable. */
export const countingDisk = (): { readonly disk: LogDisk; readonly syncs: () => number } => {
  let syncs = 0;
  return {
    disk: {
      ...logDisk,
      open: async (o) => {
        const file = await logDisk.open(o);
        const sync = (): Promise<void> => {
          syncs++;
          return file.sync();
        };
        return { ...file, sync };
      },
      syncFolder: (folder) => {
        syncs++;
        return logDisk.syncFolder(folder);
      },
    },
    syncs: () => syncs,
  };
};
