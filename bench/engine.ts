/**
 * The store and the sealer: how many questions a second, what a removal costs, what sealing costs. Every acknowledged
 * write waits for the disk, so absolute rates follow the disk; writes that arrive together share one wait.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createSealer } from '../src/adapters/sealer/sealer.ts';
import { createSqliteStore } from '../src/adapters/sqlite/store.ts';
import type { Store } from '../src/core/ports.ts';
import { proofFigures } from './engine-proof.ts';
import { redisFigures } from './engine-redis.ts';
import { type Bench, type Figure, figure, median } from './figure.ts';
import { accept, commit, LEASE_MS, leavingOf, perSecond, refOf } from './store-work.ts';

/** Accept, commit, hold, settle: the trips of one answer that is shown by hold-reveal. */
const lifecycle = async (store: Store, name: string, n: number, removeAt: number): Promise<void> => {
  const claim = await accept(store, name, n);
  await commit(store, claim);
  const { id, lease } = claim;
  const now = Date.now();
  const expiry = leavingOf(refOf(id), removeAt);
  await store.inbox.hold({ id, lease, ...expiry });
  await store.inbox.settle({ id, lease, end: 'shown', expiry, now });
};

const storeFigures = async (store: Store, seconds: number): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  const rate = (id: string, value: number, unit: string): void => {
    figures.push(figure({ id, value, unit, target: null, direction: 'min' }));
  };
  const far = Date.now() + 365 * 86_400_000;
  for (const inFlight of [1, 16, 64]) {
    const work = async (n: number): Promise<void> => void (await accept(store, `a${inFlight}`, n));
    rate(`accepts, ${inFlight} in flight`, await perSecond({ seconds, inFlight, work }), '/s');
  }
  for (const inFlight of [1, 64]) {
    const work = (n: number): Promise<void> => lifecycle(store, `l${inFlight}`, n, far);
    rate(`whole questions (4 trips), ${inFlight} in flight`, await perSecond({ seconds, inFlight, work }), '/s');
  }

  // Held again and again under one claim: the cost of putting a removal on record, and nothing else.
  const holders = await Promise.all(Array.from({ length: 64 }, (_, n) => accept(store, 'holder', n)));
  let due = 0;
  const hold = async (): Promise<void> => {
    const holder = holders[due % holders.length];
    due += 1;
    if (holder !== undefined) {
      const { id, lease } = holder;
      await store.inbox.hold({ id, lease, ...leavingOf(refOf(`due-${due}`), 1_000) });
    }
  };
  rate('schedules, 64 in flight', await perSecond({ seconds, inFlight: 64, work: hold }), '/s');

  const start = performance.now();
  let fired = 0;
  for (;;) {
    const claimed = await store.expiries.claim({ now: 2_000, leaseMs: LEASE_MS, limit: 500 });
    if (claimed.length === 0) break;
    await store.expiries.ack({ removals: claimed });
    fired += claimed.length;
  }
  rate(`fire (claim and acknowledge by 500), ${fired} due`, fired / ((performance.now() - start) / 1_000), '/s');
  figures.push(figure({ id: 'due and not fired', value: due - fired, unit: 'removals', target: 0, direction: 'max' }));
  return figures;
};

const CIPHER = 'aes-256-gcm';
const AAD = Buffer.alloc(60);

const rawSeal = (key: Buffer, nonce: Buffer, plain: Buffer): readonly [Buffer, Buffer] => {
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(AAD);
  const sealed = cipher.update(plain);
  cipher.final();
  return [sealed, cipher.getAuthTag()];
};

const rawOpen = (key: Buffer, nonce: Buffer, [sealed, tag]: readonly [Buffer, Buffer]): Buffer => {
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: 16 }).setAAD(AAD).setAuthTag(tag);
  const plain = decipher.update(sealed);
  decipher.final();
  return plain;
};

/** CPU time, not the clock's: other programs on the machine would count into the latter. */
const microseconds = (ms: number, work: () => void): number => {
  const end = performance.now() + ms;
  const before = process.cpuUsage();
  let done = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 20; i++) work();
    done += 20;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / done;
};

/** G14: the sealer against the same envelope (two encryptions, two decryptions) made by calls with raw key bytes. */
const sealFigures = (seconds: number): readonly Figure[] => {
  const dataKey = randomBytes(32);
  const key = dataKey.toString('base64');
  const sealer = createSealer({ dataKey: { current: key, accepted: [key] } });
  const context = { tenant: 'T1', person: 'slack:U1', purpose: 'reply' } as const;
  const plain = 'x'.repeat(2_048);
  const nonce = randomBytes(12);
  const ours = (): void => void sealer.open(context, sealer.seal(context, plain));
  const layer = (): void => void rawOpen(dataKey, nonce, rawSeal(dataKey, nonce, Buffer.from(plain)));
  const raw = (): void => {
    const fresh = randomBytes(32);
    const unwrapped = rawOpen(dataKey, nonce, rawSeal(dataKey, nonce, fresh));
    rawOpen(unwrapped, nonce, rawSeal(fresh, nonce, Buffer.from(plain)));
  };
  const stretch = (seconds * 1_000) / 27;
  const rounds = Array.from({ length: 9 }, () => ({
    ours: microseconds(stretch, ours),
    raw: microseconds(stretch, raw),
    layer: microseconds(stretch, layer),
  }));
  const middle = (of: (round: (typeof rounds)[number]) => number): number => median(rounds.map(of));
  const measured = { target: null, direction: 'max' } as const;
  return [
    figure({ id: 'seal and open 2 KiB', value: middle((r) => r.ours), unit: 'µs CPU', ...measured }),
    figure({ id: 'the same envelope by raw-key calls', value: middle((r) => r.raw), unit: 'µs CPU', ...measured }),
    figure({ id: 'one layer of it by raw-key calls', value: middle((r) => r.layer), unit: 'µs CPU', ...measured }),
    figure({
      id: 'seal and open / raw-key calls (G14)',
      value: middle((r) => r.ours / r.raw),
      unit: 'ratio',
      target: 0.5,
      direction: 'max',
    }),
  ];
};

export const bench: Bench = async ({ seconds }) => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  try {
    const store = createSqliteStore({ path: join(folder, 'sotto.db') });
    try {
      return [
        ...(await storeFigures(store, seconds / 2)),
        ...(await redisFigures(seconds)),
        ...sealFigures(seconds),
        ...(await proofFigures(seconds)),
      ];
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
