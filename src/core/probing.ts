/**
 * Somebody who keeps asking what is refused to them. Each conversation slows down by what it remembers itself; over all
 * conversations of a person it is counted here, and above a limit told: on record, as a figure, in the log, and to the security
 * contact, once per person and day and without a word of what was asked. Refusals on a guard's suspicion alone are none.
 */
import { plainCard } from './answer.ts';
import { codeOf } from './errors.ts';
import { repliesIn } from './replies/replies.ts';
import { type ConversationState, refusals, STATE_WINDOW_MS } from './state.ts';
import { packParts } from './stored.ts';
import { tell } from './tell.ts';
import type { World } from './world.ts';

/** From so many refusals in an hour on, the next question waits. */
export const SLOW_FROM = 5;

/** The wait after the fifth, ms; twice as long with each further one, up to the most. */
const FIRST_WAIT_MS = 5_000;
const MOST_WAIT_MS = 5 * 60_000;

/** So many refusals of one person in an hour are told. */
export const TOLD_FROM = 10;

/** People whose refusals are remembered here in detail; the longest unheard of is forgotten. */
const MOST_PEOPLE = 10_000;
const MOST_TIMES = 32;

/**
 * Seconds until the next question of this conversation is looked at; null: it may be asked. What is turned away for it is no refusal,
 * so that asking on does not lengthen it. A state that cannot be read slows nobody: rules that count refusals refuse then.
 */
export const slowedSeconds = (state: ConversationState, now: number): number | null => {
  const { count, last } = refusals(state, now);
  if (count < SLOW_FROM || last === null) return null;
  const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - SLOW_FROM));
  // Another machine's clock may be ahead of ours.
  const left = Math.min(wait, last + wait - now);
  return left > 0 ? Math.ceil(left / 1_000) : null;
};

/** What a refusal spoke of. Null: nothing was judged. */
export const spokenOf = (
  judgement: { readonly refusedTopic: string | null; readonly topics: readonly string[] } | null,
): readonly string[] => {
  if (judgement === null) return [];
  return judgement.refusedTopic === null ? judgement.topics : [judgement.refusedTopic];
};

export interface Refused {
  /** Directory id. */
  readonly person: string;
  /** What the refusal spoke of. */
  readonly topics: readonly string[];
  /** As the conversation is remembered with this refusal; null: what it remembers are not all refusals that count, or not this one (a view's). */
  readonly state: ConversationState | null;
}

export interface Probing {
  /** A refusal that counts, once for each question. At once, and never throws. */
  refused(o: Refused): void;
  /** Resolves once what was begun is over, and no later than after `graceMs`. */
  settled(o: { readonly graceMs: number }): Promise<void>;
}

interface Seen {
  readonly at: number;
  readonly topics: readonly string[];
}

export const createProbing = (
  world: Pick<
    World,
    | 'audit'
    | 'catalogue'
    | 'clock'
    | 'directory'
    | 'log'
    | 'metrics'
    | 'names'
    | 'platforms'
    | 'random'
    | 'sealer'
    | 'securityContact'
    | 'store'
    | 'unfenced'
  >,
): Probing => {
  const { clock, log, sealer } = world;
  const byPerson = new Map<string, readonly Seen[]>();
  /** Whom it was told of here, and on which day. */
  const raised = new Map<string, string>();
  const inFlight = new Set<Promise<void>>();

  const remember = (key: string, seen: Seen): readonly Seen[] => {
    const recent = (byPerson.get(key) ?? []).filter(({ at }) => at > seen.at - STATE_WINDOW_MS);
    const all = [...recent, seen].slice(-MOST_TIMES);
    byPerson.delete(key);
    byPerson.set(key, all);
    const [oldest] = byPerson.keys();
    if (byPerson.size > MOST_PEOPLE && oldest !== undefined) {
      byPerson.delete(oldest);
      raised.delete(oldest);
    }
    return all;
  };

  const raise = async (
    o: { readonly person: string; readonly key: string; readonly day: string },
    found: { readonly refusals: number; readonly since: number; readonly topics: readonly string[] },
  ): Promise<void> => {
    const { securityContact: contact } = world;
    world.metrics.count('probing');
    log.warn('probing', { id: o.key, count: found.refusals });
    try {
      await world.audit.append({
        kind: 'probing',
        at: clock.now(),
        person: o.key,
        name: await world.names.of({ person: o.person, purpose: 'asker' }),
        topics: found.topics,
        refusals: found.refusals,
        since: found.since,
        contact: contact === null ? null : sealer.fingerprint(contact),
        contactName: contact === null ? null : await world.names.of({ person: contact, purpose: 'officer' }),
      });
    } catch (error) {
      log.error('probing.not-recorded', { id: o.key, code: codeOf(error) });
      // No record, no word of it to anybody. The next refusal tries both again.
      raised.delete(o.key);
      return;
    }
    if (contact === null) return;
    await tell(world, {
      people: [contact],
      key: packParts(['probing', o.person, o.day]),
      card: ({ person: { locale } }) =>
        plainCard(
          repliesIn(locale).probing({
            person: o.person,
            refusals: found.refusals,
            since: found.since,
            topics: found.topics.map((id) => world.catalogue.topics.get(id)?.title[locale] ?? id),
          }),
        ),
    });
  };

  return {
    refused: ({ person, topics, state }) => {
      try {
        const now = clock.now();
        const key = sealer.fingerprint(person);
        const seen = remember(key, { at: now, topics });
        const shared = world.store.counters.share({ key: `probing:${key}`, windowMs: STATE_WINDOW_MS, now });
        const here = state === null ? { count: 0, since: null } : refusals(state, now);
        const count = Math.max(shared, seen.length, here.count);
        const day = new Date(now).toISOString().slice(0, 10);
        if (count < TOLD_FROM || raised.get(key) === day) return;
        raised.set(key, day);
        const found = {
          refusals: count,
          since: Math.min(here.since ?? now, ...seen.map(({ at }) => at)),
          topics: [...new Set(seen.flatMap((each) => each.topics))],
        };
        const raising = raise({ person, key, day }, found).finally(() => inFlight.delete(raising));
        inFlight.add(raising);
      } catch (error) {
        log.error('probing.failed', { code: codeOf(error) });
      }
    },
    settled: async ({ graceMs }) => {
      const cut = new AbortController();
      await Promise.race([Promise.allSettled(inFlight), clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
  };
};
