/**
 * An operator confirms an order by sending its code in private chat, HR one about restrictions. Only somebody of the company whom the
 * directory knows afresh to have such a role can; a code of anybody else is a text like any other, so that it tells nothing. A code that stood in a shared place was
 * read by others and counts no more, whoever sent it.
 */
import { repliesIn } from '../replies/replies.ts';
import { accountKey } from '../sealing.ts';
import { who } from '../steps.ts';
import type { Person, Question } from '../types.ts';
import type { World } from '../world.ts';
import { codeIn, codesIn } from './code.ts';
import { noteOrder } from './note.ts';
import { differenceOf } from './restrict.ts';
import { CODE_MS } from './times.ts';
import { isLookedAt, rolesFor } from './types.ts';
import {
  confirmerOf,
  countWrong,
  type Found,
  findByCode,
  giveWord,
  hasRole,
  MINUTE_MS,
  standingFor,
  triedTooOften,
  whoElse,
} from './word.ts';

/** What a code is answered with. */
export interface Told {
  readonly text: string;
  readonly verdict: 'answer' | 'refuse' | 'throttled';
  /** Stands in the audit log's decision. */
  readonly reason: string;
}

/**
 * Null: it is no code, or not from somebody who could confirm one. It is a text like any other. `person`: null where the directory
 * vouches for nobody, or they ask too much: they confirm nothing, and still burn what they quote where others read it.
 */
export const confirmOrder = async (world: World, person: Person | null, question: Question): Promise<Told | null> => {
  const mayConfirm = person !== null && hasRole(world, person);
  const texts = repliesIn(person?.locale ?? 'en').orders;
  if (question.place.kind !== 'direct') {
    const burnt = await burn(world, codesIn(question.text), person, question);
    return burnt && mayConfirm ? { text: texts.burnt, verdict: 'refuse', reason: 'order-code-burnt' } : null;
  }
  const code = codeIn(question.text);
  if (code === null || !mayConfirm) return null;
  if (await triedTooOften(world, person))
    return { text: texts.tooMany, verdict: 'throttled', reason: 'order-code-throttled' };
  // Whoever was taken out of the group a moment ago is told nothing more, right code or wrong.
  const asked = await who(world, question.account, { anew: true });
  if (!asked.ok || !hasRole(world, asked.person) || asked.person.id !== person.id) return null;
  const found = await findByCode(world, code);
  // It may be the code of one that this process cannot read yet, so it is no wrong one.
  if (found === 'unread') return { text: texts.unread, verdict: 'refuse', reason: 'order-unread' };
  if (found === null) {
    await countWrong(world, person);
    return { text: texts.wrong, verdict: 'refuse', reason: 'order-code-wrong' };
  }
  const roles = rolesFor(found.body.order);
  const [role = 'operators'] = roles;
  return hasRole(world, asked.person, roles)
    ? confirmed(world, found, person, question)
    : { text: texts.notTheirs({ who: role }), verdict: 'refuse', reason: 'order-not-theirs' };
};

const confirmed = async (world: World, found: Found, person: Person, question: Question): Promise<Told> => {
  const { kept, body } = found;
  const texts = repliesIn(person.locale).orders;
  const what = texts.what(body.order);
  const minutes = Math.max(1, Math.floor((kept.until - world.clock.now()) / MINUTE_MS));
  const told = (became: 'confirmed' | 'waiting' | 'already' | 'over'): Told => {
    switch (became) {
      case 'confirmed':
        return { text: texts.confirmed({ what }), verdict: 'answer', reason: 'order-confirmed' };
      case 'waiting':
        return {
          text: texts.oneMore({ what, minutes, who: whoElse(found) }),
          verdict: 'answer',
          reason: 'order-one-more',
        };
      case 'already':
        return { text: texts.already({ what }), verdict: 'answer', reason: 'order-confirmed-before' };
      case 'over':
        return { text: texts.over, verdict: 'refuse', reason: 'order-code-over' };
    }
  };
  const standing = standingFor(found, person, Math.ceil(world.clock.now()));
  if (standing !== 'open') return told(standing);
  const look = await toLookAt(world, found, person);
  return look ?? told(await giveWord(world, found, { person, by: question.id }));
};

/**
 * Nobody approves unseen what permits more than is permitted now: the first time that somebody sends the code of such an order they are
 * shown the difference, and confirm by sending it again. Null: there is nothing to look at (any more).
 */
const toLookAt = async (world: World, found: Found, person: Person): Promise<Told | null> => {
  const { kept, body } = found;
  const { order } = body;
  if (!isLookedAt(order)) return null;
  const texts = repliesIn(person.locale).orders;
  const difference = await differenceOf(world, order, person.locale);
  if (difference === null) return { text: texts.changed, verdict: 'refuse', reason: 'order-changed' };
  const shown = {
    key: `order-shown:${kept.id}:${confirmerOf(found, person)}`,
    windowMs: CODE_MS,
    now: world.clock.now(),
  };
  if ((await world.store.counters.add(shown)) > 1) return null;
  const text = texts.look({ what: texts.what(order), difference, hash: order.hash });
  return { text, verdict: 'answer', reason: 'order-shown' };
};

/** True: one of them was the code of an order that waits. */
const burn = async (
  world: World,
  codes: readonly string[],
  person: Person | null,
  question: Question,
): Promise<boolean> => {
  let burnt = false;
  for (const code of codes) {
    const found = await findByCode(world, code);
    if (found !== null && found !== 'unread' && (await burnOne(world, found, person, question))) burnt = true;
  }
  return burnt;
};

const burnOne = async (
  world: World,
  { kept, body }: Found,
  person: Person | null,
  question: Question,
): Promise<boolean> => {
  const now = world.clock.now();
  if (kept.state === 'confirmed' || kept.state === 'done') return false;
  if (kept.state === 'burnt' || kept.until <= now) return true;
  const { id } = kept;
  // Burning it is the safe side, so it is done although it may not get on record.
  await world.store.orders.burn({ id, now });
  const by = world.sealer.fingerprint(person?.id ?? accountKey(question.account));
  await noteOrder(world, { order: id, what: body.order.kind, change: 'burnt', by, question: question.id });
  return true;
};
