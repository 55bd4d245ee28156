/**
 * Keeps what was judged for thirty days, without a word of it: what HR's changes are tried out on before they are published. It
 * comes after the record that counts (the audit log's) and behind the question: nothing waits for it, and where the store fails
 * some of it is missing. No legal hold keeps it, for the audit log has every decision anyway.
 */
import { z } from 'zod';
import { codeOf } from './errors.ts';
import type { Judgement } from './judgement.ts';
import type { KeptDecision } from './ports.ts';
import type { RecordedQuestion } from './restricting-ports.ts';
import { decisionContext } from './sealing.ts';
import type { Verdict } from './types.ts';
import type { World } from './world.ts';

/** What was judged longer ago is shredded, ms. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

/** Between two batches, ms. */
const EVERY_MS = 1_000;

/** What was judged is in the store after so long, ms, where that can be reached. */
export const KEPT_WITHIN_MS = 2 * EVERY_MS;

/** Questions that wait to be kept; beyond them the oldest is dropped. */
const MOST_WAITING = 10_000;

/** Sealed and brought to the store at once. */
const BATCH = 250;

/** Opened at once; then others have a turn. */
const OPENED_AT_ONCE = 100;

/** Read from the store at once. */
const PAGE = 500;

/** Far beyond what a store holds of thirty days. */
const MOST_PAGES = 100_000;

/** Shredded in one round at most; the next comes a minute later. */
const SWEPT_AT_ONCE = 500;
const MOST_SWEEPS = 20;

/** A store that is away is not said of every second. */
const SAY_EVERY_MS = 60_000;

const names = z.array(z.string());

/** Read back as strictly as a foreign file. */
const shape: z.ZodType<RecordedQuestion> = z
  .strictObject({
    at: z.number(),
    person: z.string(),
    kind: z.enum(['employee', 'contractor', 'guest', 'external']),
    groups: names,
    country: z.string(),
    platform: z.enum(['slack', 'teams']),
    place: z.enum(['direct', 'group', 'channel', 'shared']),
    signInAgeMinutes: z.number().nullable(),
    denials: z.number(),
    asked: names,
    refused: names,
    intent: z.string().nullable(),
    about: z.enum(['self', 'report', 'other']).nullable(),
    suspected: names,
    verdict: z.enum(['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled']),
    nearest: z.string().nullable().optional(),
  })
  .transform(({ nearest, ...rest }) => (nearest === undefined ? rest : { ...rest, nearest }))
  .readonly();

export interface Judged {
  /** Of the question or press. Judged again, it counts once, as it was judged last if that comes soon. */
  readonly id: string;
  readonly judgement: Judgement;
  readonly verdict: Verdict;
}

