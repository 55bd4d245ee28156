import { hasCode, SottoError } from '../../core/errors.ts';
import type { AuditReceipt } from '../../core/ports.ts';
import { type Spelt, spelt } from './batch.ts';
import { canonicalJson } from './canonical.ts';
import { isOrigin } from './checkpoint.ts';
import { claimFolder, letGo, unavailable } from './claim.ts';
import { createDeadline } from './deadline.ts';
import { chunksOf, type Ending, endingsOf, noteEndings } from './endings.ts';
import { logDisk } from './file.ts';
import { type Keys, readKeys, stillKnown } from './keys.ts';
import type { AuditLog, AuditLogOptions } from './log-types.ts';
import { EMPTY_TREE, type Frontier } from './merkle.ts';
import { type Mark, type OpenLog, openLog, reopenLog } from './open.ts';
import { findOld, removeOld } from './prune.ts';
import { keepPublicKeys } from './public-keys.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { createQueue, type Turn, type Waiting } from './queue.ts';
import { unpublished } from './refusals.ts';
import { TILE_WIDTH } from './tiles.ts';
import { isFull, writeBatch } from './writer.ts';

export type { AuditLog, AuditLogOptions, Elsewhere } from './log-types.ts';

/**
 * A Merkle tree with one writer (RFC 6962, C2SP tlog-tiles). A batch is whatever was queued while the one before was synced (engine requirement
 * 24): one write to a journal, with the checkpoint signed over all that there is, one fdatasync, and only then do its appends resolve. A journal
 * that is full is published beside that, and whether that succeeds is nothing to those who append.
 *
 * After a failure to write or to sync every waiting append is refused with code `audit-unavailable`, and so is each later one
 * until the log was opened anew: its journal read back, mended and synced, and an entry `recovered` durable. That is tried with
 * the next append, at most once in `retryMs`, and never while a call to the disk is still hanging: it could come back later
 * and write over what followed.
 *
 * A batch that is the first under another key begins with an entry `key`, which names both: so whoever trusts the new key knows that
 * the old one was the log's, and where logs end that nobody writes any more. The root in every checkpoint covers all that came before, whoever signed it then.
 *
 * Refuses to open with code `settings` (origin, key, limits), `audit-missing` (the log is gone or was cut) or
 * `audit-unavailable` (its signed part is broken, it is in use, or the disk refuses).
 */
