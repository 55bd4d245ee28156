/** Presses that are answered at once and by no message: taking an answer back before its time, looking again, signing out. */
import { apologyCard, plainCard } from '../answer.ts';
import { codeOf } from '../errors.ts';
import { standingNow } from '../held.ts';
import { repliesIn } from '../replies/replies.ts';
import { endBy, isEndVerb } from '../sign-in/talk.ts';
import { leavingHeldBy } from '../standing.ts';
import type { Card, Locale, Person, Press } from '../types.ts';
import type { World } from '../world.ts';
import { type PrivacyPress, readPrivacyPress } from './buttons.ts';
import { authorised } from './steps.ts';

/** Whether it is a press of this kind, whatever became of its time. */
export const isPrivacyPress = (world: Pick<World, 'sealer' | 'clock'>, press: Press): boolean =>
  readPrivacyPress(press, { sealer: world.sealer, now: world.clock.now() }) !== null;

/** Does it and says what came of it. Never throws. */
export const answerAtOnce = async (world: World, press: Press, say: (card: Card) => Promise<void>): Promise<void> => {
  const known = { locale: 'en' as Locale };
  let card: Card;
  try {
    const asked = readPrivacyPress(press, { sealer: world.sealer, now: world.clock.now() });
    const done = await authorised(world, press, asked, known, async (person) => ({
      card: await act(world, person, asked),
    }));
    card = done.card;
  } catch (error) {
    world.log.error('privacy.failed', { id: press.id, code: codeOf(error) });
    card = apologyCard(known.locale);
  }
  await say(card).catch(() => undefined); // Best effort, as everything that answers a press.
};

const act = async (world: World, person: Person, asked: PrivacyPress | null): Promise<Card> => {
  const verb = asked?.verb;
  if (isEndVerb(verb)) return endBy(world, person, verb);
  const { locale } = person;
  const texts = repliesIn(locale).privacy;
  const message = asked?.message ?? null;
  if (message === null) return plainCard(texts.lookedAgain);
  const { ref, about } = message;
  if (leavingHeldBy(await standingNow(world), { ref, about }) !== null) return plainCard(texts.takenBackNot);
  // What has left already is not put on record anew: there may be a line in its place by now.
  const end = await world.store.expiries.sooner({ ref, removeAt: world.clock.now() });
  if (end !== null)
    await world.store.expiries.schedule({
      ref,
      removeAt: Math.min(end, world.clock.now()),
      about,
      then: 'remove',
      again: null,
    });
  return plainCard(texts.takenBack);
};
