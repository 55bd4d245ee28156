/** Step 6: what a text or a chosen button asks, about whom, and when. Nothing is decided here. */
import { relationTo } from './askable.ts';
import { type Followed, goingOn, spokenOfBefore } from './going-on.ts';
import { howHeard, type Unrecognised } from './how-heard.ts';
import type { Directory, Recogniser } from './ports.ts';
import type { Day } from './recognise/calendar.ts';
import type { Where } from './recognise/named.ts';
import { aboutWhom } from './recognise/people.ts';
import { type Filled, slotsIn, stillMeant, type Writing } from './slots.ts';
import type { ConversationState } from './state.ts';
import { todayIn, writesMonthFirst, zoneOf } from './time-zones.ts';
import type { About, Catalogue, Colleague, Intent, Person, SlotValues } from './types.ts';

export interface UnderstandPorts {
  readonly catalogue: Catalogue;
  readonly recogniser: Recogniser;
  readonly directory: Directory;
}

/**
 * What is asked: somebody's words, or an intent they chose from a button, perhaps with the person they meant; null: themselves.
 * `nobody`: it was asked about nobody in particular (a list of everybody), and is judged as such again.
 */
export type Asked =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Where it was written, by which the accounts that it mentions are known; absent: they are nobody's. */
      readonly where?: Where;
      /** As the platform says where they are; null or absent: it does not. */
      readonly timeZone?: string | null;
      /** When it was written, ms since the epoch: "last month" is that of then, however long it waited. Absent: now. */
      readonly at?: number;
    }
  | {
      readonly kind: 'chosen';
      readonly intent: string;
      readonly subject: Colleague | 'nobody' | null;
      /** As the button carried them. */
      readonly slots?: SlotValues;
    };

/** One intent with whom it is about and what was said of its slots. */
export interface Meant {
  readonly intent: Intent;
  readonly about: About;
  readonly slots: Filled;
}

export interface Understood {
  readonly intent: Intent | null;
  /** Topics that their guards suspect, and those of what it goes on with. */
  readonly suspected: readonly string[];
  /** The likeliest intents, best first. */
  readonly closest: readonly Intent[];
  readonly about: About;
  /** Of a text that no intent was recognised in; null: one was. */
  readonly unrecognised: Unrecognised | null;
  readonly slots: Filled;
  /** What else the text asks. */
  readonly also: readonly Meant[];
  /** Which day it is where they are who ask. */
  readonly today: Day;
  /** It goes on with something that can be told as it is now alone, and names another time. */
  readonly onlyNow: boolean;
}

interface Heard {
  readonly ports: UnderstandPorts;
  readonly asked: Asked;
  readonly person: Person;
  readonly state: ConversationState;
  /** ms since the epoch. */
  readonly now: number;
  /** Id of the question, where it waited for a sign-in and is judged again; null: it is a new one. */
  readonly resumes: string | null;
}

/** A text asks at most so much besides, by what is read here and a foreign model together. */
const MOST_ALSO = 4;

const UNSAID: Filled = { values: {}, unclear: [] };

export const understand = async (o: Heard): Promise<Understood> => {
  const { asked, person, now } = o;
  const said = asked.kind === 'text' ? (asked.timeZone ?? null) : null;
  // A clock that is ahead of ours says nothing of a day that has not come.
  const written = asked.kind === 'text' ? Math.min(asked.at ?? now, now) : now;
  const today = todayIn(zoneOf({ said, person }), written);
  return asked.kind === 'text' ? fromText(o, asked, today) : fromButton(o, asked, today);
};

const fromButton = ({ ports, person }: Heard, asked: Extract<Asked, { kind: 'chosen' }>, today: Day): Understood => {
  const intent = ports.catalogue.intents.get(asked.intent) ?? null;
  const slots = { values: stillMeant(intent, asked.slots ?? {}), unclear: [] };
  return {
    intent,
    suspected: [],
    closest: [],
    about: aboutChosen(person, asked.subject, intent),
    slots,
    also: [],
    today,
    unrecognised: null,
    onlyNow: false,
  };
};

