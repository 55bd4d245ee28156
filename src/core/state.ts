/** What a conversation remembers: what was decided, and no words. Sealed all the same; it is nobody's business. */
import { z } from 'zod';
import type { Relation, SlotValues, Verdict } from './types.ts';

/** Beyond them the oldest fades into what is kept of its topics; a refusal that still counts goes last. */
const MOST_TURNS = 20;

/**
 * What was asked is what "and last year?" goes on with for ten minutes, which is how long a view's button and a question that waits for
 * a sign-in stand: what is older belongs to another talk. So it is when more than two messages came between that were about nothing.
 */
const FOLLOW_MS = 10 * 60_000;
const FOLLOW_TURNS = 3;

/** Topics of faded turns; a pack has a handful. */
const MOST_FADED = 200;

/** What was asked and refused counts in a conversation for an hour. */
export const STATE_WINDOW_MS = 60 * 60_000;

/** Reported where the state cannot be read, or has room for no more of them: a rule that counts refusals must then refuse (policy requirement R19). */
export const DENIALS_UNREADABLE = 1_000;

const turn = z.strictObject({
  at: z.number(),
  verdict: z.enum(['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled']),
  intent: z.string().nullable(),
  topics: z.array(z.string()),
  about: z.enum(['self', 'report', 'other']).nullable(),
  suspicion: z.literal(true).optional(),
  refused: z.string().optional(),
  subject: z.string().optional(),
  slots: z.record(z.string(), z.string()).optional(),
  question: z.string().optional(),
});
const faded = z.strictObject({ topic: z.string(), asked: z.number(), refused: z.number().nullable() });
const shape = z.strictObject({
  startedAt: z.number(),
  turns: z.array(turn).max(MOST_TURNS),
  faded: z.array(faded).max(MOST_FADED).optional(),
  unreadableUntil: z.number().optional(),
});

export interface Turn {
  readonly at: number;
  readonly verdict: Verdict;
  readonly intent: string | null;
  readonly topics: readonly string[];
  readonly about: Relation | null;
  /** True: refused because a guard suspected a topic, and for nothing else. It counts against nobody. */
  readonly suspicion?: true;
  /** The topic that a refusal spoke of; absent: all of them. */
  readonly refused?: string;
  /** Directory id of whom it was about, and what it said of the intent's slots; forgotten with the first turn that finds it too old to go on with. */
  readonly subject?: string;
  readonly slots?: SlotValues;
  /** Id of a question that waits for a sign-in: it goes on with what it went on with then, whatever was asked meanwhile. */
  readonly question?: string;
}

/** What is left of turns that there is no room for: when a topic was asked about last, and when it was refused last. */
interface Faded {
  readonly topic: string;
  readonly asked: number;
  readonly refused: number | null;
}

export interface ConversationState {
  readonly startedAt: number;
  readonly turns: readonly Turn[];
  /** Absent: nothing had to fade. */
  readonly faded?: readonly Faded[];
  /** Set where a state was there and could not be read: for so long it counts as the worst that it may have held. */
  readonly unreadableUntil?: number;
}

export const freshState = (now: number): ConversationState => ({ startedAt: now, turns: [] });

type Parsed = z.infer<typeof turn>;

const parsedTurn = ({ suspicion, refused, subject, slots, question, ...others }: Parsed): Turn => ({
  ...others,
  ...(suspicion === undefined ? {} : { suspicion }),
  ...(refused === undefined ? {} : { refused }),
  ...(subject === undefined ? {} : { subject }),
  ...(slots === undefined ? {} : { slots }),
  ...(question === undefined ? {} : { question }),
});

/** Null in, fresh out; what does not parse is unreadable, which is not the same as new. */
export const parseState = (json: string | null, now: number): ConversationState => {
  const unreadable = { ...freshState(now), unreadableUntil: now + STATE_WINDOW_MS };
  if (json === null) return unreadable;
  try {
    const parsed = shape.parse(JSON.parse(json));
    return {
      startedAt: parsed.startedAt,
      turns: parsed.turns.map(parsedTurn),
      ...(parsed.faded === undefined ? {} : { faded: parsed.faded }),
      ...(parsed.unreadableUntil === undefined ? {} : { unreadableUntil: parsed.unreadableUntil }),
    };
  } catch {
    return unreadable;
  }
};

/** A turn as it is remembered. `judgement`: null where nothing was judged. `question`: its id, which is kept where it waits. */
export const turnOf = (o: {
  readonly question?: string;
  readonly at: number;
  readonly verdict: Verdict;
  readonly judgement: {
    readonly intent: { readonly id: string } | null;
    readonly topics: readonly string[];
    readonly about: Relation | null;
    readonly refusedTopic: string | null;
    readonly onSuspicion: boolean;
    readonly subject?: { readonly id: string } | null;
    readonly slots?: SlotValues;
  } | null;
}): Turn => {
  const { at, verdict, judgement } = o;
  if (judgement === null) return { at, verdict, intent: null, topics: [], about: null };
  const { intent, topics, about, refusedTopic, onSuspicion, subject = null, slots = {} } = judgement;
  const refused = verdict === 'refuse';
  return {
    at,
    verdict,
    intent: intent?.id ?? null,
    topics,
    about,
    ...(refused && onSuspicion ? { suspicion: true } : {}),
    ...(refused && refusedTopic !== null ? { refused: refusedTopic } : {}),
    ...(intent === null || subject === null ? {} : { subject: subject.id }),
    ...(Object.keys(slots).length === 0 ? {} : { slots }),
    ...(verdict === 'step-up' && o.question !== undefined ? { question: o.question } : {}),
  };
};

