/**
 * What comes before everything that a question itself is about: an operator's code, what HR do about restrictions, what somebody asks
 * of what is kept of them, and that nobody is answered. In that order; `converse` asks for each.
 */
import { plainCard, stillCard } from './answer.ts';
import { type Outcome, PLAIN } from './commit.ts';
import { codeOf } from './errors.ts';
import { confirmOrder } from './orders/confirm.ts';
import type { Claim, Found } from './ports.ts';
import { PRIVACY_SECONDS, privacyTalk } from './privacy/talk.ts';
import { restrictingTalk } from './restricting/talk.ts';
import { endingTalk } from './sign-in/talk.ts';
import { type Asker, record } from './steps.ts';
import { standsStill } from './still.ts';
import { asksTooMuch } from './throttle.ts';
import type { Locale, Press, Question } from './types.ts';
import type { World } from './world.ts';

/** A code that confirms an order comes before everything. Null: it is none. */
export const fromOperators = async (
  world: World,
  claim: Claim,
  inbound: Question | Press,
  found: Found,
): Promise<Outcome | null> => {
  if (inbound.kind !== 'question') return null;
  const [asker, locale] = askerOf(found);
  // Where the whole tenant asks too much an operator can still order something about it.
  const person = found.ok && !asksTooMuch(claim.counts) ? found.person : null;
  const told = await confirmOrder(world, person, inbound);
  if (told === null) return null;
  await record(world, claim, inbound, { person: asker, verdict: told.verdict, reasons: [told.reason] });
  return { ...ruleless(locale), card: plainCard(told.text), verdict: told.verdict };
};

/** What HR do about restrictions goes on while nobody is answered: it is what ends that. Null: it is nothing of theirs. */
export const fromHr = async (
  world: World,
  claim: Claim,
  inbound: Question | Press,
  found: Found,
): Promise<Outcome | null> => {
  // Whoever was not of HR a moment ago is not asked for anew: anybody may write the word.
  if (!found.ok || !found.person.groups.includes(world.hr) || asksTooMuch(claim.counts)) return null;
  const talked = await restrictingTalk(world, claim, inbound);
  if (talked === null) return null;
  const { card, verdict, afterwards, hr } = talked;
  return { ...ruleless(hr.person.locale), card, verdict, ...(afterwards === undefined ? {} : { afterwards }) };
};

/** What somebody asks of what is kept of them is answered whatever the rules are, and while nobody is answered. Null: it is something else. */
export const fromThemselves = async (
  world: World,
  claim: Claim,
  inbound: Question | Press,
  found: Found,
): Promise<Outcome | null> => {
  if (!found.ok || inbound.kind !== 'question') return null;
  const ending = await endingTalk(world, claim, inbound, found.person);
  if (ending !== null) return { ...ruleless(found.person.locale), card: ending, verdict: 'answer' };
  const card = await privacyTalk(world, claim, inbound, found.person);
  if (card === null) return null;
  const obligations: Outcome['obligations'] = { ...PLAIN, expiresSeconds: PRIVACY_SECONDS };
  return { ...ruleless(found.person.locale), card, verdict: 'answer', obligations };
};

/** Nobody is answered (a pause, rules that were not approved): that comes before everything that the question itself is about. */
export const whileStill = async (
  world: World,
  claim: Claim,
  inbound: Question | Press,
  found: Found,
): Promise<Outcome | null> => {
  const still = standsStill(world);
  if (still === null) return null;
  const [asker, locale] = askerOf(found);
  await record(world, claim, inbound, { person: asker, verdict: 'refuse', reasons: [still] });
  return { ...ruleless(locale), card: stillCard(locale, still), verdict: 'refuse', ruleless: false };
};

const askerOf = (found: Found): readonly [Asker, Locale] =>
  found.ok ? [found.person, found.person.locale] : [null, 'en'];

const ruleless = (locale: Locale) =>
  ({ judgement: null, obligations: PLAIN, locale, unchecked: true, ruleless: true }) as const;

/** A question that is not decided any more has stood in its place all the same: a code that it quotes was read by others. */
export const burnt = async (world: World, claim: Claim, inbound: Question | Press): Promise<void> => {
  if (inbound.kind !== 'question') return;
  try {
    await confirmOrder(world, null, inbound);
  } catch (error) {
    world.log.error('order.not-burnt', { id: claim.id, code: codeOf(error) });
  }
};
