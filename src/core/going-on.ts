/**
 * History counts: what a text without a question of its own goes on with. Whom and what the last turn was about is kept, and what the
 * text says replaces; the topics of that turn count as suspected, so that it is judged by the strictest. Without a turn to go on
 * with, or with a memory that cannot be read, such a text asks nothing.
 */
import { relationTo } from './askable.ts';
import { hasCode } from './errors.ts';
import type { Directory, Recogniser } from './ports.ts';
import { ellipsisOf, isPlain } from './recognise/follow-up.ts';
import { namedIn, type Where } from './recognise/named.ts';
import { pronounsIn } from './recognise/people.ts';
import { type Anchored, anchoredIn } from './recognise/time-anchored.ts';
import type { TimeToken } from './recognise/time-tokens.ts';
import { MONTHS, UNSURE_MONTHS } from './recognise/time-words.ts';
import { readTokens } from './recognise/tokens.ts';
import { steppedFrom } from './slot-steps.ts';
import { isTime, type SlotValues } from './slot-types.ts';
import { type Filled, slotsIn, stillMeant, type Writing } from './slots.ts';
import { type ConversationState, goneOnWith, isForgetful, type Turn } from './state.ts';
import type { About, Catalogue, Colleague, Intent, Person, Recognition } from './types.ts';

interface GoingOnPorts {
  readonly catalogue: Pick<Catalogue, 'intents'>;
  readonly recogniser: Pick<Recogniser, 'knows'>;
  readonly directory: Directory;
}

/** What a text goes on with. */
export interface Followed {
  /** Null: what was asked before was not recognised, or is in the pack no more; its topics still count. */
  readonly intent: Intent | null;
  readonly topics: readonly string[];
  /** Who else the talk was about; null: nobody, or it cannot be told any more. */
  readonly before: Colleague | null;
  /** Null: the text says it, and is to be read. */
  readonly about: About | null;
  readonly slots: Filled;
  /** The text names another time, and what it goes on with can be told as it is now alone. */
  readonly onlyNow: boolean;
}

/** More characters than this go on with nothing. */
const LONGEST = 400;

/**
 * `followed` null and `empty`: it only goes on, and there is nothing to go on with. Then it asks nothing, whatever it looks like.
 * `plain`: no word of it is about anything, so no guard suspects it but of what it goes on with.
 */
export type GoingOn = ({ readonly followed: Followed } | { readonly followed: null; readonly empty: boolean }) & {
  readonly plain: boolean;
};

const ITSELF: GoingOn = { followed: null, empty: false, plain: false };

const NOTHING_ELSE: Filled = { values: {}, unclear: [] };

export const goingOn = async (o: {
  readonly ports: GoingOnPorts;
  readonly person: Person;
  readonly writing: Writing;
  readonly recognition: Recognition;
  readonly state: ConversationState;
  readonly now: number;
  /** Id of a question that waited and is judged again; null: it is a new one. */
  readonly resumes: string | null;
  readonly where?: Where;
}): Promise<GoingOn> => {
  const { ports, writing } = o;
  // Whether it goes on is no foreign model's to say: what it names would take what came before away.
  const recognition = o.recognition.own ?? o.recognition;
  if (writing.text.length > LONGEST) return ITSELF;
  const turn = goneOnWith(o.state, o.now, o.resumes);
  const intent = turn === null || turn.intent === null ? null : (ports.catalogue.intents.get(turn.intent) ?? null);
  const slots = slotsIn(intent, writing);
  const anchored = anchoredIn(slots.tokens, slots.covered);
  const covered = new Set(slots.covered);
  for (let at = anchored?.start ?? 0; at < (anchored?.end ?? 0); at++) covered.add(at);
  const { kind, speaks, strange } = ellipsisOf({
    tokens: slots.tokens,
    covered,
    names: await namesIn(o),
    pronouns: pronounsIn(writing.text).length > 0,
    knows: (word) => ports.recogniser.knows(word),
  });
  if (kind === 'none') return ITSELF;
  if (kind === 'nearly' && !isMeant(recognition, turn)) return ITSELF;
  const unread = hasUnread(slots.tokens, covered);
  const plain = kind === 'bare' && !strange && !unread && isPlain(writing.text);
  if (turn === null) {
    // What is strange in it may ask something, but what came before cannot be told to be harmless.
    const empty = kind === 'bare' && (!strange || isForgetful(o.state, o.now));
    return { followed: null, empty, plain };
  }
  const before = await whomBefore(ports.directory, o.person, turn);
  const known = stillMeant(intent, turn.slots ?? {});
  // What waited has been read before: by now "the month before" is the very month that is remembered.
  const stepped =
    anchored === null ? null : o.resumes !== null ? NOTHING_ELSE : timeFrom(intent, known, anchored, slots);
  // A word that is left may be a time that is not read ("and Christmas?"): what was asked for before is not told in its place.
  const left = kind === 'nearly' || strange;
  const mayBeTime =
    (unread && (left || speaks !== 'somebody')) || (left && timesOf(intent).some((name) => Object.hasOwn(known, name)));
  const unclear = mayBeTime && stepped === null ? timesOf(intent) : [];
  return {
    plain,
    followed: {
      // What is about nobody is not about a colleague either, who may be asked about by anything of its topic.
      intent: speaks === 'somebody' && intent?.about === 'nobody' ? null : intent,
      topics: turn.topics,
      before: othersOnly(o.person, before),
      about:
        speaks === 'somebody'
          ? null
          : speaks === 'self'
            ? ownOf(o.person, intent)
            : aboutBefore(o.person, intent, turn, before),
      slots: filled(known, stepped ?? slots, unclear),
      onlyNow:
        (slots.elsewhen || anchored !== null) &&
        intent !== null &&
        intent.operation !== null &&
        timesOf(intent).length === 0,
    },
  };
};

