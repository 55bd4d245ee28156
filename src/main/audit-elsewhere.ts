/** Entries that the log cannot take, in the second copy instead, until the log is back (promise 5: no record, no answer). */
import type { Elsewhere } from '../adapters/audit-log/audit-log.ts';
import { within } from '../adapters/bounded/waiting.ts';
import type { AuditCopy } from '../core/audit-copy-ports.ts';
import { hasCode, SottoError } from '../core/errors.ts';

/** Until an entry is recorded there, ms, in real time; as long as the log itself has. */
const DEADLINE_MS = 5_000;

/** As the queue of the log. */
const MOST_ENTRIES = 10_000;
const MOST_BYTES = 16 << 20;

/** Of one write. */
const MOST_AT_ONCE = 1_000;

interface Item {
  readonly json: string;
  readonly bytes: number;
  state: 'waiting' | 'sent' | 'recorded';
  readonly settle: (error: Error | null) => void;
}

export interface RecordedElsewhere extends Elsewhere {
  /**
   * Resolves once this entry is on stable storage there, or meanwhile in the log. Refuses with code `audit-unavailable` where neither takes it in
   * time, or too much waits for the log.
   */
  record(json: string): Promise<void>;
  /** How many are not in the log yet. */
  count(): number;
  /** The log stands open: what lies in it is done. Gives entries that it still lacks, the oldest first; `done` once it has one. */
  missing(): readonly { readonly json: string; readonly done: () => void }[];
}

/**
 * An entry stands in memory until the log has it, whatever became of the call that recorded it; where the call failed for certain, or nobody knows
 * whether it succeeded, its entry was refused and is dropped. What the log turns out to have is not brought there again.
 */
export const createElsewhere = (o: {
  readonly copy: AuditCopy;
  readonly origin: string;
  readonly deadlineMs?: number;
}): RecordedElsewhere => {
  const { copy, origin } = o;
  let items: Item[] = [];
  let bytes = 0;
  let sending = false;
  /** As they were asked for last. */
  let brought: readonly Item[] = [];
  let inLog: readonly Item[] = [];

  const drop = (some: readonly Item[]): void => {
    const gone = new Set(some);
    items = items.filter((item) => !gone.has(item));
    bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  };
  const done = (some: readonly Item[]): void => {
    const known = new Set(items);
    for (const item of some) if (known.has(item)) item.settle(null);
    drop(some);
  };

  const send = async (): Promise<void> => {
    sending = true;
    // Whoever asks in this same turn goes with it.
    await Promise.resolve();
    for (;;) {
      const some = items.filter(({ state }) => state === 'waiting').slice(0, MOST_AT_ONCE);
      if (some.length === 0) break;
      for (const item of some) item.state = 'sent';
      try {
        const entries = some.map(({ json }) => ({ index: null, json }));
        await copy.write({ origin, entries, note: null });
        for (const item of some) {
          item.state = 'recorded';
          item.settle(null);
        }
      } catch (error) {
        // Of those that the log took meanwhile nobody waits any more.
        for (const item of some) item.settle(error instanceof Error ? error : new Error('unexpected'));
        drop(some);
      }
    }
    sending = false;
  };

  return {
    record: async (json) => {
      const size = Buffer.byteLength(json);
      if (items.length >= MOST_ENTRIES || bytes + size > MOST_BYTES) throw refused(origin, 'full');
      let mine: Item | null = null;
      const recorded = (): Promise<void> =>
        new Promise((resolve, reject) => {
          const settle = (error: Error | null): void => (error === null ? resolve() : reject(error));
          mine = { json, bytes: size, state: 'waiting', settle };
          items.push(mine);
          bytes += size;
          if (!sending) void send();
        });
      try {
        await within({ ms: o.deadlineMs ?? DEADLINE_MS }, recorded);
      } catch (cause) {
        // One that is under way stays until it is known what became of it: what is there belongs into the log.
        drop(items.filter((item) => item === mine && item.state === 'waiting'));
        throw refused(origin, hasCode(cause, 'deadline') ? 'deadline' : 'failed', cause);
      }
    },
    count: () => items.length,
    waiting: (found) => {
      const there = new Map<string, number>();
      for (const json of found) there.set(json, (there.get(json) ?? 0) + 1);
      const [known, lacking]: [Item[], Item[]] = [[], []];
      for (const item of items) {
        const left = there.get(item.json) ?? 0;
        if (left > 0) there.set(item.json, left - 1);
        (left > 0 ? known : lacking).push(item);
      }
      [inLog, brought] = [known, lacking];
      return lacking.map(({ json }) => json);
    },
    written: (count) => {
      done(brought.slice(0, count));
      done(inLog);
      [inLog, brought] = [[], []];
    },
    missing: () => {
      done(inLog);
      [inLog, brought] = [[], []];
      return items.slice(0, MOST_AT_ONCE).map((item) => ({ json: item.json, done: () => done([item]) }));
    },
  };
};

const refused = (origin: string, code: string, cause?: unknown): SottoError =>
  new SottoError(
    'audit-unavailable',
    `Neither the audit log ${origin} nor its second copy takes entries (${code}), so nothing is answered until one of them does. See that the disk is there, writable and has room, and that SOTTO_AUDIT_COPY can be reached.`,
    { cause },
  );
