/**
 * A foreign model beside the own recogniser. It may only name an intent of the catalogue. What the own guards suspect stays suspected
 * whatever it says, and so does the topic of what the own recogniser heard: nothing can be talked away, only added.
 */
import type { Clock, Log, Metrics, Named, Namer, Recogniser } from '../ports.ts';
import type { Catalogue, Recognition } from '../types.ts';

/** So long a question waits for the foreign model; a person notices half a second. */
export const NAMER_DEADLINE_MS = 300;
/** A model that hangs and heeds no signal is not asked more than this at once. */
const MOST_AT_ONCE = 50;
/** A longer text is not shown to it: what it costs is its owner's to pay. */
const MOST_CHARACTERS = 4_000;
const MOST_RANKED = 5;
/** All that a text asks by the own recogniser: its intent and what is asked besides. */
const MOST_BESIDE = 4;
/** It is said in the log at most so often that it fails. */
const SAY_EVERY_MS = 60_000;

/** Why the own answer stands. */
type Nothing = 'none' | 'doubted' | 'stranger' | 'malformed' | 'failed' | 'late' | 'busy' | 'long';

type Heard =
  | { readonly ok: true; readonly intent: string; readonly confidence: number | null }
  | { readonly ok: false; readonly why: Nothing };

/** Reads each property once, whatever it is an object of. Throws where a getter does. */
const heardIn = (answer: unknown, intents: ReadonlySet<string>): Heard => {
  if (typeof answer !== 'object' || answer === null) return { ok: false, why: 'malformed' };
  const { intent, confidence } = answer as Partial<Record<keyof Named, unknown>>;
  if (intent === null) return { ok: false, why: 'none' };
  if (typeof intent !== 'string') return { ok: false, why: 'malformed' };
  const isShare = typeof confidence === 'number' && confidence >= 0 && confidence <= 1;
  if (confidence !== undefined && !isShare) return { ok: false, why: 'malformed' };
  if (!intents.has(intent)) return { ok: false, why: 'stranger' };
  return { ok: true, intent, confidence: isShare ? confidence : null };
};

const together = (
  own: Recognition,
  named: Extract<Heard, { ok: true }>,
  topicOf: (intent: string) => string | null,
): Recognition => {
  const { intent } = named;
  const confidence = named.confidence ?? 1;
  if (intent === own.intent) return { ...own, confidence: Math.max(own.confidence, confidence) };
  const topic = topicOf(intent);
  // What was heard here of another topic stays in: as a suspicion, which its rules judge first.
  const heard = own.intent === null ? null : topicOf(own.intent);
  const topics = heard === null || heard === topic || own.topics.includes(heard) ? own.topics : [...own.topics, heard];
  const ranking = [intent, ...own.ranking.filter((id) => id !== intent)].slice(0, MOST_RANKED);
  // And it is judged beside, where its own rules are the stricter ones: another intent of the same topic is no way out of them.
  const also = [...(own.intent === null ? [] : [own.intent]), ...own.also]
    .filter((id) => id !== intent)
    .slice(0, MOST_BESIDE);
  return { ...own, intent, best: intent, confidence, topics, ranking, also, own };
};

/** What a guard doubts, and for that was not recognised, is answered as nothing of another topic, whoever names it. */
const kept = ({ doubted = [] }: Recognition, heard: Heard, topicOf: (intent: string) => string | null): Heard => {
  const topic = heard.ok ? topicOf(heard.intent) : null;
  return heard.ok && doubted.some((each) => each !== topic) ? { ok: false, why: 'doubted' } : heard;
};

/** Asks both; refuses nothing and never throws for the foreign one's sake. */
export const withNamer = (o: {
  readonly own: Recogniser;
  readonly namer: Namer;
  readonly catalogue: Pick<Catalogue, 'intents'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly deadlineMs?: number;
}): Recogniser => {
  const { own, namer, catalogue, clock, deadlineMs = NAMER_DEADLINE_MS } = o;
  const ids = new Set(catalogue.intents.keys());
  const topicOf = (intent: string): string | null => catalogue.intents.get(intent)?.topic ?? null;
  let underWay = 0;
  let saidAt = Number.NEGATIVE_INFINITY;

  const ask = async (asked: Omit<Parameters<Namer['name']>[0], 'intents' | 'signal'>): Promise<Heard> => {
    if (asked.text.length > MOST_CHARACTERS) return { ok: false, why: 'long' };
    if (underWay >= MOST_AT_ONCE) return { ok: false, why: 'busy' };
    underWay += 1;
    const ending = new AbortController();
    const answered = (async (): Promise<Heard> => {
      try {
        // A list of its own: what it does to that one is its own affair.
        return heardIn(await namer.name({ ...asked, intents: [...ids], signal: ending.signal }), ids);
      } catch {
        return { ok: false, why: 'failed' };
      } finally {
        underWay -= 1;
      }
    })();
    const late = clock.sleep(deadlineMs, ending.signal).then((): Heard => ({ ok: false, why: 'late' }));
    try {
      return await Promise.race([answered, late]);
    } finally {
      ending.abort();
    }
  };

  const say = (code: Nothing): void => {
    const now = clock.now();
    if (code === 'none' || code === 'doubted' || code === 'long' || now - saidAt < SAY_EVERY_MS) return;
    saidAt = now;
    o.log.warn('namer.not-heard', { code });
  };

  return {
    ...own,
    recognise: async ({ text, locale }) => {
      const mine = await own.recognise({ text, locale });
      const heard = kept(mine, await ask({ text, locale, suspected: [...mine.topics] }), topicOf);
      const outcome = heard.ok ? (heard.intent === mine.intent ? 'agreed' : 'named') : heard.why;
      o.metrics.count('namings', { outcome });
      if (heard.ok) return together(mine, heard, topicOf);
      say(heard.why);
      return mine;
    },
  };
};
