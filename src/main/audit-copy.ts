/** Where the entries of this data folder's audit logs go beside the disk: the second copy, which may stand in for the log, and the stream. */
import { join } from 'node:path';
import type { AuditLog } from '../adapters/audit-log/audit-log.ts';
import { entryJson, isLeafOf } from '../adapters/audit-log/batch.ts';
import { canonicalJson } from '../adapters/audit-log/canonical.ts';
import { readCheckpoint } from '../adapters/audit-log/checkpoint.ts';
import { newestNote, newestSize, readEntries } from '../adapters/audit-log/reader.ts';
import { createAuditCursors } from '../adapters/files/audit-cursors.ts';
import type { AuditEntry } from '../core/audit.ts';
import type { AuditCopy, CopiedEntry } from '../core/audit-copy-ports.ts';
import { codeOf, hasCode } from '../core/errors.ts';
import { type Behind, createFollowing, type Followed, type Following, type Stretch } from '../core/following.ts';
import type { AuditReceipt, Clock, Log } from '../core/ports.ts';
import { createElsewhere, type RecordedElsewhere } from './audit-elsewhere.ts';

/** Logs that nobody writes are looked for so often, ms. */
const CLOSED_EVERY_MS = 30_000;

/** Of one stretch. */
const MOST_ENTRIES = 1_000;
const MOST_BYTES = 512 << 10;

/** Why a log refuses that could take other entries: nothing that a second copy may stand in for. */
const OWN_REFUSALS: readonly unknown[] = ['too-long', 'closed', 'queue-full'];

export interface AuditSinks {
  /** Null: there is none. */
  readonly copy: AuditCopy | null;
  readonly stream: AuditCopy | null;
}

