/**
 * HR is warned before a restriction lapses by itself: a week before, and a day before; once each, whatever process sees it first. And
 * whoever has not heard of a suspension hears of it here.
 */
import { codeOf } from '../errors.ts';
import type { Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { MOST_HOURS } from './changing.ts';
import { versions } from './history.ts';
import { sentenceOf } from './meaning.ts';
import { noteRestriction } from './note.ts';
import { tellBroken, tellLapsing } from './telling.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** So long before its end, ms; the last one that has come is said. */
const BEFORE_MS = [7 * DAY_MS, DAY_MS] as const;

const LOOK_EVERY_MS = 10 * 60_000;

/** A mark is looked at again within its own time before the end, so it must be known for as long, ms. */
const MARK_MS = 8 * DAY_MS;

/** What this process has said already; the store knows what all have. A bound for the memory, not for the warnings. */
const MOST_REMEMBERED = 1_000;

export interface Lapsing {
  start(): void;
  stop(): Promise<void>;
}

export const createLapsing = (world: World): Lapsing => {
  const stopping = new AbortController();
  const said = new Set<string>();
  let loop: Promise<void> = Promise.resolve();
  const failed = (error: unknown): void => world.log.error('lapses.failed', { code: codeOf(error) });
  return {
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await tellOfSuspensions(world).catch(failed);
          await warnOfLapses(world, said).catch(failed);
          await world.clock.sleep(LOOK_EVERY_MS, stopping.signal);
        }
      })();
    },
    stop: () => {
      stopping.abort();
      return loop;
    },
  };
};

/** Whoever broke the glass is told of by the process that put it in force; where that ended in this moment, by whichever looks next. */
export const tellOfSuspensions = async (world: World): Promise<void> => {
  const since = world.clock.now() - MOST_HOURS * HOUR_MS;
  for await (const { change, detail } of versions(world)) {
    if (change.at < since) return;
    if (change.change !== 'suspended' || detail === null) continue;
    const { proposal, by, sentence, why } = detail;
    await tellBroken(world, { id: proposal, author: by, sentence, why });
  }
};

/** `said`: what was said before, which is added to. */
export const warnOfLapses = async (world: World, said: Set<string>): Promise<void> => {
  const { restrictions } = await world.store.restrictions.current();
  for (const restriction of restrictions) {
    const due = dueOf(restriction, world.clock.now());
    if (due === null || said.has(due.key)) continue;
    await warn(world, restriction, due);
    if (said.size >= MOST_REMEMBERED) said.clear();
    said.add(due.key);
  }
};

interface Due {
  readonly key: string;
  readonly beganAt: number;
  readonly until: string;
}

/** The latest warning whose time has come; null: none has, or it is over. */
const dueOf = ({ id, until }: Restriction, now: number): Due | null => {
  if (until === null) return null;
  const end = Date.parse(until);
  const before = BEFORE_MS.findLast((ms) => now >= end - ms);
  return before === undefined || now >= end
    ? null
    : { key: `lapse:${id}:${until}:${before / DAY_MS}`, beganAt: end - before, until };
};

const warn = async (world: World, restriction: Restriction, { key, beganAt, until }: Due): Promise<void> => {
  // Whoever published it with so little time left knows.
  if (await changedSince(world, restriction.id, beganAt)) return;
  const { id } = restriction;
  // Rather twice on record than not at all; nobody is told twice.
  const { counters } = world.store;
  const mark = { key: `restricting:${key}`, windowMs: MARK_MS };
  if ((await counters.read({ ...mark, now: world.clock.now() })) === 0) {
    await noteRestriction(world, { restriction: id, change: 'lapsing', by: null });
    await counters.add({ ...mark, now: world.clock.now() });
  }
  const sentence = await sentenceOf(world, {
    change: { kind: 'put', id },
    put: [restriction],
    remove: [],
    before: [restriction],
  });
  await tellLapsing(world, { id, sentence, until, key: `restricting:${key}` });
};

const MOST_LOOKED = 200;

const changedSince = async ({ store }: World, id: string, since: number): Promise<boolean> => {
  const page = await store.restrictions.changes({ before: null, limit: MOST_LOOKED });
  // Whoever suspends it thinks of something else than its end.
  return page.some((change) => change.id === id && change.at >= since && change.change !== 'suspended');
};
