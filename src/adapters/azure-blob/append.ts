/** The second copy of the audit logs in a container of Azure Blob Storage: append blobs, one for each log and day (UTC). */
import { entryLine, noteLine, onlyInCopy } from '../../core/audit-copy-lines.ts';
import type { AuditCopy } from '../../core/audit-copy-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { within } from '../bounded/waiting.ts';
import { blobAddress } from './address.ts';
import { createAppendContainer } from './append-container.ts';
import type { BlobCredential } from './container.ts';
import { type BlobFault, copyUnavailable, faultOf } from './faults.ts';

/** Attempts to bring one block there, looks among them. */
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;

/** All of one write, ms. */
const WRITE_MS = 15_000;

/** Azure takes 4 MiB of every version; less is sooner done. */
const BLOCK_BYTES = 1 << 20;

/** What Azure takes of one append blob. */
const MOST_BLOCKS = 50_000;

/** Azure's words for a blob that is full or was sealed: what follows goes into the next one. */
const TAKES_NO_MORE: readonly string[] = ['BlockCountExceedsLimit', 'BlobIsSealed'];

/** Far below what Azure takes; a blob that large is no pleasure to read. */
const MOST_BYTES = 32 * 2 ** 30;

/** Calls to one place of which nobody knows whether they arrived. */
const MOST_DOUBTS = 16;

/** Blobs of one log and day. */
const MOST_OF_A_DAY = 1_000;

/** How much of the end is looked through for what no log took. */
const TAIL_BYTES = 8 << 20;

export interface AppendCopyOptions {
  /** `https://ACCOUNT.blob.core.windows.net/CONTAINER`, or the stand-in's `https://127.0.0.1:PORT/ACCOUNT/CONTAINER`. */
  readonly url: string;
  readonly unsafeStandIn: boolean;
  /** Of `createAzureCredential`. */
  readonly credential: BlobCredential;
  readonly clock: Clock;
  readonly random: Random;
  /** Certificates (PEM) that are trusted instead of the machine's: the stand-in's own. */
  readonly ca?: string;
  /** One call, ms; four seconds unless given. */
  readonly callMs?: number;
  /** One write with all its attempts, ms; fifteen seconds unless given. */
  readonly writeMs?: number;
  /** Blocks after which a new blob is begun; 50,000 unless given. */
  readonly blocksMost?: number;
}

/** Where the next block of one log goes. */
interface End {
  readonly day: string;
  readonly part: number;
  readonly at: number;
  readonly blocks: number;
}

/** Lines that were sent to a place and of which nobody knows whether they arrived. */
interface Doubt {
  readonly name: string;
  readonly at: number;
  readonly lines: readonly string[];
}

interface Writing {
  end: End | null;
  doubts: readonly Doubt[];
  /** Whoever writes now; the next one waits. */
  last: Promise<unknown>;
}

/**
 * Blobs are named `ORIGIN/YYYY-MM-DD-PART.ndjson`; a new part is begun behind 50,000 blocks. Each block is added only where the blob is exactly as long as
 * it was left, so no call that comes late adds anything. Where an answer is lost, what stands at that place is read and
 * compared: what arrived is not sent again, also not by the next write that begins with the same lines. What keeps blobs from being changed
 * is the container's retention policy, with protected append writes allowed; nothing is asked before the first call.
 * Refuses with `settings` where the address cannot be right.
 */
