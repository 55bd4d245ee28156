/** This process's audit log: the slot it leases, the logs that must be there, and what the store knows of their size. */
import { join } from 'node:path';
import { type AuditLog, createAuditLog } from '../adapters/audit-log/audit-log.ts';
import type { OtherLog } from '../adapters/audit-log/endings.ts';
import { begunLogs } from '../adapters/audit-log/origins.ts';
import { prunable, pruneBundles } from '../adapters/audit-log/prune.ts';
import { homeOf } from '../adapters/files/data-folder.ts';
import type { AuditEntry } from '../core/audit.ts';
import { codeOf, SottoError } from '../core/errors.ts';
import type { Losses } from '../core/losses.ts';
import type { Audit, AuditReceipt, Clock, Log, Metrics, Random, Secret, Store } from '../core/ports.ts';
import { type AuditSinks, type Copying, createCopying } from './audit-copy.ts';
import { findLosses, homesOf, ownOf } from './audit-losses.ts';

/** A process that died lets go of its slot within this, ms; until then the next one takes another slot. */
const LEASE_MS = 60_000;
const RENEW_MS = 15_000;

/** After a change of keys it is certain within this which of the other logs nobody writes any more, ms. */
const SETTLED_MS = 2 * LEASE_MS;

/** So often what is new is published, so that the folder's checkpoint is not much older than what was recorded, ms. */
const PUBLISH_MS = 600_000;

/** At the end the copies get so long for what they lack, ms, and as long again to end their connections; the next start goes on. */
const COPYING_GRACE_MS = 500;

export interface AuditOptions {
  readonly dataFolder: string;
  readonly store: Pick<Store, 'origins'>;
  readonly signingKey: Secret;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Pick<Metrics, 'count'>;
  /** Sees every entry once it is durable. */
  readonly onAudit?: (entry: AuditEntry, receipt: AuditReceipt) => void;
  /** Where entries go beside the disk; default: nowhere. */
  readonly sinks?: AuditSinks;
}

export interface OpenAudit extends Audit, Pick<Copying, 'behind' | 'sent'> {
  /** False once another process has taken the slot: then nothing is written here any more. */
  held(): boolean;
  /** Tells the store how long the log is by now, and keeps the slot. */
  keep(): Promise<void>;
  /** This process's log and how many entries of it are on stable storage: what lies behind them may yet be written otherwise. */
  durable(): OtherLog;
  /** The logs of this data folder and how long they are at least, as the store knows it. */
  registered(): Promise<readonly OtherLog[]>;
  /** What was missed at the start, or a minute later. */
  readonly losses: Losses;
  /** Logs of this folder that nobody writes just now. */
  closedLogs(): Promise<readonly OtherLog[]>;
  /** See `AuditLog.prune`. Refuses where the log is not ours any more. */
  prune(o: { readonly upTo: number }): Promise<number>;
  /**
   * The same of a log of this folder that nobody writes, behind an entry of this one; how many bundles went. Nothing that it says of further ones may
   * lie before `upTo`. 0: somebody writes it by now.
   */
  pruneClosed(o: { readonly origin: string; readonly upTo: number }): Promise<number>;
  /** Signs with another key from now on; see `AuditLog.rotate`. Refuses where the log is not ours any more. */
  rotate(signingKey: Secret): Promise<void>;
  /** Writes what waits, tells the store, and lets go of the slot. */
  close(): Promise<void>;
}

/**
 * Opens the log of a slot of this data folder. Where a log that this folder must hold is gone or was cut, or the folder is new and logs are on record
 * that nobody holds (then a folder was lost), `losses` says so: then it is a log of another slot, and nobody may be answered. Refuses with code
 * `audit-missing` where the store knows none of the logs that are there, or one is of an older format.
 */
