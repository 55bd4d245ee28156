/** "What do you hold about me?", asked in words. */
import type { Claim } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { record } from '../steps.ts';
import { throttled } from '../throttle.ts';
import type { Card, Person, Question } from '../types.ts';
import type { World } from '../world.ts';
import { privacyMessage } from './card.ts';
import { asksPrivacy } from './words.ts';

/** What it says is of that moment, and its buttons serve an hour. Seconds. */
export const PRIVACY_SECONDS = 60 * 60;

/** Null: it is a text like any other, or they ask too much. */
export const privacyTalk = async (
  world: World,
  claim: Claim,
  question: Question,
  person: Person,
): Promise<Card | null> => {
  if (!asksPrivacy(question.text) || throttled(claim.counts) !== null) return null;
  await record(world, claim, question, { person, verdict: 'answer', reasons: ['privacy', 'asked'] });
  const { account, conversation } = question;
  const card = await privacyMessage(world, { person, account, conversation });
  return { ...card, note: repliesIn(person.locale).privacy.leavesInChat };
};
