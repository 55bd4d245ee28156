/**
 * The greeting of whoever adds the app: what everybody is told once, and what they can ask, by the decisions that their questions would
 * meet. It stays in their private chat, so it names topics and titles and nothing of anybody. Whoever was told before has the second half.
 * Who may ask what is data: it is on record before it is said, and where it cannot be, the first half is said alone.
 * Best effort: whom it does not reach is told with their first question.
 */
import { codeOf } from './errors.ts';
import type { Besides } from './first-use.ts';
import { askable } from './home.ts';
import { noteShown } from './owed.ts';
import { pageButtons } from './privacy/card.ts';
import { repliesIn } from './replies/replies.ts';
import { accountKey } from './sealing.ts';
import { counted, record, who } from './steps.ts';
import { standsStill } from './still.ts';
import { throttled } from './throttle.ts';
import type { Opened, Person } from './types.ts';
import type { World } from './world.ts';

/** A platform may say twice that the app was added, within so long, ms. */
const TWICE_MS = 60_000;

/** Of each topic; all of them fill several screens of a phone, and stand on the page that the button opens. */
const MOST_TITLES = 3;

/** Never throws. */
export const welcome = async (world: World, added: Opened): Promise<void> => {
  const { account, place } = added;
  const { firstUse } = world;
  const platform = world.platforms.get(account.platform);
  if (firstUse === undefined || platform === undefined || place.kind !== 'direct') return;
  try {
    if (throttled(await counted(world, added)) !== null) return;
    const { tenant, user } = account;
    const key = `welcome:${world.sealer.fingerprint(`${tenant}:${accountKey(account)}`)}`;
    const now = world.clock.now();
    if ((await world.store.counters.add({ key, windowMs: TWICE_MS, now })) > 1) return;
    const found = await who(world, account);
    // Whom the directory does not vouch for is told what everybody is, and nothing of what others can ask.
    const besides = found.ok ? await besidesOnRecord(world, added, found.person) : null;
    const told = await firstUse.tell({ account, place, found, ...(besides === null ? {} : { besides }) });
    world.metrics.count('welcomes', { outcome: told });
    if (besides === null || told === 'no') return;
    if (told === 'before') {
      const card = { ...besides, note: null, fallback: null };
      const posted = await platform.post({ to: { tenant, user, channel: place.channel }, card, key: added.id });
      if (!posted.ok) {
        world.log.warn('welcome.not-posted', { tenant, code: posted.code });
        return;
      }
    }
    await noteShown(world, {
      kind: 'disclosure',
      at: world.clock.now(),
      question: added.id,
      verdict: 'answer',
      channel: place.channel,
      message: added.id,
      removeAt: null,
    });
  } catch (error) {
    world.log.warn('welcome.failed', { tenant: account.tenant, code: codeOf(error) });
  }
};

/** Null: it could not be recorded. */
const besidesOnRecord = async (world: World, added: Opened, person: Person): Promise<Besides | null> => {
  try {
    await record(world, { id: added.id, attempts: 1 }, added, { person, verdict: 'answer', reasons: ['welcome'] });
  } catch (error) {
    world.log.warn('welcome.not-recorded', { tenant: added.account.tenant, code: codeOf(error) });
    return null;
  }
  return besidesFor(world, added, person);
};

const besidesFor = async (world: World, added: Opened, person: Person): Promise<Besides> => {
  const { locale } = person;
  // While nobody is answered nothing is offered; what is theirs they see all the same.
  const sections = standsStill(world) === null ? await askable(world, added, person, { most: MOST_TITLES }) : [];
  return {
    title: repliesIn(locale).privacy.welcome,
    text: sections.map(({ title, text }) => [title ?? '', text].filter((line) => line !== '').join('\n')).join('\n\n'),
    buttons: pageButtons(world, { account: added.account, locale }),
  };
};
