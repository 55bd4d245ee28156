/** What a log is opened with, and what it can do. */
import type { Audit, Clock, Secret } from '../../core/ports.ts';
import type { OtherLog } from './endings.ts';
import type { LogDisk } from './file.ts';
import type { Frontier } from './merkle.ts';

/** Entries that this log refused and that were recorded elsewhere, in canonical JSON. */
export interface Elsewhere {
  /**
   * Asked each time the log is opened anew after a failure. `found`: what had been refused and lies in the log all the same. What is given stands
   * directly behind the entry `recovered`; as a queue, 10,000 entries and 16 MiB at most.
   */
  readonly waiting: (found: readonly string[]) => readonly string[];
  /** So many of them are in the log by now, on stable storage, and so is what was found. */
  readonly written: (count: number) => void;
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
  /** Told with a code each time that publishing failed; it is tried again, and no entry waits for it. */
  readonly onTrouble?: (code: string) => void;
  /** Default: nothing is recorded elsewhere. */
  readonly elsewhere?: Elsewhere;
  /** Puts another disk in, in tests. */
  readonly disk?: LogDisk;
}

export interface AuditLog extends Audit {
  /** Entries on stable storage. */
  readonly size: () => number;
  /** The tree of all entries on stable storage. What the folder holds beyond may yet be moved aside, where the log fails. */
  readonly frontier: () => Frontier;
  /** Opens a log anew that failed, if it may be by now; rejects as `append` does. Nothing where it is open. */
  readonly reopen: () => Promise<void>;
  /**
   * Publishes all that is on stable storage: tiles, bundles and `checkpoint`. Appends go on meanwhile. Rejects with code `audit-unavailable` where
   * that fails; nothing is lost by it.
   */
  readonly publish: () => Promise<void>;
  /**
   * Deletes the published bundles that hold only entries below `upTo`, behind an entry `pruned` that says so, and gives how many went. Their
   * tiles stay. What their entries say of how other logs end, that they are lost or were pruned, is said anew before. Rejects where that could not be recorded, or where a bundle is
   * not what it must be: then none was deleted. Where a deletion fails, the rest goes the next time.
   */
  readonly prune: (o: { readonly upTo: number }) => Promise<number>;
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
  /** Another process writes this log by now: nothing of it is published here any more. */
  readonly abandon: () => void;
  /** Writes what waits, publishes everything, as far as the disk lets it within the deadline, and lets the folder go. */
  readonly close: () => Promise<void>;
}