/** Figures, or the name of a month, that no time was read from: "31 April", "13/2025". */
const hasUnread = (tokens: readonly TimeToken[], covered: ReadonlySet<number>): boolean =>
  tokens.some(
    ({ word }, at) => !covered.has(at) && (/^\p{N}/u.test(word) || (MONTHS.has(word) && !UNSURE_MONTHS.has(word))),
  );

const timesOf = (intent: Intent | null): readonly string[] =>
  (intent?.slots ?? []).filter(isTime).map(({ name }) => name);

/** What was known before, where nothing else is said in its place. */
const filled = (known: SlotValues, said: Filled, unread: readonly string[]): Filled => {
  const unclear = [...new Set([...said.unclear, ...unread.filter((name) => !Object.hasOwn(said.values, name))])];
  return { values: { ...known, ...said.values }, unclear };
};

/** "The month before": counted from the time that was asked for before. Where none was, it is asked for, or as the text reads by itself. */
const timeFrom = (
  intent: Intent | null,
  known: SlotValues,
  anchored: Anchored,
  { values, unclear }: Filled,
): Filled | null => {
  const slot = intent?.slots?.find(isTime);
  if (slot === undefined) return null;
  const from = known[slot.name];
  if (from === undefined && Object.hasOwn(values, slot.name)) return null;
  const value = from === undefined ? null : steppedFrom(slot, from, anchored);
  return value === null
    ? { values, unclear: [...unclear, slot.name] }
    : { values: { ...values, [slot.name]: value }, unclear: unclear.filter((name) => name !== slot.name) };
};

/** A text of which a word is left is one that goes on where nothing else was recognised in it, and what came before is likely in it. */
const isMeant = ({ intent, ranking, topics }: Recognition, turn: Turn | null): boolean =>
  intent === null &&
  turn !== null &&
  ((turn.intent !== null && ranking.includes(turn.intent)) || turn.topics.some((topic) => topics.includes(topic)));

/** Words of the text that name people of the directory; none where it knows no names just now. */
const namesIn = async (o: {
  readonly ports: GoingOnPorts;
  readonly person: Person;
  readonly writing: Writing;
  readonly where?: Where;
}): Promise<readonly string[]> => {
  const tokens = readTokens(o.writing.text) ?? [];
  try {
    const where = o.where === undefined ? {} : { where: o.where };
    const named = await namedIn(tokens, { ...where, directory: o.ports.directory, asker: o.person });
    return named.flatMap(({ start, end }) => tokens.slice(start, end).map(({ word }) => word));
  } catch (error) {
    if (hasCode(error, 'directory-unavailable')) return [];
    throw error;
  }
};

const othersOnly = (person: Person, before: Colleague | null): Colleague | null =>
  before?.id === person.id ? null : before;

/** Whom else the talk was about, for a text that speaks of somebody by a pronoun alone; null: nobody, or nothing was asked lately enough. */
export const spokenOfBefore = async (o: {
  readonly ports: Pick<GoingOnPorts, 'directory'>;
  readonly person: Person;
  readonly text: string;
  readonly state: ConversationState;
  readonly now: number;
  readonly resumes: string | null;
}): Promise<Colleague | null> => {
  if (pronounsIn(o.text).length === 0) return null;
  const turn = goneOnWith(o.state, o.now, o.resumes);
  return turn === null ? null : othersOnly(o.person, await whomBefore(o.ports.directory, o.person, turn));
};

const whomBefore = async (directory: Directory, person: Person, turn: Turn): Promise<Colleague | null> => {
  if (turn.subject !== undefined) return turn.subject === person.id ? person : directory.colleague(turn.subject);
  // An older program did not keep whom: of oneself it can be told.
  return turn.about === 'self' ? person : null;
};

const NOBODY: About = { relation: 'self', subject: null, candidates: [] };

const ownOf = (person: Person, intent: Intent | null): About =>
  intent?.about === 'nobody' ? NOBODY : { relation: 'self', subject: person, candidates: [] };

const aboutBefore = (person: Person, intent: Intent | null, turn: Turn, before: Colleague | null): About => {
  if (intent?.about === 'nobody' && turn.about === 'self') return NOBODY;
  // Of their people, and of none in particular: which of them, they say.
  if (turn.subject === undefined && turn.about === 'report')
    return { relation: 'report', subject: null, candidates: [] };
  return before === null || turn.about === null
    ? { relation: 'other', subject: null, candidates: [] }
    : { relation: relationTo(person, before), subject: before, candidates: [] };
};
