/**
 * The bot's own page: answers of theirs that still stand, what this person can ask, by the decisions that their questions would meet in their
 * private chat, what is kept of them, and for HR what they restrict. Made anew each time it is opened or something on it is pressed. The
 * platform keeps it, so it tells of no question and of no answer but that there is one, and until when.
 */
import { plainCard, stillCard, strangerCard, throttledCard } from './answer.ts';
import { circumstances, permittedIntents } from './askable.ts';
import { canAsk as canAskLines } from './can-ask.ts';
import { codeOf } from './errors.ts';
import { liveOf, liveSections, privacyCard } from './privacy/card.ts';
import { repliesIn } from './replies/replies.ts';
import { restrictingSections } from './restricting/list.ts';
import { counted, stateOf, strangersLocale, who } from './steps.ts';
import { standsStill } from './still.ts';
import { throttled } from './throttle.ts';
import type { Card, Home, Inbound, Opened, Person, Press } from './types.ts';
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
    const anew = { anew: o.said !== undefined };
    const home = async (): Promise<Home> => {
      return withSaid(await homeOf(world, opened, counts, anew), o.said);
    };
    await platform.showHome({ account, home });
    world.metrics.count('homes');
  } catch (error) {
    world.log.error('home.failed', { id: opened.id, code: codeOf(error) });
  }
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
  },
): Promise<Home> => {
  const opened: Opened = { kind: 'opened', id, account, place, conversation, at };
  const home = await homeOf(world, opened, o.counts, { anew: o.said !== undefined });
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
  look: { readonly anew: boolean },
): Promise<Home> => {
  const { account, conversation } = opened;
  const alone = (card: Card): Home => ({ sections: [card], last: [] });
  const found = await who(world, account);
  if (!found.ok) return alone(strangerCard(found.why, await strangersLocale(world, account)));
  const { person } = found;
  const wait = throttled(counts);
  if (wait !== null) return alone(throttledCard(person.locale, wait));
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
