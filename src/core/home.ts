/**
 * The bot's own page: what this person can ask, by the decisions that their questions would meet in their private chat, and for HR
 * what they restrict. Made anew each time it is opened; it tells of no question and of no answer.
 */
import { plainCard, stillCard, strangerCard, throttledCard } from './answer.ts';
import { circumstances, permittedIntents } from './askable.ts';
import { codeOf } from './errors.ts';
import { repliesIn } from './replies/replies.ts';
import { restrictingSections } from './restricting/list.ts';
import { counted, stateOf, strangersLocale, who } from './steps.ts';
import { standsStill } from './still.ts';
import { throttled } from './throttle.ts';
import type { Card, Inbound, Opened, Person } from './types.ts';
import type { World } from './world.ts';

/** Shows it, where the platform has such a page. Never throws: whoever opens it again has it made again. */
export const showHome = async (world: World, opened: Opened): Promise<void> => {
  const { account } = opened;
  const platform = world.platforms.get(account.platform);
  if (platform?.showHome === undefined) return;
  try {
    await platform.showHome({ account, home: { sections: await sectionsOf(world, opened) } });
    world.metrics.count('homes');
  } catch (error) {
    world.log.error('home.failed', { id: opened.id, code: codeOf(error) });
  }
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

const sectionsOf = async (world: World, opened: Opened): Promise<readonly Card[]> => {
  const { account } = opened;
  const found = await who(world, account);
  if (!found.ok) return [strangerCard(found.why, await strangersLocale(world, account))];
  const { person } = found;
  const wait = throttled(await counted(world, opened));
  if (wait !== null) return [throttledCard(person.locale, wait)];
  // What HR do goes on while nobody is answered.
  const theirs = await restrictingSections(world, { person, account });
  const still = standsStill(world);
  if (still !== null) return [stillCard(person.locale, still), ...theirs];
  // First, for a page ends where the platform takes no more of it.
  return [...theirs, ...(await askable(world, opened, person))];
};

/** A section a topic, in the pack's order; only topics of which something may be asked. */
const askable = async (world: World, opened: Opened, person: Person): Promise<readonly Card[]> => {
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
  const topics = [...catalogue.topics.values()].flatMap(({ id, title }) => {
    const intents = permitted.filter(({ topic }) => topic === id).map((intent) => `• ${intent.title[locale]}`);
    return intents.length === 0 ? [] : [plainCard([title[locale], ...intents].join('\n'))];
  });
  return [{ ...plainCard(canAsk), note: how }, ...topics];
};
