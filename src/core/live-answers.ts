/**
 * Somebody's answers that still stand in a chat and leave: found by the keyed hash that each carries, among all that must leave. Going
 * through all of it costs, so one walk serves everybody who looks within a moment, and walks take a twentieth of the time at most.
 */
import { askedAt, isAnswer, wantedOf } from './about.ts';
import { pagesOf } from './pages.ts';
import type { Clock, Pending, Sealer, Store } from './ports.ts';
import { type MessageRef, VIEW_CHANNEL } from './types.ts';

const PAGE = 500;

/** Of one walk. Beyond it nothing is said of anybody's: half of a list would be read as all of it. */
const MOST_PAGES = 2_000;

/** A walk is good for so long at least, ms, and for so many times as long as it took. */
const GOOD_MS = 100;
const GOOD_TIMES = 20;

export interface LiveAnswer {
  readonly ref: MessageRef;
  readonly about: string;
  /** ms since the epoch, to the second. */
  readonly askedAt: number;
  readonly removeAt: number;
  /** See `Leaving`. */
  readonly again: string | null;
}

export interface LiveAnswers {
  /** Theirs, what leaves first first; null: there is too much to go through. `person`: directory id. `anew`: as it stands now. */
  of(person: string, o?: { readonly anew: boolean }): Promise<readonly LiveAnswer[] | null>;
}

interface Walk {
  /** By the hash of the person that each carries. */
  readonly byPerson: ReadonlyMap<string, readonly LiveAnswer[]> | null;
  readonly goodUntil: number;
}

/** The part of `About` that says whose it is, which comes first. */
const PERSON_WIDTH = 6;

export const createLiveAnswers = (o: {
  readonly store: Pick<Store, 'expiries'>;
  readonly sealer: Pick<Sealer, 'fingerprints'>;
  readonly clock: Pick<Clock, 'now'>;
}): LiveAnswers => {
  let last: Promise<Walk> | null = null;
  let goodUntil = Number.NEGATIVE_INFINITY;

  const walk = async (): Promise<Walk> => {
    const begun = o.clock.now();
    const byPerson = new Map<string, LiveAnswer[]>();
    let seen = 0;
    for await (const pending of pagesOf(async (cursor) => {
      const { removals: items, cursor: next } = await o.store.expiries.scan({ cursor, limit: PAGE });
      return { items, cursor: next };
    })) {
      seen += 1;
      if (seen > PAGE * MOST_PAGES) return { byPerson: null, goodUntil: goodFrom(begun) };
      const answer = liveOf(pending);
      if (answer === null) continue;
      const whose = answer.about.slice(0, PERSON_WIDTH);
      const theirs = byPerson.get(whose);
      if (theirs === undefined) byPerson.set(whose, [answer]);
      else theirs.push(answer);
    }
    return { byPerson, goodUntil: goodFrom(begun) };
  };
  const goodFrom = (begun: number): number => {
    const now = o.clock.now();
    return now + Math.max(GOOD_MS, (now - begun) * GOOD_TIMES);
  };
  const walked = (anew: boolean): Promise<Walk> => {
    const now = o.clock.now();
    if (last !== null && !anew && now < goodUntil) return last;
    // Until it has ended it serves everybody who comes meanwhile.
    goodUntil = Number.POSITIVE_INFINITY;
    const going = walk();
    last = going;
    going.then(
      (done) => {
        if (last === going) goodUntil = done.goodUntil;
      },
      () => {
        if (last === going) [last, goodUntil] = [null, Number.NEGATIVE_INFINITY];
      },
    );
    return going;
  };

  return {
    of: async (person, { anew } = { anew: false }) => {
      const { byPerson } = await walked(anew);
      if (byPerson === null) return null;
      const hashes = wantedOf(o.sealer, { person }).person ?? new Set<string>();
      const theirs = [...hashes].flatMap((hash) => byPerson.get(hash) ?? []);
      return theirs.toSorted((a, b) => a.removeAt - b.removeAt);
    },
  };
};

/** Null: it stays, tells nothing, is no answer, or stands in a window, which whoever looks at it closes. */
const liveOf = ({ ref, about, removeAt, then, again }: Pending): LiveAnswer | null =>
  about === null || then !== 'remove' || !isAnswer(about) || ref.channel === VIEW_CHANNEL
    ? null
    : { ref, about, askedAt: askedAt(about), removeAt, again };