const aboutChosen = (person: Person, chosen: Colleague | 'nobody' | null, intent: Intent | null): About => {
  if (chosen === 'nobody') {
    return { relation: intent?.about === 'nobody' ? 'self' : 'other', subject: null, candidates: [] };
  }
  const subject = chosen ?? person;
  return { relation: relationTo(person, subject), subject, candidates: [] };
};

const fromText = async (o: Heard, asked: Extract<Asked, { kind: 'text' }>, today: Day): Promise<Understood> => {
  const { text } = asked;
  const where = asked.where === undefined ? {} : { where: asked.where };
  const { ports, person, state, now, resumes } = o;
  const { catalogue, recogniser } = ports;
  const recognition = await recogniser.recognise({ text, locale: person.locale });
  const writing: Writing = { text, today, monthFirst: writesMonthFirst(person.country) };
  const going = await goingOn({ ...where, ports, person, writing, recognition, state, now, resumes });
  const about = (it: Intent | null, before: Colleague | null): Promise<About> =>
    whom({ ...where, ports, person, text, intent: it, before });
  const before = going.followed?.before ?? (await spokenOfBefore({ ports, person, text, state, now, resumes }));
  const meant = async (it: Intent): Promise<Meant> => ({
    intent: it,
    about: await about(it, before),
    slots: slotsIn(it, writing),
  });
  const named = (id: string | null): readonly Intent[] => {
    const it = id === null ? undefined : catalogue.intents.get(id);
    return it === undefined ? [] : [it];
  };
  const closest = recognition.ranking.flatMap(named);
  const topics = going.plain ? [] : recognition.topics;
  const unrecognised = howHeard({ text, recognition: { ...recognition, topics }, closest });
  const heard = { today, closest, topics, unrecognised };
  if (going.followed !== null) {
    // A strange word may be more than a name: what the text by itself would be taken for is judged as well.
    const itself = going.plain ? [] : [recognition.intent, ...recognition.also].flatMap(named);
    return gone(heard, going.followed, about, await each(itself, meant));
  }
  const [intent = null, ...others] = going.empty ? [] : [recognition.intent, ...recognition.also].flatMap(named);
  return {
    intent,
    suspected: topics,
    closest,
    about: await about(intent, before),
    slots: intent === null ? UNSAID : slotsIn(intent, writing),
    also: await each(
      others.filter((it) => it !== intent),
      meant,
    ),
    today,
    unrecognised: intent === null ? unrecognised : null,
    onlyNow: false,
  };
};

/** Each once, and no more than a text asks. */
const each = async (
  intents: readonly Intent[],
  meant: (intent: Intent) => Promise<Meant>,
): Promise<readonly Meant[]> => {
  const all: Meant[] = [];
  for (const intent of [...new Set(intents)].slice(0, MOST_ALSO)) all.push(await meant(intent));
  return all;
};

/** What was asked before counts on, with what the text says in its place. */
const gone = async (
  heard: Pick<Understood, 'closest' | 'today' | 'unrecognised'> & { readonly topics: readonly string[] },
  followed: Followed,
  about: (intent: Intent | null, before: Colleague | null) => Promise<About>,
  itself: readonly Meant[],
): Promise<Understood> => {
  const { intent, before, slots } = followed;
  return {
    intent,
    suspected: [...new Set([...heard.topics, ...followed.topics])],
    closest: heard.closest,
    about: followed.about ?? surely(await about(intent, before)),
    slots,
    also: itself.filter((it) => it.intent.id !== intent?.id),
    today: heard.today,
    unrecognised: intent === null ? heard.unrecognised : null,
    onlyNow: followed.onlyNow,
  };
};

/** "Petra?" after a question of one's own is about somebody, whoever that is. */
const surely = ({ relation, subject, candidates }: About): About => ({ relation, subject, candidates });

const whom = ({
  ports,
  ...o
}: Pick<Heard, 'ports' | 'person'> & {
  readonly text: string;
  readonly where?: Where;
  readonly intent: Intent | null;
  readonly before: Colleague | null;
}): Promise<About> =>
  aboutWhom({
    ...(o.where === undefined ? {} : { where: o.where }),
    text: o.text,
    asker: o.person,
    intent: o.intent,
    directory: ports.directory,
    knows: (word) => ports.recogniser.knows(word),
    before: o.before,
  });