const isWithin = (at: number, now: number): boolean => at > now - STATE_WINDOW_MS;

/** A refusal by a rule, or of whom nobody vouches for; one on suspicion alone is none. */
const isCounted = ({ verdict, suspicion }: Turn): boolean => verdict === 'refuse' && suspicion !== true;

const refusedTopics = (turn: Turn): readonly string[] => {
  if (!isCounted(turn)) return [];
  return turn.refused === undefined ? turn.topics : [turn.refused];
};

const fade = (all: readonly Faded[], gone: Turn): readonly Faded[] => {
  const byTopic = new Map(all.map((each) => [each.topic, each]));
  const refused = new Set(refusedTopics(gone));
  for (const topic of new Set([...gone.topics, ...refused])) {
    const before = byTopic.get(topic) ?? { topic, asked: gone.at, refused: null };
    byTopic.set(topic, {
      topic,
      asked: Math.max(before.asked, gone.at),
      refused: refused.has(topic) ? Math.max(before.refused ?? gone.at, gone.at) : before.refused,
    });
  }
  return [...byTopic.values()].toSorted((a, b) => b.asked - a.asked).slice(0, MOST_FADED);
};

/** What can be gone on with no more: of whom it was and of when is forgotten first. */
const bare = ({ subject: _subject, slots: _slots, question: _question, ...turn }: Turn): Turn => turn;

const isNear = (at: number, now: number): boolean => at > now - FOLLOW_MS;

export const withTurn = (state: ConversationState, turn: Turn): ConversationState => {
  const all = [...state.turns, turn];
  const turns = all.map((each, at) =>
    isNear(each.at, turn.at) && (all.length - at <= FOLLOW_TURNS || each.question !== undefined) ? each : bare(each),
  );
  let left = state.faded ?? [];
  while (turns.length > MOST_TURNS) {
    const spare = turns.findIndex((each) => !isCounted(each) || !isWithin(each.at, turn.at));
    for (const gone of turns.splice(Math.max(0, spare), 1)) left = fade(left, gone);
  }
  return { ...state, turns, ...(left.length === 0 ? {} : { faded: left }) };
};

/** Every topic of which it still says that it came up, however long ago: what holds and exports go by. */
export const topicsOf = ({ turns, faded = [] }: ConversationState): readonly string[] => [
  ...new Set([...turns.flatMap(({ topics }) => topics), ...faded.map(({ topic }) => topic)]),
];

export const written = (state: ConversationState): string => JSON.stringify(state);

/**
 * What a question without words of its own goes on with; null: nothing that was asked lately enough. `resumes`: id of a question that
 * waited for a sign-in and is judged again.
 */
export const goneOnWith = (state: ConversationState, now: number, resumes: string | null): Turn | null => {
  if (resumes !== null) return state.turns.findLast(({ question }) => question === resumes) ?? null;
  const turn = state.turns
    .slice(-FOLLOW_TURNS)
    .findLast(({ at, intent, topics }) => isNear(at, now) && (intent !== null || topics.length > 0));
  return turn ?? null;
};

/** What was asked in it lately cannot be told. */
export const isForgetful = (state: ConversationState, now: number): boolean => (state.unreadableUntil ?? 0) > now;

const countedOf = (state: ConversationState, now: number): readonly Turn[] =>
  state.turns.filter((turn) => isCounted(turn) && isWithin(turn.at, now));

/** Refusals in this conversation within the last hour, those on suspicion alone not among them. */
export const denials = (state: ConversationState, now: number): number => {
  const count = countedOf(state, now).length;
  return isForgetful(state, now) || count >= MOST_TURNS ? DENIALS_UNREADABLE : count;
};

/** Topics of what was asked in this conversation within the last hour, whatever came of it; null: it cannot be told. */
export const askedTopics = (state: ConversationState, now: number): readonly string[] | null => {
  if (isForgetful(state, now)) return null;
  const recent = state.turns.filter(({ at }) => isWithin(at, now)).flatMap(({ topics }) => topics);
  const left = (state.faded ?? []).flatMap(({ topic, asked }) => (isWithin(asked, now) ? [topic] : []));
  return [...new Set([...recent, ...left])];
};

/** Topics of what was refused of it, on more than a suspicion; null: it cannot be told. */
export const refusedOf = (state: ConversationState, now: number): readonly string[] | null => {
  if (isForgetful(state, now)) return null;
  const recent = countedOf(state, now).flatMap(refusedTopics);
  const left = (state.faded ?? []).flatMap(({ topic, refused }) =>
    refused !== null && isWithin(refused, now) ? [topic] : [],
  );
  return [...new Set([...recent, ...left])];
};

/** The refusals that count, as far as they can be read. `since`: the first of them; null: there is none. */
export const refusals = (
  state: ConversationState,
  now: number,
): { readonly count: number; readonly since: number | null; readonly last: number | null } => {
  const times = countedOf(state, now).map(({ at }) => at);
  if (times.length === 0) return { count: 0, since: null, last: null };
  return { count: times.length, since: Math.min(...times), last: Math.max(...times) };
};
