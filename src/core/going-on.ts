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
import { readTokens } from './recognise/tokens.ts';
import { isTime } from './slot-types.ts';
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

/** `followed` null and `empty`: it only goes on, and there is nothing to go on with. Then it asks nothing, whatever it looks like. */
/** `plain`: no word of it is about anything, so no guard suspects it but of what it goes on with. */
export type GoingOn = ({ readonly followed: Followed } | { readonly followed: null; readonly empty: boolean }) & {
  readonly plain: boolean;
};

const ITSELF: GoingOn = { followed: null, empty: false, plain: false };

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
  const { kind, speaks, strange } = ellipsisOf({
    tokens: slots.tokens,
    covered: slots.covered,
    names: await namesIn(o),
    pronouns: pronounsIn(writing.text).length > 0,
    knows: (word) => ports.recogniser.knows(word),
  });
  if (kind === 'none') return ITSELF;
  if (kind === 'nearly' && !isMeant(recognition, turn)) return ITSELF;
  const plain = kind === 'bare' && !strange && isPlain(writing.text);
  if (turn === null) {
    // What is strange in it may ask something, but what came before cannot be told to be harmless.
    const empty = kind === 'bare' && (!strange || isForgetful(o.state, o.now));
    return { followed: null, empty, plain };
  }
  const before = await whomBefore(ports.directory, o.person, turn);
  return {
    plain,
    followed: {
      intent,
      topics: turn.topics,
      before: before?.id === o.person.id ? null : before,
      about:
        speaks === 'somebody'
          ? null
          : speaks === 'self'
            ? ownOf(o.person, intent)
            : aboutBefore(o.person, intent, turn, before),
      slots: {
        values: { ...stillMeant(intent, turn.slots ?? {}), ...slots.values },
        unclear: slots.unclear,
      },
      onlyNow: slots.elsewhen && intent !== null && intent.operation !== null && !(intent.slots ?? []).some(isTime),
    },
  };
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
  return before === null || turn.about === null
    ? { relation: 'other', subject: null, candidates: [] }
    : { relation: relationTo(person, before), subject: before, candidates: [] };
};
