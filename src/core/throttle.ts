/**
 * Step 5: how much one person and one tenant may ask; counted in trip 1. Step 7: how much of that may be about one topic,
 * which is known only by then; counted in shares. So neither costs a trip of its own.
 */
import { isOutsider, type Judgement } from './judgement.ts';
import type { Count } from './ports.ts';
import type { Person, Topic } from './types.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;

/** Generous for a person, hopeless for a script. */
export const PERSON_PER_MINUTE = 60;
export const TENANT_PER_MINUTE = 3_000;

/** What trip 1 counts for an account. */
export const countsOf = (o: { readonly account: string; readonly tenant: string }): readonly Count[] => [
  { name: 'person', key: `ask:person:${o.account}`, windowMs: MINUTE_MS },
  { name: 'tenant', key: `ask:tenant:${o.tenant}`, windowMs: MINUTE_MS },
];

/** A count that is missing is over the limit: what was not counted is not let through. */
type Counts = Readonly<Record<string, number>>;

/** Whether the account itself asks too much, whatever everybody else does. */
export const asksTooMuch = (counts: Counts): boolean =>
  (counts['person'] ?? Number.POSITIVE_INFINITY) > PERSON_PER_MINUTE;

/** Seconds to wait, or null where there is room. */
export const throttled = (counts: Counts): number | null => {
  const tenant = counts['tenant'] ?? Number.POSITIVE_INFINITY;
  return asksTooMuch(counts) || tenant > TENANT_PER_MINUTE ? MINUTE_MS / 1000 : null;
};

/** A tenant may ask about one topic what so many people may ask at once. */
export const PEOPLE_PER_TENANT = 80;

/** Seconds to wait before one asks about a topic again. */
export const TOPIC_WAIT_SECONDS = MINUTE_MS / 1000;

/**
 * Whether this is too much about its topic, answered or refused: who asks the same again and again is guessing. Counted
 * once for each topic that one question is found to be about, however often it is judged. Under which key is nobody's
 * business, so it is hashed.
 */
export const topicThrottle = (
  world: Pick<World, 'catalogue' | 'sealer' | 'clock' | 'store'>,
): ((o: { readonly judgement: Judgement; readonly person: Person; readonly tenant: string }) => Topic | null) => {
  const counted = new Map<string, boolean>();
  const over = (who: string, { id }: Topic, most: number): boolean => {
    const key = `topic:${world.sealer.fingerprint(`${who}|${id}`)}`;
    return world.store.counters.share({ key, windowMs: MINUTE_MS, now: world.clock.now() }) > most;
  };
  return ({ judgement, person, tenant }) => {
    const id = judgement.refusedTopic ?? judgement.intent?.topic;
    const topic = id === undefined ? undefined : world.catalogue.topics.get(id);
    if (topic === undefined) return null;
    // To guests and people of other companies every no is the same no.
    if (isOutsider(person) && judgement.verdict !== 'answer') return null;
    const before = counted.get(topic.id);
    const { mostPerMinute: most } = topic;
    const tooMuch =
      before ??
      [over(`person:${person.id}`, topic, most), over(`tenant:${tenant}`, topic, most * PEOPLE_PER_TENANT)].includes(
        true,
      );
    counted.set(topic.id, tooMuch);
    return tooMuch ? topic : null;
  };
};
