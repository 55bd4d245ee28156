import { hasCode, SottoError } from '../../core/errors.ts';
import type { Audit, AuditReceipt, Clock, Secret } from '../../core/ports.ts';
import { encodeBatch } from './batch.ts';
import { canonicalJson } from './canonical.ts';
import { claimFolder, letGo, unavailable } from './claim.ts';
import { createDeadline } from './deadline.ts';
import { chunksOf, type Ending, endingsOf, noteEndings, type OtherLog } from './endings.ts';
import { type OpenFile, openFile } from './file.ts';
import { isOrigin, MAX_ENTRY_BYTES } from './format.ts';
import { type Keys, readKeys, stillKnown } from './keys.ts';
import { type OpenLog, openLog, prepareFolder } from './open.ts';
import { keepPublicKeys } from './public-keys.ts';
import type { Mark } from './recover.ts';

const MAX_QUEUE_BYTES = 16 << 20;
/** What the wrapping of an entry takes at most. */
const WRAPPING = 40;

interface Waiting {
  readonly json: string;
  readonly resolve: (receipt: AuditReceipt) => void;
  readonly reject: (error: SottoError) => void;
}

/** A change of keys that is not on the disk yet. */
interface Turn {
  readonly before: Keys;
  readonly resolve: () => void;
  readonly reject: (error: SottoError) => void;
}

export interface AuditLogOptions {
  /** The folder of all logs, `SOTTO_DATA/audit`; this one lives in a folder of it that is named after its origin. */
  readonly folder: string;
  /** Lower-case letters, digits, dots and dashes: a slot that is used again after a restart. */
  readonly origin: string;
  /** `audit-signing-key`: Ed25519, PKCS#8 PEM. Through a rotation what is still accepted verifies the log's end. */
  readonly signingKey: Secret;
  readonly clock: Pick<Clock, 'now'>;
  /** Logs of the same folder that nobody writes, at this moment. Where they end under an earlier key, this one vouches for it. Default: none. */
  readonly closed?: () => Promise<readonly OtherLog[]>;
  /** For a batch to reach the disk; real time, whatever the clock says. Default 5 s. */
  readonly deadlineMs?: number;
  /** Pause between two attempts to open a failed log again. Default 1 s. */
  readonly retryMs?: number;
  /** Entries that may wait; more are refused. Default 10,000. */
  readonly queueLimit?: number;
  /** Puts another disk in, in tests. */
  readonly open?: OpenFile;
}

export interface AuditLog extends Audit {
  /** Entries on stable storage. */
  readonly size: () => number;
  /**
   * Signs with the current key of this secret from the next batch on, and writes one at once, so that the log never ends under a
   * key that is long gone. Its public key is durable beside the log before that. Resolves once that batch is on stable storage:
   * from then on no start needs the old key. Refuses with code `settings` where it is no key, `audit-unavailable` where the disk does
   * not take it; the old key then goes on signing, until this is called again.
   */
  readonly rotate: (signingKey: Secret) => Promise<void>;
  /**
   * Names the ends of those logs that nobody writes by now and that end under an earlier key, unless it has done so: for whoever was
   * still thought alive when the key changed. Rejects where that could not be looked at or recorded.
   */
  readonly vouch: () => Promise<void>;
  /** Writes what waits and lets the file go. */
  readonly close: () => Promise<void>;
}

/**
 * One append-only file with one writer. A batch is whatever was queued while the one before was synced (engine requirement
 * 24): one write, one checkpoint, one fdatasync, and only then do its appends resolve.
 *
 * After a failure to write or to sync every waiting append is refused with code `audit-unavailable`, and so is each later one
 * until the log was opened anew: its end read back, mended and synced, and an entry `recovered` durable. That is tried with
 * the next append, at most once in `retryMs`, and never while a call to the disk is still hanging: it could come back later
 * and write over what followed.
 *
 * A batch that is the first under another key begins with an entry `key`, which names both: so whoever trusts the new key knows that
 * the old one was the log's, and where logs end that nobody writes any more. The chain behind every checkpoint covers all that came before,
 * whoever signed it then.
 *
 * Refuses to open with code `settings` (origin, key, limits), `audit-missing` (the file is gone or was cut) or
 * `audit-unavailable` (its signed part is broken, it is in use, or the disk refuses).
 */
