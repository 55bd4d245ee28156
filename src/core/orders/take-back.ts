/**
 * Taking answers back before their time: their deadline becomes now, and the engine that removes what is due does the rest,
 * within the platform's budget. Nothing is left in their place: no button to ask again, no sentence that something was there.
 */
import { isAnswer, matches, type Wanted } from '../about.ts';
import { pagesOf } from '../pages.ts';
import type { Pending } from '../ports.ts';
import { leavingHeldBy, type StandingView } from '../standing.ts';
import { packRef } from '../stored.ts';
import type { World } from '../world.ts';

const MOST_LISTED = 500;

export interface TakenBack {
  /** By packed reference: what was found and is leaving now. */
  readonly leaving: ReadonlySet<string>;
  /** Of those, how many were on their way before. */
  readonly already: number;
  /** How many each hold keeps, by its id. */
  readonly held: ReadonlyMap<string, number>;
}

/** All that is pending, page by page. */
export const pendingOf = (world: World): AsyncGenerator<Pending> =>
  pagesOf(async (cursor) => {
    const { removals: items, cursor: next } = await world.store.expiries.scan({ cursor, limit: MOST_LISTED });
    return { items, cursor: next };
  });

/**
 * Once more on the same wanted ones adds what came since. `stands` is asked anew page by page: what is held while this goes on is left
 * alone from then on. `what`: answers alone, or also what
 * tells what was asked (a refusal, the message of a view's button). What tells nothing (an apology) is on no record and left alone.
 */
export const takeBack = async (
  world: World,
  wanted: Wanted,
  stands: () => Promise<StandingView>,
  what: 'answers' | 'all',
): Promise<TakenBack> => {
  const now = world.clock.now();
  const leaving = new Set<string>();
  const held = new Map<string, number>();
  let already = 0;
  let looked = 0;
  let standing = await stands();
  for await (const { ref, about, removeAt, then, leased } of pendingOf(world)) {
    looked += 1;
    if (looked % MOST_LISTED === 0) standing = await stands();
    if (about === null || !matches(about, wanted) || (what === 'answers' && !isAnswer(about))) continue;
    const hold = leavingHeldBy(standing, { ref, about });
    if (hold !== null) {
      held.set(hold, (held.get(hold) ?? 0) + 1);
      continue;
    }
    leaving.add(packRef(ref));
    if (then === 'remove' && (leased || removeAt <= now)) already += 1;
    else await world.store.expiries.schedule({ ref, removeAt: now, about, then: 'remove', again: null });
  }
  return { leaving, already, held };
};

/** How many of these are still there. */
export const stillThere = async (world: World, leaving: ReadonlySet<string>): Promise<number> => {
  if (leaving.size === 0) return 0;
  let count = 0;
  for await (const { ref } of pendingOf(world)) if (leaving.has(packRef(ref))) count += 1;
  return count;
};

/** Looks again until `done` says so, at most so often, with a second between. */
export const untilDone = async (world: World, times: number, done: () => Promise<boolean>): Promise<boolean> => {
  for (let look = 1; ; look++) {
    if (await done()) return true;
    if (look >= times) return false;
    await world.clock.sleep(1_000);
  }
};