export interface Recording {
  /** At once, and never throws. */
  keep(judged: Judged): void;
  start(): void;
  /** Brings what waits to the store, once more and no longer than `graceMs`. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createRecording = (o: {
  readonly store: Pick<World['store'], 'decisions'>;
  readonly sealer: World['sealer'];
  readonly clock: World['clock'];
  readonly log: World['log'];
  readonly metrics: World['metrics'];
  /** Those that rules may name: no others are kept. */
  readonly groups: ReadonlySet<string>;
}): Recording => {
  const { store, sealer, clock, log, metrics } = o;
  const waiting = new Map<string, RecordedQuestion>();
  const stopping = new AbortController();
  let saidAt = Number.NEGATIVE_INFINITY;
  let loop: Promise<void> = Promise.resolve();

  const drop = (id: string): void => {
    waiting.delete(id);
    metrics.count('decisions_dropped');
  };

  const sealed = ([id, question]: readonly [string, RecordedQuestion]): KeptDecision => ({
    id,
    at: question.at,
    owner: question.person,
    value: sealer.seal(decisionContext({ owner: question.person, id }), JSON.stringify(question)),
  });

  /** What could not be brought is brought with the next batch, before what came since. */
  const flush = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, BATCH);
      try {
        await store.decisions.add({ decisions: batch.map(sealed) });
      } catch (error) {
        const now = clock.now();
        if (now - saidAt >= SAY_EVERY_MS) {
          saidAt = now;
          log.warn('decisions.not-kept', { code: codeOf(error), count: waiting.size });
        }
        return;
      }
      // Judged again meanwhile, it is another value under the same id, which the store would not take.
      for (const [id] of batch) waiting.delete(id);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(EVERY_MS, stopping.signal);
      await flush();
    }
  };

  return {
    keep: ({ id, judgement, verdict }) => {
      try {
        waiting.delete(id);
        waiting.set(
          id,
          recorded({ judgement, verdict, person: sealer.fingerprint(judgement.request.person.id), ...o }),
        );
        const [oldest] = waiting.keys();
        if (waiting.size > MOST_WAITING && oldest !== undefined) drop(oldest);
      } catch (error) {
        metrics.count('decisions_dropped');
        log.error('decisions.not-kept', { code: codeOf(error) });
      }
    },
    start: () => {
      loop = run();
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      const last = loop.then(flush);
      await Promise.race([last, clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
  };
};

const recorded = (o: {
  readonly judgement: Judgement;
  readonly verdict: Verdict;
  readonly person: string;
  readonly groups: ReadonlySet<string>;
}): RecordedQuestion => {
  const { intent, relation, suspected, request } = o.judgement;
  const { person, platform, place, signInAgeMinutes, denials, asked, refused, now } = request;
  return {
    at: now,
    person: o.person,
    kind: person.kind,
    groups: person.groups.filter((group) => o.groups.has(group)),
    country: person.country,
    platform,
    place,
    signInAgeMinutes,
    denials,
    asked,
    refused,
    intent: intent?.id ?? null,
    about: relation,
    suspected,
    verdict: o.verdict,
    ...(o.verdict === 'unknown' ? { nearest: o.judgement.nearest } : {}),
  };
};

/**
 * What was judged since then, as far as it opens: a data key that is gone takes what was sealed with it along. In no order, some
 * hundred at a time, with a turn for everybody else between. Refuses as the store does.
 */
export async function* recordedQuestions(
  world: Pick<World, 'store' | 'sealer' | 'clock' | 'log'>,
  { since }: { readonly since: number },
): AsyncGenerator<readonly RecordedQuestion[]> {
  let unread = 0;
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const got: Awaited<ReturnType<World['store']['decisions']['scan']>> = await world.store.decisions.scan({
      since,
      cursor,
      limit: PAGE,
    });
    for (let from = 0; from < got.decisions.length; from += OPENED_AT_ONCE) {
      const some = got.decisions.slice(from, from + OPENED_AT_ONCE);
      const questions = some.flatMap((kept) => opened(world, kept) ?? []);
      unread += some.length - questions.length;
      if (questions.length > 0) yield questions;
      await world.clock.sleep(1);
    }
    if (got.cursor === null) break;
    cursor = got.cursor;
  }
  if (unread > 0) world.log.warn('decisions.unreadable', { count: unread });
}

const opened = (world: Pick<World, 'sealer'>, { id, owner, value }: KeptDecision): RecordedQuestion | null => {
  const plain = world.sealer.open(decisionContext({ owner, id }), value);
  if (plain === null) return null;
  try {
    return shape.parse(JSON.parse(plain));
  } catch {
    return null;
  }
};

/** Shreds what has had its thirty days, a bounded part of it. */
export const sweepDecisions = async (world: Pick<World, 'store' | 'clock'>): Promise<void> => {
  const before = world.clock.now() - KEPT_MS;
  for (let round = 0; round < MOST_SWEEPS; round++) {
    if ((await world.store.decisions.sweep({ before, limit: SWEPT_AT_ONCE })) < SWEPT_AT_ONCE) return;
  }
};