export const createAuditLog = async (o: AuditLogOptions): Promise<AuditLog> => {
  const { origin, clock, disk = logDisk, deadlineMs = 5_000, retryMs = 1_000, queueLimit = 10_000 } = o;
  if (!isOrigin(origin))
    throw new SottoError(
      'settings',
      'An audit log needs an origin of lower-case letters, digits, dots and dashes, such as "sotto-1".',
    );
  if (!(deadlineMs > 0) || !(retryMs >= 0) || !(queueLimit > 0))
    throw new SottoError('settings', 'The limits of the audit log (deadline, retry, queue) must be above 0.');
  let keys = readKeys(o.signingKey);
  const deadline = createDeadline(deadlineMs);
  const folder = await claimFolder(o.folder, origin);

  const queue = createQueue({ origin, limit: queueLimit });
  let pumping: Promise<void> | null = null;
  /** Those who want the journal published as it is. */
  let asking: (() => void)[] = [];
  /** As they were when the keys changed last, and those that this process has put into the log. */
  let endings: readonly Ending[] = [];
  const told = new Map<string, Ending>();
  let closed = false;
  let log: OpenLog | null = null;
  let known: Mark = { tree: EMPTY_TREE, journal: null, note: null, signer: null };
  let closing: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  let retryAt = 0;

  const place = () => ({ disk, folder, origin, keys, now: clock.now() });

  const begun = async () => {
    const found = await openLog(place());
    if (found.droppedBytes === 0) return found;
    return { ...found, log: await recovered(found.log, found.droppedBytes, []) };
  };

  const openedAnew = async (published: Frontier): Promise<OpenLog> => {
    // A handle closes once its last call has come back: until then that call could write over what follows.
    await closing;
    const { log: fresh, droppedBytes, found } = await reopenLog({ ...place(), known, published: published.size });
    const brought = o.elsewhere?.waiting(found) ?? [];
    const open = await recovered(fresh, droppedBytes, brought);
    o.elsewhere?.written(brought.length);
    return open;
  };

  /** However the log was left, what follows begins with an entry that says so. */
  const recovered = async (to: OpenLog, droppedBytes: number, brought: readonly string[]): Promise<OpenLog> => {
    const some = brought.length === 0 ? {} : { elsewhere: brought.length };
    const entry = canonicalJson({ kind: 'recovered', at: clock.now(), droppedBytes, ...some });
    return commit(to, [entry, ...brought].map(spelt)).catch(async (cause: unknown) => {
      await shut(to);
      throw cause;
    });
  };

  const shut = async (one: OpenLog): Promise<void> => {
    await one.journal?.file.close().catch(() => undefined);
  };

  const endingsBy = async (by: Keys): Promise<readonly Ending[]> =>
    endingsOf({ folder: o.folder, logs: (await o.closed?.()) ?? [], keys: by });

  const keyEntries = (key: string, replaces: string | null, some: readonly Ending[]) =>
    chunksOf(some).map((ends) => ({ kind: 'key' as const, at: clock.now(), key, replaces, closed: ends }));

  /** Says that another key signs from here on than the one before, and how what that one signed last ends elsewhere. */
  const keyChange = ({ signer: replaces }: OpenLog, { name: key }: Keys): readonly Spelt[] =>
    replaces === null || replaces === key
      ? []
      : keyEntries(key, replaces, endings).map((entry) => spelt(canonicalJson(entry)));

  const commit = async (to: OpenLog, given: readonly Spelt[]): Promise<OpenLog> => {
    const by = keys;
    const change = keyChange(to, by);
    const entries = change.length === 0 ? given : [...change, ...given];
    if (entries.length === 0) return to;
    const written = await writeBatch({ disk, folder, origin, key: by.sign, signer: by.name, to, entries });
    if (change.length > 0) noteEndings(told, endings);
    return written;
  };

  /** `log` moves only here, and only once the disk has answered in time. */
  const flush = async (publisher: Publisher, batch: readonly Waiting[], turning: readonly Turn[]): Promise<void> => {
    try {
      log ??= await deadline.within(openedAnew(publisher.tree()), shut);
      log = await deadline.within(commit(log, batch), shut);
      known = log;
      const first = log.tree.size - batch.length;
      batch.forEach(({ resolve }, i) => {
        resolve({ origin, index: first + i });
      });
      for (const { resolve } of turning) resolve();
    } catch (cause) {
      closing = log === null ? closing : shut(log);
      log = null;
      failure = cause;
      retryAt = performance.now() + retryMs;
      const refused = unavailable(origin, cause);
      const unturned = [...turning, ...queue.takeTurns()];
      // What was signed by the new one all the same must still be found by whoever opens the log anew.
      const before = unturned.find((one) => one.before !== null)?.before ?? null;
      if (before !== null) keys = { ...before, verify: stillKnown(before, keys) };
      for (const { reject } of [...batch, ...queue.takeEntries(), ...unturned]) reject(refused);
    }
  };

  /** Whether a log that failed may not be opened anew yet. */
  const resting = (): boolean =>
    log === null && pumping === null && (deadline.hanging() > 0 || performance.now() < retryAt);

  const mustTake = (): void => {
    if (closed) throw unavailable(origin, 'closed');
    if (resting()) throw unavailable(origin, failure);
  };

  /** The journal takes no more; the next batch begins another one. */
  const turnJournal = (publisher: Publisher): void => {
    if (log?.note == null || log.journal === null || log.journal.offset === 0) return;
    publisher.add({ first: log.journal.from.size, note: log.note, size: log.tree.size });
    closing = Promise.all([closing, shut(log)]);
    log = { ...log, journal: null };
    known = log;
  };

  const pump = async (publisher: Publisher): Promise<void> => {
    while (!queue.isEmpty() || asking.length > 0) {
      // Lets everybody whom the last batch released, or who asks in this same turn, join the next one. Not a timer.
      await new Promise(setImmediate);
      if (!queue.isEmpty()) await flush(publisher, queue.takeEntries(), queue.takeTurns());
      const asked = asking;
      asking = [];
      if (asked.length > 0 || (log !== null && isFull(log))) turnJournal(publisher);
      publisher.poke();
      for (const resolve of asked) resolve();
    }
    pumping = null;
  };

  const opening = async (): Promise<Publisher> => {
    endings = await endingsBy(keys);
    const found = await deadline.within(begun(), (late) => shut(late.log));
    log = found.log;
    known = log;
    const { published: tree, closed: full } = found;
    return createPublisher({
      folder,
      disk,
      tree,
      closed: full,
      pauseMs: retryMs,
      onTrouble: o.onTrouble ?? (() => undefined),
    });
  };
  const publisher = await opening().catch((cause: unknown) => {
    if (deadline.hanging() === 0) letGo(folder);
    throw cause instanceof SottoError ? cause : unavailable(origin, cause);
  });
  publisher.poke();

  const turn = (before: Keys | null): Promise<void> =>
    new Promise((resolve, reject) => {
      queue.turn({ before, resolve, reject });
      pumping ??= pump(publisher);
    });

  const take = (entry: unknown): Promise<AuditReceipt> =>
    new Promise((resolve, reject) => {
      mustTake();
      queue.add({ ...spelt(canonicalJson(entry)), resolve, reject });
      pumping ??= pump(publisher);
    });

  const tell = async (some: readonly Ending[]): Promise<void> => {
    if (some.length === 0) return;
    await Promise.all(keyEntries(keys.name, null, some).map(take));
    noteEndings(told, some);
  };

  return {
    append: take,
    size: () => known.tree.size,
    frontier: () => known.tree,
    reopen: async () => {
      mustTake();
      if (log === null) await turn(null);
    },
    publish: async () => {
      if (!closed)
        await new Promise<void>((resolve) => {
          asking.push(resolve);
          pumping ??= pump(publisher);
        });
      await publisher.flush().catch((cause: unknown) => {
        throw unpublished(origin, cause);
      });
    },
    prune: async ({ upTo }) => {
      const found = await findOld({ disk, folder, published: publisher.tree(), upTo }).catch((cause: unknown) => {
        throw unpublished(origin, cause);
      });
      const last = found.indices.at(-1);
      if (last === undefined) return 0;
      await tell(found.endings);
      await Promise.all(found.again.map((entry) => take({ ...entry, at: clock.now() })));
      await take({ kind: 'pruned', at: clock.now(), upTo: (last + 1) * TILE_WIDTH });
      return removeOld(disk, folder, found.indices);
    },
    rotate: async (signingKey) => {
      const next = readKeys(signingKey);
      try {
        endings = await deadline.within(endingsBy(next));
        await deadline.within(keepPublicKeys(folder, next.verify, disk));
      } catch (cause) {
        throw hasCode(cause, 'settings') ? cause : unavailable(origin, cause);
      }
      mustTake();
      const before = keys;
      // What was signed before must still be found by whoever opens the log anew after a failure.
      keys = { ...next, verify: stillKnown(next, keys) };
      await turn(before);
    },
    vouch: async () => {
      await tell((await endingsBy(keys)).filter(({ origin, size }) => told.get(origin)?.size !== size));
    },
    abandon: publisher.stop,
    close: async () => {
      if (closed) return;
      closed = true;
      await pumping;
      turnJournal(publisher);
      // What is not published by then is published by the next start.
      const bounded = createDeadline(deadlineMs);
      await bounded.within(publisher.flush()).catch(() => undefined);
      if (log !== null) closing = Promise.all([closing, shut(log)]);
      log = null;
      await deadline.within(closing).catch(() => undefined);
      // A call that still hangs could yet write: then the folder stays taken.
      if (deadline.hanging() > 0) return;
      if (publisher.isIdle()) letGo(folder);
      else void publisher.idle().then(() => letGo(folder));
    },
  };
};