export const openAudit = async (o: AuditOptions): Promise<OpenAudit> => {
  const { store, clock } = o;
  const folder = join(o.dataFolder, 'audit');
  const found = homeOf({ folder: o.dataFolder, newId: () => o.random.id() });
  const losses = await findLosses({ ...o, home: found.home, fresh: found.fresh });
  const home = found.keep();

  const holder = o.random.id();
  const leasedAt = clock.now();
  const except = losses.open().map(({ origin }) => origin);
  const slot = await store.origins.lease({ home, holder, now: leasedAt, leaseMs: LEASE_MS, except });
  const closed = async (): Promise<readonly OtherLog[]> => {
    const now = clock.now();
    const [all, begun] = await Promise.all([store.origins.all(), begunLogs(folder)]);
    // What is missed has no end that could be read, and must not keep this one from being opened.
    const missed = losses.open().map(({ origin }) => origin);
    // One whose process died at once is there and has no size on record yet.
    return all.filter(
      (one) =>
        homesOf(home).includes(one.home) &&
        one.origin !== slot.origin &&
        !missed.includes(one.origin) &&
        one.leasedUntil <= now &&
        (one.size > 0 || begun.includes(one.origin)),
    );
  };
  const onTrouble = (code: string): void => {
    if (o.metrics !== undefined) o.metrics.count('audit_unpublished');
    o.log.error('audit.unpublished', { name: slot.origin, code });
  };
  const { sinks = { copy: null, stream: null } } = o;
  const copying = createCopying({ ...o, origin: slot.origin, sinks, closed });
  const { elsewhere } = copying;
  const log = await opened({ ...o, closed, onTrouble, elsewhere }, folder, slot.origin, holder);
  copying.start(log);
  let publishAt = leasedAt + PUBLISH_MS;
  let published = 0;
  let registered = slot.size;
  let triedAt = leasedAt;
  let heldUntil = leasedAt + LEASE_MS;
  let lost = false;
  let vouchAt: number | null = leasedAt + SETTLED_MS;

  const registerSize = async (): Promise<void> => {
    const size = log.size();
    if (size === registered) return;
    await store.origins.register({ origin: slot.origin, size });
    registered = size;
  };
  const renew = async (): Promise<void> => {
    const now = clock.now();
    triedAt = now;
    const kept = await store.origins.renew({ origin: slot.origin, holder, now, leaseMs: LEASE_MS });
    if (kept === 'renewed') {
      heldUntil = now + LEASE_MS;
      return;
    }
    // Two writers would break the log. Without one nothing is answered here, and whoever watches readiness sees it.
    if (!lost) o.log.error('audit.slot-lost', { name: slot.origin });
    lost = true;
    log.abandon();
  };
  /** Nobody waits for it: the lease must be renewed meanwhile. What fails is told, and tried again. */
  const publish = (): void => {
    if (lost || clock.now() < publishAt || log.size() === published) return;
    publishAt = clock.now() + PUBLISH_MS;
    published = log.size();
    log.publish().catch(() => {
      published = 0;
    });
  };
  /** Past its lease the slot may be another process's, which this one would hear of only later: so it asks first. */
  const stillHeld = async (): Promise<void> => {
    if (!lost && clock.now() >= heldUntil) {
      await renew().catch((cause: unknown) => {
        throw slotLapsed(slot.origin, cause);
      });
    }
    if (lost) throw slotLost(slot.origin);
  };

  return {
    append: async (entry) => {
      await stillHeld();
      const receipt = await copying.append(log, entry);
      o.onAudit?.(entry, receipt);
      return receipt;
    },
    held: () => !lost,
    behind: copying.behind,
    sent: copying.sent,
    durable: () => ({ origin: slot.origin, size: log.size() }),
    rotate: async (signingKey) => {
      await stillHeld();
      await log.rotate(signingKey);
      vouchAt = clock.now() + SETTLED_MS;
    },
    losses,
    closedLogs: closed,
    prune: async (what) => {
      await stillHeld();
      return log.prune(what);
    },
    pruneClosed: async ({ origin, upTo }) => {
      await stillHeld();
      if (!(await closed()).some((one) => one.origin === origin)) return 0;
      const to = await prunable({ folder: join(folder, origin), upTo });
      if (to === 0) return 0;
      await log.append({ kind: 'pruned', at: clock.now(), upTo: to, origin });
      return pruneBundles({ folder: join(folder, origin), upTo: to });
    },
    registered: async () =>
      ownOf(await store.origins.all(), home).map(({ origin, size }) => ({
        origin,
        size: origin === slot.origin ? Math.max(size, log.size()) : size,
      })),
    keep: async () => {
      // A disk that hangs keeps nobody from renewing the lease.
      if (!lost) void copying.bringHome(log);
      if (!lost && clock.now() - triedAt >= RENEW_MS) await renew();
      await registerSize();
      publish();
      await losses.keep();
      if (lost || vouchAt === null || clock.now() < vouchAt) return;
      vouchAt = clock.now() + RENEW_MS;
      await log.vouch();
      vouchAt = null;
      await registerSize();
    },
    close: async () => {
      if (!lost) await copying.bringHome(log);
      // The store may be away; the log itself is on the disk either way.
      await registerSize().catch((error: unknown) => o.log.error('origins.failed', { code: codeOf(error) }));
      await log.close();
      await copying.stop({ graceMs: COPYING_GRACE_MS });
      await store.origins.release({ origin: slot.origin, holder }).catch(() => undefined);
    },
  };
};

const opened = async (
  o: AuditOptions &
    Pick<Copying, 'elsewhere'> & {
      readonly closed: () => Promise<readonly OtherLog[]>;
      readonly onTrouble: (code: string) => void;
    },
  folder: string,
  origin: string,
  holder: string,
): Promise<AuditLog> => {
  try {
    const { signingKey, clock, closed, onTrouble } = o;
    const elsewhere = o.elsewhere === undefined ? {} : { elsewhere: o.elsewhere };
    return await createAuditLog({ folder, origin, signingKey, clock, closed, onTrouble, ...elsewhere });
  } catch (error) {
    await o.store.origins.release({ origin, holder }).catch(() => undefined);
    throw error;
  }
};

const slotLost = (origin: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `Another process took over the audit log ${origin} while this one could not reach the store, so nothing is answered here any more. Restart this process.`,
  );

const slotLapsed = (origin: string, cause: unknown): SottoError =>
  new SottoError(
    'audit-unavailable',
    `The store could not be reached for so long that another process may write the audit log ${origin} by now, so nothing is answered until it can be asked. It is tried again with the next entry.`,
    { cause },
  );
