/**
 * What people asked in the last month and was not recognised, as counts only: by the topic that it was closest to, and by week. No words
 * are there to be counted, and nobody is: a row of fewer than five people is left out, and numbers are rounded down to fives, so that no
 * difference of two rows is about somebody. Nor is one of two times: they change at midnight only, or a row that is looked at again and
 * again would say when somebody asked. And no row says that everybody did: five of those who asked anything are always left out of it.
 */
import { recordedQuestions } from './recording.ts';
import type { World } from './world.ts';

/** Of a row that is shown, at least so many people, and at least so many are not said to be in it; and what its numbers are rounded down to. */
const FEWEST = 5;

const DAY_MS = 24 * 60 * 60_000;
/** Whole days, one less than what they are counted from is kept for: the same all day long. */
const WITHIN_MS = 29 * DAY_MS;
/** The first Monday of the epoch, from which weeks are counted, UTC. */
const MONDAY_MS = 4 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;

export interface UnmetRow {
  /** Rounded down to fives. */
  readonly questions: number;
  readonly people: number;
}

export interface Unmet {
  /** Midnights, UTC; `until` is the last one. */
  readonly since: number;
  readonly until: number;
  /** The most asked first. `topic`: null where none was close. */
  readonly topics: readonly (UnmetRow & { readonly topic: string | null })[];
  /** `from`: its Monday, UTC, ms since the epoch. The latest first. */
  readonly weeks: readonly (UnmetRow & { readonly from: number })[];
  /** Some of it is left out: rows of too few people. */
  readonly withheld: boolean;
}

interface Gathered {
  questions: number;
  readonly people: Set<string>;
}

const gather = <K>(into: Map<K, Gathered>, key: K, person: string): void => {
  const row = into.get(key) ?? { questions: 0, people: new Set() };
  into.set(key, row);
  row.questions += 1;
  row.people.add(person);
};

const floored = (count: number): number => count - (count % FEWEST);

/** `asking`: how many people asked anything at all. */
const shownOf = <K>(rows: ReadonlyMap<K, Gathered>, asking: number): readonly (UnmetRow & { readonly key: K })[] =>
  [...rows].flatMap(([key, { questions, people }]) => {
    const said = floored(Math.min(people.size, asking - FEWEST));
    return said < FEWEST ? [] : [{ key, questions: floored(questions), people: said }];
  });

/** Goes through all that was recorded, with turns for everybody else between. Refuses as the store does. */
export const unmetNeeds = async (
  world: Pick<World, 'store' | 'sealer' | 'clock' | 'log' | 'catalogue'>,
): Promise<Unmet> => {
  const now = world.clock.now();
  const until = now - (now % DAY_MS);
  const since = until - WITHIN_MS;
  const topics = new Map<string | null, Gathered>();
  const weeks = new Map<number, Gathered>();
  const asking = new Set<string>();
  for await (const questions of recordedQuestions(world, { since })) {
    for (const { verdict, nearest = null, at, person } of questions) {
      if (at < since || at >= until) continue;
      asking.add(person);
      if (verdict !== 'unknown') continue;
      // A topic that the pack has no more is no topic to look into.
      gather(topics, nearest !== null && world.catalogue.topics.has(nearest) ? nearest : null, person);
      gather(weeks, at - ((at - MONDAY_MS) % WEEK_MS), person);
    }
  }
  const byTopic = shownOf(topics, asking.size);
  const byWeek = shownOf(weeks, asking.size);
  return {
    since,
    until,
    topics: byTopic
      .map(({ key: topic, ...row }) => ({ topic, ...row }))
      .toSorted((a, b) => b.questions - a.questions || (`${a.topic}` < `${b.topic}` ? -1 : 1)),
    weeks: byWeek.map(({ key: from, ...row }) => ({ from, ...row })).toSorted((a, b) => b.from - a.from),
    withheld: byTopic.length < topics.size || byWeek.length < weeks.size,
  };
};
