/**
 * An order on a page: whoever signed in there and typed its code reads what it does, and what they then confirm is what they read. The same role, afresh, the same bound
 * on wrong codes and the same proof as in a chat.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { OrderSession, OrderShown, OrderTold } from '../auth-steps.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Person } from '../types.ts';
import type { World } from '../world.ts';
import { openBody } from './body.ts';
import { codeIn } from './code.ts';
import { differenceOf } from './restrict.ts';
import { confirmationsFor, isLookedAt, rolesFor } from './types.ts';
import {
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

/** A session with the person, as the directory has just said. */
export interface SignedIn extends OrderSession {
  readonly asked: Person;
}

/** `difference`: of what was shown; null: nothing was. */
const seenShape = z.strictObject({ order: z.string(), difference: z.string().nullable() });

const seenContext = ({ id, person }: Pick<OrderSession, 'id' | 'person'>) =>
  ({ tenant: '', person, purpose: 'order', record: `seen ${id}` }) as const;

const hashOf = (difference: string): string => hash('sha256', difference);

/** What an order does, for whoever types its code. */
export const readOrder = async (
  world: World,
  session: SignedIn,
  text: string,
): Promise<{ readonly ok: true; readonly shown: OrderShown } | { readonly ok: false; readonly told: OrderTold }> => {
  const { asked } = session;
  const texts = repliesIn(session.locale).orders;
  const again = (says: string) => ({ ok: false, told: { says, ended: false, done: false } }) as const;
  if (await triedTooOften(world, asked)) return again(texts.tooMany);
  const code = codeIn(text);
  if (code === null) return again(texts.wrong);
  const found = await findByCode(world, code);
  // It may be the code of one that this process cannot read yet, so it is no wrong one.
  if (found === 'unread') return again(texts.unread);
  if (found === null) {
    await countWrong(world, asked);
    return again(texts.wrong);
  }
  const told = endOf(world, session, found);
  if (told !== null) return { ok: false, told };
  const look = await lookAt(world, session, found);
  if (look === 'changed') return { ok: false, told: { says: texts.changed, ended: true, done: false } };
  const { kept, body } = found;
  const seen = { order: kept.id, difference: look === null ? null : hashOf(look.difference) };
  return {
    ok: true,
    shown: {
      what: texts.what(body.order),
      look,
      needed: confirmationsFor(body.order),
      confirmed: kept.confirmations.length,
      until: kept.until,
      seen: world.sealer.seal(seenContext(session), JSON.stringify(seen)),
    },
  };
};

/** Their word, on what they were shown. What is different by now is shown to nobody as if they had agreed. */
export const confirmOnPage = async (world: World, session: SignedIn, sealed: string): Promise<OrderTold> => {
  const texts = repliesIn(session.locale).orders;
  const no = (says: string): OrderTold => ({ says, ended: true, done: false });
  const plain = world.sealer.open(seenContext(session), sealed);
  const seen = plain === null ? null : seenShape.parse(JSON.parse(plain));
  const kept = seen === null ? null : await world.store.orders.find({ id: seen.order, now: world.clock.now() });
  if (seen === null || kept === null) return no(texts.over);
  const body = openBody(world.sealer, kept);
  if (body === null) return no(texts.unread);
  const found = { kept, body };
  const ended = endOf(world, session, found);
  if (ended !== null) return ended;
  const look = await lookAt(world, session, found);
  const same = look !== 'changed' && (look === null ? null : hashOf(look.difference)) === seen.difference;
  if (!same) return no(texts.changed);
  return became(world, session, found, await giveWord(world, found, { person: session.asked, by: session.id }));
};

/** Null: their word is wanted. */
const endOf = (world: World, session: SignedIn, found: Found): OrderTold | null => {
  const roles = rolesFor(found.body.order);
  const [who = 'operators'] = roles;
  if (!hasRole(world, session.asked, roles))
    return { says: repliesIn(session.locale).orders.notTheirs({ who }), ended: true, done: false };
  const standing = standingFor(found, session.asked, Math.ceil(world.clock.now()));
  return standing === 'open' ? null : became(world, session, found, standing);
};

const became = (
  world: World,
  { locale }: Pick<SignedIn, 'locale'>,
  found: Found,
  state: 'confirmed' | 'waiting' | 'already' | 'over',
): OrderTold => {
  const texts = repliesIn(locale).orders;
  const what = texts.what(found.body.order);
  const minutes = Math.max(1, Math.floor((found.kept.until - world.clock.now()) / MINUTE_MS));
  const says = {
    confirmed: () => texts.confirmed({ what }),
    waiting: () => texts.oneMore({ what, minutes, who: whoElse(found) }),
    already: () => texts.already({ what }),
    over: () => texts.over,
  }[state]();
  return { says, ended: true, done: state !== 'over' };
};

const lookAt = async (
  world: World,
  { locale }: Pick<SignedIn, 'locale'>,
  { body: { order } }: Found,
): Promise<OrderShown['look'] | 'changed'> => {
  if (!isLookedAt(order)) return null;
  const difference = await differenceOf(world, order, locale);
  return difference === null ? 'changed' : { difference, hash: order.hash.slice(0, 12) };
};