export const createAuditLog = async (o: AuditLogOptions): Promise<AuditLog> => {
  const { origin, clock, open = openFile, deadlineMs = 5_000, retryMs = 1_000, queueLimit = 10_000 } = o;
  if (!isOrigin(origin))
    throw new SottoError(
      'settings',
      'An audit log needs an origin of lower-case letters, digits, dots and dashes, such as "sotto-1".',
    );
  if (!(deadlineMs > 0) || !(retryMs >= 0) || !(queueLimit > 0))
    throw new SottoError('settings', 'The limits of the audit log (deadline, retry, queue) must be above 0.');
  let keys = readKeys(o.signingKey);
  const deadline = createDeadline(deadlineMs);
  const lock = await claimFolder(o.folder, origin);

  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let pumping: Promise<void> | null = null;
  let turns: Turn[] = [];
  /** As they were when the keys changed last, and those that this process has put into the log. */
  let endings: readonly Ending[] = [];
  const told = new Map<string, Ending>();
  let closed = false;
  let log: OpenLog | null = null;
  let known: Mark | null = null;
  let closing: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  let retryAt = 0;

  const opened = async (first: boolean): Promise<OpenLog> => {
    // A handle closes once its last call has come back: until then that call could write over what follows.
    await closing;
    const begun = (await prepareFolder(lock)) || !first;
    const fresh = await openLog({ folder: lock, origin, keys, open, now: clock.now(), begun, known });
    if (first && fresh.droppedBytes === 0) return fresh;
    // However the log was left, what follows begins with an entry that says so.
    const entry = { kind: 'recovered', at: clock.now(), droppedBytes: fresh.droppedBytes };
    return commit(fresh, [canonicalJson(entry)]).catch(async (cause: unknown) => {
      await fresh.file.close().catch(() => undefined);
      throw cause;
    });
  };

  const endingsBy = async (by: Keys): Promise<readonly Ending[]> =>
    endingsOf({ folder: o.folder, logs: (await o.closed?.()) ?? [], keys: by });

  /** Says that another key signs from here on than the one before, and how what that one signed last ends elsewhere. */
  const keyChange = ({ signer: replaces }: OpenLog, { name: key }: Keys): readonly string[] =>
    replaces === null || replaces === key
      ? []
      : chunksOf(endings).map((closed) => canonicalJson({ kind: 'key', at: clock.now(), key, replaces, closed }));

  const commit = async (to: OpenLog, given: readonly string[]): Promise<OpenLog> => {
    const by = keys;
    const jsons = [...keyChange(to, by), ...given];
    if (jsons.length === 0) return to;
    const { bytes, position } = encodeBatch({ origin, key: by.sign, from: to.position, jsons, time: clock.now() });
    // Shorter or longer: somebody else was here.
    if ((await to.file.size()) !== to.offset) throw new Error('the file is not as it was left');
    if ((await to.file.write(bytes, to.offset)) !== bytes.length)
      throw new Error('the disk took only a part of the batch');
    await to.file.sync();
    if (jsons.length > given.length) noteEndings(told, endings);
    return { ...to, position, offset: to.offset + bytes.length, signer: by.name };
  };

  /** `log` moves only here, and only once the disk has answered in time. */
  const flush = async (batch: readonly Waiting[], turning: readonly Turn[]): Promise<void> => {
    try {
      log ??= await deadline.within(opened(false), (late) => late.file.close());
      const to: OpenLog = log;
      log = await deadline.within(
        commit(
          to,
          batch.map(({ json }) => json),
        ),
      );
      known = markOf(log);
      const first = log.position.size - batch.length;
      batch.forEach(({ resolve }, i) => {
        resolve({ origin, index: first + i });
      });
      for (const { resolve } of turning) resolve();
    } catch (cause) {
      closing = log?.file.close().catch(() => undefined) ?? closing;
      log = null;
      failure = cause;
      retryAt = performance.now() + retryMs;
      const refused = unavailable(origin, cause);
      const unturned = [...turning, ...takeTurns()];
      // What was signed by the new one all the same must still be found by whoever opens the log anew.
      const before = unturned[0]?.before;
      if (before !== undefined) keys = { ...before, verify: stillKnown(before, keys) };
      for (const { reject } of [...batch, ...take(), ...unturned]) reject(refused);
    }
  };

  const take = (): readonly Waiting[] => {
    const taken = waiting;
    waiting = [];
    waitingBytes = 0;
    return taken;
  };

  const takeTurns = (): readonly Turn[] => {
    const taken = turns;
    turns = [];
    return taken;
  };

  /** Whether a log that failed may not be opened anew yet. */
  const resting = (): boolean =>
    log === null && pumping === null && (deadline.hanging() > 0 || performance.now() < retryAt);

  const pump = async (): Promise<void> => {
    while (waiting.length > 0 || turns.length > 0) {
      // Lets everybody whom the last batch released, or who asks in this same turn, join the next one. Not a timer.
      await new Promise(setImmediate);
      await flush(take(), takeTurns());
    }
    pumping = null;
  };

  try {
    endings = await endingsBy(keys);
    log = await deadline.within(opened(true), (late) => late.file.close());
    known = markOf(log);
  } catch (cause) {
    if (deadline.hanging() === 0) letGo(lock);
    throw cause instanceof SottoError ? cause : unavailable(origin, cause);
  }

  const append: Audit['append'] = (entry) =>
    new Promise((resolve, reject) => {
      if (closed) throw unavailable(origin, 'closed');
      if (resting()) throw unavailable(origin, failure);
      const json = canonicalJson(entry);
      const bytes = Buffer.byteLength(json);
      if (bytes > MAX_ENTRY_BYTES - WRAPPING) throw unavailable(origin, 'too-long');
      if (waiting.length >= queueLimit || waitingBytes + bytes > MAX_QUEUE_BYTES)
        throw unavailable(origin, 'queue-full');
      waiting.push({ json, resolve, reject });
      waitingBytes += bytes;
      pumping ??= pump();
    });

  return {
    append,
    size: () => known?.position.size ?? 0,
    rotate: async (signingKey) => {
      const next = readKeys(signingKey);
      try {
        endings = await deadline.within(endingsBy(next));
        await deadline.within(keepPublicKeys(lock, next.verify));
      } catch (cause) {
        throw hasCode(cause, 'settings') ? cause : unavailable(origin, cause);
      }
      if (closed) throw unavailable(origin, 'closed');
      if (resting()) throw unavailable(origin, failure);
      const before = keys;
      // What was signed before must still be found by whoever opens the log anew after a failure.
      keys = { ...next, verify: stillKnown(next, keys) };
      await new Promise<void>((resolve, reject) => {
        turns.push({ before, resolve, reject });
        pumping ??= pump();
      });
    },
    vouch: async () => {
      const { name: key } = keys;
      const fresh = (await endingsBy(keys)).filter(({ origin, size }) => told.get(origin)?.size !== size);
      if (fresh.length === 0) return;
      const entries = chunksOf(fresh).map((some) =>
        append({ kind: 'key', at: clock.now(), key, replaces: null, closed: some }),
      );
      await Promise.all(entries);
      noteEndings(told, fresh);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await pumping;
      if (log !== null) await deadline.within(log.file.close()).catch(() => undefined);
      log = null;
      // A call that still hangs could yet write: then the folder stays taken.
      if (deadline.hanging() === 0) letGo(lock);
    },
  };
};

const markOf = ({ position, offset }: OpenLog): Mark => ({ position, offset });