export const createAppendCopy = (o: AppendCopyOptions): AuditCopy => {
  const at = blobAddress(o);
  const { clock, random, blocksMost = MOST_BLOCKS } = o;
  const container = createAppendContainer({ url: at.url, credential: o.credential, ca: o.ca, callMs: o.callMs });
  const logs = new Map<string, Writing>();

  /** The value, or what failed; anything of ours that is no fault of the place is thrown. */
  const tried = async <T>(call: () => Promise<T>): Promise<{ readonly value: T } | { readonly fault: BlobFault }> => {
    try {
      return { value: await call() };
    } catch (error) {
      if (error instanceof SottoError && error.code !== 'deadline' && error.code !== 'secrets-unavailable') throw error;
      return { fault: faultOf(error) };
    }
  };
  const pause = async (fault: BlobFault, attempt: number, signal: AbortSignal): Promise<void> => {
    const backoff = FIRST_WAIT_MS * 2 ** attempt * (0.5 + random.fraction());
    await clock.sleep(Math.max(backoff, fault.afterMs ?? 0), signal);
  };
  const nameOf = (origin: string, { day, part }: Pick<End, 'day' | 'part'>): string =>
    `${origin}/${day}-${String(part).padStart(3, '0')}.ndjson`;
  const isFull = ({ at, blocks }: Pick<End, 'at' | 'blocks'>): boolean => blocks >= blocksMost || at >= MOST_BYTES;

  /** Where this log goes on today: the last blob of the day that is neither full nor sealed, or a new one. */
  const openEnd = async (origin: string, from: Pick<End, 'day' | 'part'>, signal: AbortSignal): Promise<End> => {
    for (let { part } = from; part < MOST_OF_A_DAY; part += 1) {
      const name = nameOf(origin, { day: from.day, part });
      const made = await tried(() => container.create(name, signal));
      if ('value' in made) return { day: from.day, part, at: 0, blocks: 0 };
      // One that is kept by a policy says so instead of that it is there.
      if (made.fault.kind !== 'exists' && made.fault.kind !== 'locked') throw new Faulted(made.fault);
      const seen = await tried(() => container.look(name, signal));
      if ('fault' in seen) throw new Faulted(seen.fault.kind === 'absent' ? made.fault : seen.fault);
      const { end, blocks, sealed } = seen.value;
      if (!sealed && !isFull({ at: end, blocks })) return { day: from.day, part, at: end, blocks };
    }
    throw new Faulted(faultOf(new Error('too many blobs of one day')));
  };

  /** Whether those lines stand at their place; throws the fault where that cannot be seen. */
  const arrived = async ({ name, at, lines }: Doubt, signal: AbortSignal): Promise<boolean> => {
    const bytes = Buffer.from(lines.join(''));
    const seen = await tried(() => container.look(name, signal));
    if ('fault' in seen) {
      if (seen.fault.kind === 'absent') return false;
      throw new Faulted(seen.fault);
    }
    if (seen.value.end < at + bytes.length) return false;
    const read = await tried(() => container.read({ name, from: at, most: bytes.length }, signal));
    if ('fault' in read) throw new Faulted(read.fault);
    return read.value.equals(bytes);
  };

  const today = (end: End | null): string => {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    // A clock that is set back writes on where it was: names stand in the order of their entries.
    return end !== null && end.day > day ? end.day : day;
  };

  /** What is left of these lines behind those of which it is seen now that they arrived. */
  const withoutArrived = async (
    log: Writing,
    lines: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> => {
    // The longest first: of two that begin alike the shorter one seems to be there wherever the longer one is.
    for (const doubt of log.doubts.toSorted((a, b) => b.lines.length - a.lines.length)) {
      if (!(await arrived(doubt, signal))) continue;
      log.doubts = [];
      log.end = null;
      const differs = lines.findIndex((line, i) => line !== doubt.lines[i]);
      return differs === -1 ? [] : lines.slice(differs);
    }
    // A call that did not arrive so far still may, until something else stands in its place.
    return lines;
  };

  /** Brings the first block of these lines there and gives what is left of them. Throws the fault where another try may bring it. */
  const step = async (
    log: Writing,
    origin: string,
    given: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> => {
    const lines = await withoutArrived(log, given, signal);
    if (lines.length === 0) return lines;
    const day = today(log.end);
    if (log.end === null || log.end.day !== day) log.end = await openEnd(origin, { day, part: 0 }, signal);
    else if (isFull(log.end)) log.end = await openEnd(origin, { day, part: log.end.part + 1 }, signal);
    const { end } = log;
    const name = nameOf(origin, end);
    // It came through between the two looks.
    if (log.doubts.some((doubt) => doubt.name === name && doubt.at < end.at)) {
      const left = await withoutArrived(log, lines, signal);
      if (left !== lines) return left;
    }
    const block = firstBlock(lines);
    const asked = await tried(() => container.append({ name, bytes: Buffer.from(block.join('')), at: end.at }, signal));
    if ('value' in asked) {
      log.end = { ...end, at: asked.value.end, blocks: Math.max(asked.value.blocks, end.blocks + 1) };
      log.doubts = [];
      return lines.slice(block.length);
    }
    const { fault } = asked;
    // It may have arrived, or arrive yet: its place tells.
    if (fault.unclear) log.doubts = [...log.doubts, { name, at: end.at, lines: block }].slice(-MOST_DOUBTS);
    // Somebody else wrote there, it was taken away, or it takes no more: where it goes on is looked for anew.
    const full = TAKES_NO_MORE.includes(fault.code);
    if (full) log.end = { ...end, blocks: blocksMost };
    else if (!fault.unclear) log.end = null;
    throw new Faulted(full || fault.kind === 'exists' || fault.kind === 'absent' ? MOVED : fault);
  };

  const writeLines = async (
    log: Writing,
    origin: string,
    lines: readonly string[],
    signal: AbortSignal,
  ): Promise<void> => {
    let left = lines;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      try {
        left = await step(log, origin, left, signal);
        attempt = 0;
      } catch (error) {
        if (error instanceof SottoError) throw error;
        const fault = error instanceof Faulted ? error.fault : faultOf(error);
        if (!fault.again || attempt >= ATTEMPTS || signal.aborted) throw new Faulted(fault);
        if (fault !== MOVED) await pause(fault, attempt, signal);
      }
    }
  };

  const asked = async <T>(
    doing: 'read' | 'written',
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    try {
      return await within({ ms: o.writeMs ?? WRITE_MS, outer }, work);
    } catch (error) {
      if (error instanceof SottoError && error.code !== 'deadline') throw error;
      throw copyUnavailable(error instanceof Faulted ? error.fault : faultOf(error), doing, at);
    }
  };

  const writing = (origin: string): Writing => {
    const known = logs.get(origin) ?? { end: null, doubts: [], last: Promise.resolve() };
    logs.set(origin, known);
    return known;
  };

  return {
    name: at.url,
    confirms: true,
    write: ({ origin, entries, note }, outer) =>
      asked('written', outer, (signal) => {
        const log = writing(origin);
        const lines = [...entries.map(entryLine), ...(note === null ? [] : [noteLine(note)])];
        const mine = log.last.then(async () => {
          if (signal.aborted) throw new Faulted(faultOf({ name: 'AbortError' }));
          await writeLines(log, origin, lines, signal);
        });
        log.last = mine.catch(() => undefined);
        return mine;
      }),
    breaks: () => 0,
    onlyThere: (origin) =>
      asked('read', undefined, async (signal) => {
        const names = await tried(() => container.names(`${origin}/`, signal));
        if ('fault' in names) throw new Faulted(names.fault);
        let text = '';
        // Of the last two days, the newest of it: what was recorded there is brought into the log as soon as that is back.
        for (const name of names.value.slice(-2)) {
          const seen = await tried(() => container.look(name, signal));
          if ('fault' in seen) throw new Faulted(seen.fault);
          if (seen.value.end === 0) continue;
          const from = Math.max(0, seen.value.end - TAIL_BYTES);
          const read = await tried(() => container.read({ name, from, most: TAIL_BYTES }, signal));
          if ('fault' in read) throw new Faulted(read.fault);
          text += read.value.toString('utf8');
        }
        return onlyInCopy(text);
      }),
    keeps: () =>
      asked('read', undefined, async (signal) => {
        const kept = await tried(() => container.retains(signal));
        if ('fault' in kept) throw new Faulted(kept.fault);
        return kept.value;
      }),
    close: async () => true,
  };
};

/** A fault on its way to whoever may try again. */
class Faulted extends Error {
  readonly fault: BlobFault;

  constructor(fault: BlobFault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** Asked of again at once: where it goes on is only to be looked at. */
const MOVED: BlobFault = { ...faultOf({ statusCode: 412 }), again: true };

/** As many of these lines as one block takes; at least one. */
const firstBlock = (lines: readonly string[]): readonly string[] => {
  let bytes = 0;
  const end = lines.findIndex((line, i) => {
    bytes += Buffer.byteLength(line);
    return i > 0 && bytes > BLOCK_BYTES;
  });
  return end === -1 ? lines : lines.slice(0, end);
};
