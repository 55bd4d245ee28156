/**
 * An operator confirms an order by sending its code in private chat, HR one about restrictions. Only somebody of the company whom the
 * directory knows afresh to have such a role can; a code of anybody else is a text like any other, so that it tells nothing. A code that stood in a shared place was
 * read by others and counts no more, whoever sent it.
 */
import type { KeptOrder } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { accountKey } from '../sealing.ts';
import { who } from '../steps.ts';
import type { Person, Question } from '../types.ts';
import type { World } from '../world.ts';
import { type Body, openBody, proven } from './body.ts';
import { codeIn, codesIn, keyedHash, sameHash } from './code.ts';
import { noteOrder } from './note.ts';
import { differenceOf } from './restrict.ts';
import { CODE_MS } from './times.ts';
import { type Role, rolesFor } from './types.ts';

/** Wrong codes that one person may send in a minute, over all their chats; after them a right one is not looked at either. */
const MOST_WRONG = 5;
const MINUTE_MS = 60_000;

/** What a code is answered with. */
export interface Told {
  readonly text: string;
  readonly verdict: 'answer' | 'refuse' | 'throttled';
  /** Stands in the audit log's decision. */
  readonly reason: string;
}

interface Found {
  readonly kept: KeptOrder;
  readonly body: Body;
}

const ROLES: readonly Role[] = ['operators', 'hr'];

/** Whether they have one of these roles. */
const isOne = (world: Pick<World, Role>, person: Person, roles: readonly Role[] = ROLES): boolean =>
  person.kind === 'employee' && person.fresh && roles.some((role) => person.groups.includes(world[role]));

/**
 * Null: it is no code, or not from somebody who could confirm one. It is a text like any other. `person`: null where the directory
 * vouches for nobody, or they ask too much: they confirm nothing, and still burn what they quote where others read it.
 */
export const confirmOrder = async (world: World, person: Person | null, question: Question): Promise<Told | null> => {
  const mayConfirm = person !== null && isOne(world, person);
  const texts = repliesIn(person?.locale ?? 'en').orders;
  if (question.place.kind !== 'direct') {
    const burnt = await burn(world, codesIn(question.text), person, question);
    return burnt && mayConfirm ? { text: texts.burnt, verdict: 'refuse', reason: 'order-code-burnt' } : null;
  }
  const code = codeIn(question.text);
  if (code === null || !mayConfirm) return null;
  const wrong = { key: `order-code:${person.id}`, windowMs: MINUTE_MS };
  const { counters } = world.store;
  if ((await counters.read({ ...wrong, now: world.clock.now() })) >= MOST_WRONG)
    return { text: texts.tooMany, verdict: 'throttled', reason: 'order-code-throttled' };
  // Whoever was taken out of the group a moment ago is told nothing more, right code or wrong.
  const asked = await who(world, question.account, { anew: true });
  if (!asked.ok || !isOne(world, asked.person) || asked.person.id !== person.id) return null;
  const found = await findByCode(world, code);
  // It may be the code of one that this process cannot read yet, so it is no wrong one.
  if (found === 'unread') return { text: texts.unread, verdict: 'refuse', reason: 'order-unread' };
  if (found === null) {
    await counters.add({ ...wrong, now: world.clock.now() });
    return { text: texts.wrong, verdict: 'refuse', reason: 'order-code-wrong' };
  }
  const roles = rolesFor(found.body.order);
  const [role = 'operators'] = roles;
  return isOne(world, asked.person, roles)
    ? confirmed(world, found, person, question)
    : { text: texts.notTheirs({ who: role }), verdict: 'refuse', reason: 'order-not-theirs' };
};

const confirmed = async (world: World, { kept, body }: Found, person: Person, question: Question): Promise<Told> => {
  const { orders } = world.store;
  const texts = repliesIn(person.locale).orders;
  const now = Math.ceil(world.clock.now());
  const what = texts.what(body.order);
  const over: Told = { text: texts.over, verdict: 'refuse', reason: 'order-code-over' };
  const already: Told = { text: texts.already({ what }), verdict: 'answer', reason: 'order-confirmed-before' };
  const waiting: Told = {
    text: texts.oneMore({
      what,
      minutes: Math.max(1, Math.floor((kept.until - now) / MINUTE_MS)),
      who: rolesFor(body.order).includes('hr') ? 'hr' : 'operators',
    }),
    verdict: 'answer',
    reason: 'order-one-more',
  };
  if (kept.state === 'confirmed' || kept.state === 'done') return already;
  if (kept.state === 'burnt' || kept.until <= now) return over;
  const as = keyedHash({ key: body.key, of: 'person', value: person.id });
  if (kept.confirmations.some((each) => each.person === as)) return waiting;

  const look = await toLookAt(world, { kept, body }, as, person);
  if (look !== null) return look;
  const by = world.sealer.fingerprint(person.id);
  await noteOrder(world, { order: kept.id, what: body.order.kind, change: 'confirmed', by, question: question.id });
  switch (await orders.confirm({ id: kept.id, confirmation: proven(body, { person: as, by, at: now }), now })) {
    case 'confirmed':
      return { text: texts.confirmed({ what }), verdict: 'answer', reason: 'order-confirmed' };
    case 'more':
    case 'repeat':
      return waiting;
    default: {
      // Somebody else's confirmation may have come in between.
      const now = await orders.find({ id: kept.id, now: world.clock.now() });
      return now?.state === 'confirmed' || now?.state === 'done' ? already : over;
    }
  }
};

/**
 * Nobody approves unseen what permits more than is permitted now: the first time that somebody sends the code of such an order they are
 * shown the difference, and confirm by sending it again. Null: there is nothing to look at (any more).
 */
const toLookAt = async (
  world: World,
  { kept, body: { order } }: Found,
  as: string,
  person: Person,
): Promise<Told | null> => {
  if (order.kind !== 'restrict' || order.confirmed === 'one') return null;
  const texts = repliesIn(person.locale).orders;
  const difference = await differenceOf(world, order, person.locale);
  if (difference === null) return { text: texts.changed, verdict: 'refuse', reason: 'order-changed' };
  const shown = { key: `order-shown:${kept.id}:${as}`, windowMs: CODE_MS, now: world.clock.now() };
  if ((await world.store.counters.add(shown)) > 1) return null;
  const text = texts.look({ what: texts.what(order), difference, hash: order.hash });
  return { text, verdict: 'answer', reason: 'order-shown' };
};

/** Every order is compared, so that how long it takes tells nothing. `unread`: it is none that opens here, and one that waits does not. */
const findByCode = async (world: World, code: string): Promise<Found | 'unread' | null> => {
  let found: Found | 'unread' | null = null;
  const now = world.clock.now();
  for (const kept of await world.store.orders.all({ now })) {
    const body = openBody(world.sealer, kept);
    if (body === null) {
      if (kept.state === 'waiting' && kept.until > now) found ??= 'unread';
      continue;
    }
    if (sameHash(body.code, keyedHash({ key: body.key, of: 'code', value: code }))) found = { kept, body };
  }
  return found;
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
