/** Gives the lines that were asked for, once the running Sotto gave its word, and puts on record how far that came. */
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { createSelection } from '../../core/audit-selection.ts';
import { SottoError } from '../../core/errors.ts';
import type { OrderOf, Receipt } from '../../core/orders/types.ts';
import { count } from '../../core/orders/words.ts';
import { VERSION } from '../../main.ts';
import { askRunning } from '../order.ts';
import { type Cursor, type Kept, passing } from './export-cursor.ts';
import { linesOf } from './export-line.ts';
import { openingNames } from './export-names.ts';
import type { Lines } from './export-out.ts';
import { learnFrom, nextOf, type Taken, takeOnce } from './export-take.ts';
import { auditFolder, logsOnRecord } from './logs.ts';

/** What the running Sotto gives with its word. */
export const mayShape = z.object({
  ticket: z.string(),
  fingerprints: z.array(z.string()).nullable(),
  standing: z.number().nullable(),
});

export type May = z.infer<typeof mayShape>;

const LOOK_EVERY_MS = 1_000;

/** In a row, in vain: a Sotto that is being restarted is waited for, ms. */
const AWAY_MS = 10 * 60_000;

const noteEnd = async (may: May, change: 'done' | 'failed', { entries, ranges }: Taken): Promise<boolean> => {
  try {
    const { noted } = await askRunning({
      method: 'POST',
      path: '/audit-export/end',
      body: {
        ticket: may.ticket,
        change,
        entries,
        origins: [...ranges].map(([origin, range]) => ({ origin, ...range })),
      },
      shape: z.object({ noted: z.boolean() }),
    });
    return noted;
  } catch {
    return false;
  }
};

/** Gives the lines, and says how far that came. Never rejects. */
export const taking = async (o: {
  readonly order: OrderOf<'audit-export'>;
  readonly folder: string;
  readonly may: May;
  readonly lines: Lines;
  readonly to: string | null;
  readonly follow: boolean;
  readonly kept: Kept | null;
  readonly before: Cursor | null;
  readonly proved: boolean;
}): Promise<Receipt> => {
  const { order, folder, may, lines, kept, follow } = o;
  const { origin, format } = order;
  const selection = createSelection({ ...order, fingerprints: may.fingerprints });
  const stop = new AbortController();
  const stopping = (): void => stop.abort();
  for (const signal of SIGNALS) process.on(signal, stopping);
  const host = hostname();
  const namesOf = order.names ? openingNames(may.ticket) : null;
  let next: ReadonlyMap<string, number> = new Map(Object.entries(o.before?.next ?? {}));
  let taken: Taken = { entries: 0, ranges: new Map(), missing: 0, leftOut: [] };
  let failure: string | null = null;
  const out = {
    give: async (each: { entry: Readonly<Record<string, unknown>>; origin: string; index: number }) => {
      const names = namesOf === null ? {} : { names: await namesOf(each.entry) };
      for (const line of linesOf({ ...each, ...names, format, version: VERSION, hostname: host }))
        await lines.write(line);
    },
    passed: passing({ lines, kept, ticket: may.ticket }),
  };
  try {
    let onRecord = await recorded(stop.signal);
    await learnFrom({ folder, onRecord, selection });
    // That it may go on is kept although nothing was there to give.
    await out.passed(next);
    for (;;) {
      taken = await takeOnce({ folder, onRecord, origin, next, selection, out, signal: stop.signal, before: taken });
      next = nextOf(taken, next);
      if (!follow || stop.signal.aborted || Date.now() >= (may.standing ?? 0)) break;
      await pause(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      onRecord = await recorded(stop.signal);
    }
  } catch (error) {
    failure = error instanceof SottoError ? error.message : 'It could not be read, or nobody took what was given.';
  } finally {
    for (const signal of SIGNALS) process.off(signal, stopping);
  }
  const noted = await noteEnd(may, failure === null ? 'done' : 'failed', taken);
  const whole = failure === null && taken.leftOut.length === 0 && !selection.forgets();
  return {
    ok: whole,
    says: [
      ...(failure === null ? [] : [failure]),
      `${count(taken.entries, 'entry', 'entries')} of ${count(taken.ranges.size, 'log')} given${o.to === null ? '' : `, in ${o.to}, readable by you alone`}.`,
      ...(taken.missing === 0
        ? []
        : [
            `${count(taken.missing, 'entry', 'entries')} are not there any more: their time was over, or they were lost. "sotto audit verify" tells which.`,
          ]),
      ...(taken.leftOut.length === 0
        ? []
        : [
            `Left out: ${taken.leftOut.join(', ')}. The running Sotto has them on no record, or as shorter than they were: "sotto audit verify" says more.`,
          ]),
      ...(selection.forgets()
        ? ['There were so many questions that what followed from the oldest may be missing.']
        : []),
      o.proved
        ? 'The logs were proved before.'
        : 'Nothing was proved of what was given: "sotto audit verify" does that, or --verify.',
      noted ? 'That it ended is on record.' : 'That it ended could not be put on record; that it began is.',
    ],
    data: {
      entries: taken.entries,
      origins: [...taken.ranges].map(([name, range]) => ({ origin: name, ...range })),
      missing: taken.missing,
      leftOut: [...taken.leftOut],
      ...(o.to === null ? {} : { file: o.to }),
    },
  };
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How much of each log is on stable storage, as the running Sotto knows it. Waits for one that is away; rejects where it stays away. */
const recorded = async (signal: AbortSignal) => {
  const { data } = auditFolder();
  const since = Date.now();
  for (;;) {
    const logs = await logsOnRecord(data);
    if (logs !== null) return logs;
    if (signal.aborted || Date.now() - since > AWAY_MS)
      throw new SottoError(
        'usage',
        'The running Sotto does not answer any more, so it is not known what is on record.',
      );
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
};
