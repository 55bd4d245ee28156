/**
 * Forgetting on somebody's own word. It becomes an order like an operator's, so that it is done to its end though processes die, and is on
 * record step by step; but its one confirmation is the person's own, for themselves alone, in a form that only their account can send.
 */
import { openBody, openReceipt, proven, sealBody } from '../orders/body.ts';
import { keyedHash, newCode } from '../orders/code.ts';
import { noteOrder } from '../orders/note.ts';
import { CODE_MS, RECEIPT_MS } from '../orders/times.ts';
import type { Order, Receipt } from '../orders/types.ts';
import type { KeptOrder } from '../ports.ts';
import type { Account, Person } from '../types.ts';
import type { World } from '../world.ts';

/** Orders that people's own words may take of those that are kept (`MOST_ORDERS`): operators always find room. */
const MOST_OF_PEOPLE = 32;

/** Of them one person's: a few that are done must not keep everybody else from being forgotten. */
const MOST_OF_ONE = 3;

type Forget = Extract<Order, { readonly kind: 'forget' }>;

const selfOf = (order: Order, person: string): Forget | null =>
  order.kind === 'forget' && order.self === true && order.person === person ? order : null;

/** What people ordered for themselves, and what is kept of it. */
const ownOrders = async (
  world: Pick<World, 'store' | 'clock' | 'sealer'>,
): Promise<readonly { readonly kept: KeptOrder; readonly order: Forget }[]> => {
  const all = await world.store.orders.all({ now: world.clock.now() });
  return all.flatMap((kept) => {
    const order = openBody(world.sealer, kept)?.order;
    return order?.kind === 'forget' && order.self === true ? [{ kept, order }] : [];
  });
};

/** Begins it. `already`: it is under way. `busy`: too many are, or have just been. Refuses with `audit-unavailable`; then nothing happens. */
export const beginForgetting = async (
  world: World,
  { person, account }: { readonly person: Person; readonly account: Account },
): Promise<'begun' | 'already' | 'busy'> => {
  const { orders } = world.store;
  const own = await ownOrders(world);
  const theirs = own.filter(({ order }) => selfOf(order, person.id) !== null);
  if (theirs.some(({ kept }) => kept.state === 'confirmed')) return 'already';
  if (theirs.length >= MOST_OF_ONE || own.length >= MOST_OF_PEOPLE) return 'busy';
  const now = Math.ceil(world.clock.now());
  const [id, key] = [world.random.id(), world.random.id()];
  const by = world.sealer.fingerprint(person.id);
  const { platform, tenant, user } = account;
  const order: Order = { kind: 'forget', person: person.id, accounts: [`${platform}:${tenant}:${user}`], self: true };
  // Nobody is told its code, so nobody else confirms it.
  const body = { order, key, code: keyedHash({ key, of: 'code', value: newCode(world.random) }) };
  await noteOrder(world, { order: id, what: order.kind, change: 'placed', by });
  const until = now + CODE_MS;
  const sealed = sealBody(world.sealer, id, body);
  if ((await orders.place({ id, body: sealed, needed: 1, now, until, keepUntil: until + RECEIPT_MS })) === 'full')
    return 'busy';
  await noteOrder(world, { order: id, what: order.kind, change: 'confirmed', by });
  const as = keyedHash({ key, of: 'person', value: person.id });
  const confirmed = await orders.confirm({ id, confirmation: proven(body, { person: as, by, at: now }), now });
  return confirmed === 'confirmed' ? 'begun' : 'busy';
};

/** The receipt of their last one that is kept. `number`: by it the audit log has it. Null: there is none (any more). */
export const receiptOf = async (
  world: Pick<World, 'store' | 'clock' | 'sealer'>,
  person: string,
): Promise<{ readonly number: string; readonly receipt: Receipt } | null> => {
  const own = (await ownOrders(world)).filter(
    ({ kept, order }) => selfOf(order, person) !== null && kept.state === 'done',
  );
  const last = own.toSorted((a, b) => a.kept.until - b.kept.until).at(-1)?.kept;
  const receipt = last?.receipt == null ? null : openReceipt(world.sealer, last.id, last.receipt);
  return last === undefined || receipt === null ? null : { number: last.id, receipt };
};
