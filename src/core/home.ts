/**
 * The bot's own page: answers of theirs that still stand, what this person can ask, by the decisions that their questions would meet in their
 * private chat, what is kept of them, and for HR what they restrict. Made anew each time it is opened or something on it is pressed. The
 * platform keeps it, so it tells of no question and of no answer but that there is one, and until when.
 */
import { apologyCard, plainCard, stillCard, strangerCard, throttledCard } from './answer.ts';
import { circumstances, permittedIntents } from './askable.ts';
import { canAsk as canAskLines } from './can-ask.ts';
import { codeOf, hasCode } from './errors.ts';
import { noteShown } from './owed.ts';
import { liveOf, liveSections, privacyCard } from './privacy/card.ts';
import { repliesIn } from './replies/replies.ts';
import { restrictingSections } from './restricting/list.ts';
import { counted, record, stateOf, strangersLocale, who } from './steps.ts';
import { standsStill } from './still.ts';
import { throttled } from './throttle.ts';
import { type Card, HOME_CHANNEL, type Home, type Inbound, type Opened, type Person, type Press } from './types.ts';
import type { World } from './world.ts';

/** Shows it, where the platform has such a page. Never throws: whoever opens it again has it made again. */
export const showHome = async (
  world: World,
  opened: Opened,
  /** What is said to a press on it, above all else. */
  o: { readonly said?: Card | undefined } = {},
): Promise<void> => {
  const { account } = opened;
  const platform = world.platforms.get(account.platform);
  if (platform?.showHome === undefined) return;
  try {
    // Counted once, however often it is made.
    const counts = await counted(world, opened);
    const note = noting(world, opened);
    const look = { anew: o.said !== undefined, note: note.first };
    const home = async (): Promise<Home> => {
      try {
        return withSaid(await homeOf(world, opened, counts, look), o.said);
      } catch (error) {
        // No record, no page: nothing of theirs, and nothing older in its place.
        if (hasCode(error, 'audit-unavailable')) return { sections: [apologyCard(note.locale())], last: [] };
        throw error;
      }
    };
    await platform.showHome({ account, home });
    await note.shown();
    world.metrics.count('homes');
  } catch (error) {
    world.log.error('home.failed', { id: opened.id, code: codeOf(error) });
  }
};

/** However often it is made anew for one opening, it is on record once that it is made, and once that it was shown. */
const noting = (world: World, opened: Opened) => {
  let noted: Promise<void> | null = null;
  let stands = false;
  let locale: Person['locale'] = 'en';
  return {
    first: async (person: Person): Promise<void> => {
      locale = person.locale;
      noted ??= record(world, { id: opened.id, attempts: 1 }, opened, { person, verdict: 'answer', reasons: ['home'] });
      await noted;
      stands = true;
    },
    shown: async (): Promise<void> => {
      if (!stands) return;
      const { id } = opened;
      await noteShown(world, {
        kind: 'disclosure',
        at: world.clock.now(),
        question: id,
        verdict: 'answer',
        channel: HOME_CHANNEL,
        message: id,
        removeAt: null,
      });
    },
    locale: () => locale,
  };
};

const withSaid = (home: Home, said: Card | undefined): Home =>
  said === undefined ? home : { ...home, sections: [{ ...said, buttons: [] }, ...home.sections] };

/**
 * The same page for a view that a press opened or stands in, made once: whoever wants it newer presses again. Rejects where it could not
 * be made.
 */
export const pageInView = async (
  world: World,
  { id, account, place, conversation, at }: Press,
  o: {
    /** What the press was counted to. */
    readonly counts: Readonly<Record<string, number>>;
    readonly said?: Card | undefined;
    /** It is on record already that it is shown. */
    readonly noted?: true;
  },
): Promise<Home> => {
  const opened: Opened = { kind: 'opened', id, account, place, conversation, at };
  const note = o.noted === true ? null : noting(world, opened);
  const look = { anew: o.said !== undefined, note: note?.first ?? (async () => undefined) };
  const home = await homeOf(world, opened, o.counts, look);
  await note?.shown();
  world.metrics.count('homes');
  return withSaid(home, o.said);
};

/**
 * The page that a press came from; null: it came from a message. Slack leaves a page as it was made until it is opened again, and by now
 * something on it may be over, or its owner may not be of HR any more: so a press has it made anew, whatever comes of the press.
 */
export const pageOf = ({ platforms }: Pick<World, 'platforms'>, inbound: Inbound): Opened | null => {
  if (inbound.kind !== 'press' || inbound.message !== null || inbound.place.kind !== 'direct') return null;
  if (platforms.get(inbound.account.platform)?.showHome === undefined) return null;
  const { id, account, place, conversation, at } = inbound;
  return { kind: 'opened', id, account, place, conversation, at };
};

const homeOf = async (
  world: World,
  opened: Opened,
  counts: Readonly<Record<string, number>>,
  /** Their answers are looked for past what was found a moment ago. */
  look: { readonly anew: boolean; readonly note: (person: Person) => Promise<void> },
): Promise<Home> => {
  const { account, conversation } = opened;
  const alone = (card: Card): Home => ({ sections: [card], last: [] });
  const found = await who(world, account);
  if (!found.ok) return alone(strangerCard(found.why, await strangersLocale(world, account)));
  const { person } = found;
  const wait = throttled(counts);
  if (wait !== null) return alone(throttledCard(person.locale, wait));
  await look.note(person);
  const looking = { person, account, conversation };
  // Nobody's rights, and nothing of HR's work, wait for the rest; and a page that fails in part must not fail as a whole.
  const live = await liveOf(world, looking, look).catch(() => null);
  const theirs = await restrictingSections(world, { person, account });
  const still = standsStill(world);
  const sections = [
    ...liveSections(world, looking, live),
    ...theirs,
    ...(still === null ? await askable(world, opened, person) : [stillCard(person.locale, still)]),
  ];
  return { sections, last: [await privacyCard(world, looking, live)] };
};

/**
 * A section a topic, in the pack's order; only topics of which something may be asked. In a view, which holds less and is read on a phone,
 * one section with a line a topic.
 */
export const askable = async (
  world: World,
  opened: Opened,
  person: Person,
  /** Titles of each topic in a view or a message. */
  o: { readonly most?: number } = {},
): Promise<readonly Card[]> => {
  const { catalogue } = world;
  const { locale } = person;
  const request = circumstances({
    person,
    platform: opened.account.platform,
    place: 'direct',
    state: await stateOf(world, opened),
    catalogue,
    now: world.clock.now(),
  });
  const permitted = permittedIntents(world, request);
  if (permitted.length === 0) return [plainCard(repliesIn(locale).nothingPermitted)];
  const { canAsk, how } = repliesIn(locale).home;
  const { platform } = opened.account;
  if (world.platforms.get(platform)?.pageInView === true) {
    const lines = canAskLines({ permitted, catalogue, locale, ...o });
    return [{ ...plainCard([how({ platform }), '', lines].join('\n').trim()), title: canAsk }];
  }
  const topics = [...catalogue.topics.values()].flatMap(({ id, title }) => {
    const intents = permitted.filter(({ topic }) => topic === id).map((intent) => `• ${intent.title[locale]}`);
    return intents.length === 0 ? [] : [{ ...plainCard(intents.join('\n')), title: title[locale] }];
  });
  return [{ ...plainCard(how({ platform })), title: canAsk }, ...topics];
};