export interface Copying {
  /** For the log as it is opened; undefined: nothing stands in for it. */
  readonly elsewhere: RecordedElsewhere | undefined;
  /** In the log, or where that fails in a copy that confirms, and then in the log as soon as it is back. Refuses as the log does. */
  append(log: AuditLog, entry: AuditEntry): Promise<AuditReceipt>;
  /** Brings into the log what only the copy has, where the log can be opened by now. Never rejects. */
  bringHome(log: AuditLog): Promise<void>;
  start(log: AuditLog): void;
  /** By what it is for; nothing where there is none. */
  behind(): { readonly copy?: Behind; readonly stream?: Behind };
  /** Entries of a log that every sink has for certain, whoever writes that log; infinitely many where there is no sink. */
  sent(origin: string): Promise<number>;
  /** Sends what is left within that time and lets go of the sinks. Never rejects. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createCopying = (o: {
  readonly dataFolder: string;
  readonly origin: string;
  readonly sinks: AuditSinks;
  /** Logs of this folder that nobody writes. */
  readonly closed: () => Promise<readonly { readonly origin: string }[]>;
  readonly clock: Clock;
  readonly log: Log;
  /** Until an entry is recorded elsewhere, ms. */
  readonly elsewhereMs?: number;
}): Copying => {
  const { dataFolder, origin, sinks, clock } = o;
  const { copy } = sinks;
  const elsewhere =
    copy?.confirms === true
      ? createElsewhere({
          copy,
          origin,
          ...(o.elsewhereMs === undefined ? {} : { deadlineMs: o.elsewhereMs }),
        })
      : undefined;
  const cursors = {
    copy: createAuditCursors({ dataFolder, role: 'copy' }),
    stream: createAuditCursors({ dataFolder, role: 'stream' }),
  };
  const folderOf = (name: string): string => join(dataFolder, 'audit', name);
  let followings: readonly (readonly ['copy' | 'stream', Following])[] = [];
  let bringing: Promise<void> | null = null;

  const followedBy = (log: AuditLog): Followed => {
    let others: readonly { readonly origin: string }[] = [];
    let lookedAt = Number.NEGATIVE_INFINITY;
    return {
      logs: async () => {
        if (clock.now() - lookedAt >= CLOSED_EVERY_MS) {
          lookedAt = clock.now();
          others = await o.closed().catch(() => others);
        }
        // One that cannot be read has nothing to send.
        const sizes = await Promise.all(others.map((one) => newestSize(folderOf(one.origin)).catch(() => 0)));
        return [{ origin, size: log.size() }, ...others.map((one, i) => ({ origin: one.origin, size: sizes[i] ?? 0 }))];
      },
      read: (asked) =>
        stretchOf({
          folder: folderOf(asked.origin),
          from: asked.from,
          // What a failed sync left behind is not durable, and may yet go.
          durable: () => (asked.origin === origin ? log.size() : asked.size),
        }),
    };
  };

  /** What the end of a process left in the copy alone, and whether the copy is kept from being changed: said once, at the start. */
  const sayHowItStands = async (): Promise<void> => {
    if (copy === null) return;
    try {
      for (const one of [origin, ...(await o.closed()).map((other) => other.origin)]) {
        // What this process has there is on its way into the log.
        const count = elsewhere?.count() === 0 ? await copy.onlyThere(one) : null;
        if (count !== null && count > 0) o.log.error('audit-copy.only-there', { name: one, count });
      }
      if ((await copy.keeps()) === false) o.log.warn('audit-copy.changeable', { name: 'copy' });
    } catch (error) {
      o.log.warn('audit-copy.failed', { name: 'copy', code: codeOf(error) });
    }
  };

  const home = async (log: AuditLog, recorded: RecordedElsewhere): Promise<void> => {
    await log.reopen();
    const lacking = recorded.missing();
    if (lacking.length === 0) return;
    // Recorded there as the log came back: said as those are that it was opened with.
    const said: AuditEntry = { kind: 'recovered', at: clock.now(), droppedBytes: 0, elsewhere: lacking.length };
    const appended = [log.append(said), ...lacking.map(({ json }) => log.append(JSON.parse(json) as AuditEntry))];
    const [, ...entries] = await Promise.allSettled(appended);
    for (const [i, { status }] of entries.entries()) if (status === 'fulfilled') lacking[i]?.done();
  };
  const bringHome = async (log: AuditLog): Promise<void> => {
    if (elsewhere === undefined || elsewhere.count() === 0) return;
    bringing ??= home(log, elsewhere)
      .catch(() => undefined)
      .finally(() => {
        bringing = null;
      });
    await bringing;
  };

  return {
    elsewhere,
    append: async (log, entry) => {
      try {
        return await log.append(entry);
      } catch (error) {
        if (elsewhere === undefined || !hasCode(error, 'audit-unavailable') || OWN_REFUSALS.includes(error.cause))
          throw error;
        await elsewhere.record(canonicalJson(entry));
        return { origin, index: null };
      }
    },
    bringHome,
    start: (log) => {
      followings = (['copy', 'stream'] as const).flatMap((role) => {
        const sink = sinks[role];
        if (sink === null) return [];
        const following = { role, sink, followed: followedBy(log), cursors: cursors[role], clock, log: o.log };
        return [[role, createFollowing(following)] as const];
      });
      for (const [, following] of followings) following.start();
      void sayHowItStands();
    },
    behind: () => Object.fromEntries(followings.map(([role, following]) => [role, following.behind()])),
    sent: async (of) => {
      const kept = (['copy', 'stream'] as const).map(async (role) => {
        const sink = sinks[role];
        return sink === null ? Number.POSITIVE_INFINITY : cursors[role].load({ origin: of, to: sink.name });
      });
      return Math.min(...(await Promise.all(kept)));
    },
    stop: async ({ graceMs }) => {
      await Promise.all(followings.map(([, following]) => following.stop({ graceMs })));
      const left = elsewhere?.count() ?? 0;
      if (left > 0) o.log.error('audit-copy.only-there', { name: origin, count: left });
    },
  };
};

/** Up to the newest checkpoint where that is near enough, so that whoever has the copy can prove what it has. */
const stretchOf = async (o: {
  readonly folder: string;
  readonly from: number;
  readonly durable: () => number;
}): Promise<Stretch> => {
  const note = await newestNote(o.folder);
  const signed = (note === null ? null : readCheckpoint(note)?.size) ?? 0;
  const durable = o.durable();
  const most = Math.min(durable, o.from + MOST_ENTRIES);
  const to = signed > o.from && signed <= most ? signed : most;
  const entries: CopiedEntry[] = [];
  let bytes = 0;
  for await (const { first, bytes: run, spans } of readEntries({ folder: o.folder, from: o.from, to })) {
    for (const [i, { start, end }] of spans.entries()) {
      const index = first + i;
      entries.push({ index, json: entryIn(run, start, end, index) });
      bytes += end - start;
      if (bytes >= MOST_BYTES) return { entries, next: index + 1, note: index + 1 === signed ? note : null };
    }
  }
  return { entries, next: to, note: to === signed ? note : null };
};

/** What a leaf wraps; a leaf that is none goes on as it is, so that the copy shows it. */
const entryIn = (bytes: Buffer, start: number, end: number, index: number): string =>
  isLeafOf(bytes, start, end, index)
    ? entryJson(bytes, start, end, index)
    : JSON.stringify({ leaf: bytes.toString('utf8', start, end) });
