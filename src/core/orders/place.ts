/** An order as it comes over the control socket, and what is told of it there. Nothing happens before it is confirmed. */
import { isKnownKind, KNOWN_KINDS } from '../audit-ocsf-kinds.ts';
import { ORDER_PATH } from '../auth-steps.ts';
import { repliesIn } from '../replies/replies.ts';
import { accountOf } from '../whose.ts';
import type { World } from '../world.ts';
import { notLost } from './audit-lost.ts';
import { openReceipt, sealBody } from './body.ts';
import { keyedHash, newCode } from './code.ts';
import { canExecute } from './execute.ts';
import { noteOrder } from './note.ts';
import { accountsIn } from './theirs.ts';
import { CODE_MS, RECEIPT_MS } from './times.ts';
import { confirmationsFor, type Order, type OrderOf, type Receipt } from './types.ts';

export type Placed =
  | {
      readonly ok: true;
      readonly id: string;
      /** Told this once; nobody can read it again. */
      readonly code: string;
      /** ms since the epoch. */
      readonly until: number;
      readonly needed: number;
      readonly says: string;
      /** Where it may be confirmed as well as in a chat; null: nobody can sign in here. */
      readonly page: string | null;
    }
  | { readonly ok: false; readonly says: string };

export const placeOrder = async (world: World, order: Order): Promise<Placed> => {
  const wrong = await findingOf(world, order);
  if (wrong !== null) return { ok: false, says: wrong };
  const now = world.clock.now();
  const [id, key, code] = [world.random.id(), world.random.id(), newCode(world.random)];
  const needed = confirmationsFor(order);
  const until = now + CODE_MS;
  await noteOrder(world, { order: id, what: order.kind, change: 'placed' });
  const placed = await world.store.orders.place({
    id,
    body: sealBody(world.sealer, id, { order, key, code: keyedHash({ key, of: 'code', value: code }) }),
    needed,
    now,
    until,
    keepUntil: until + RECEIPT_MS,
  });
  if (placed === 'full')
    return {
      ok: false,
      says: 'Too many orders wait already, so this one was not taken. Confirm them, or wait ten minutes.',
    };
  const page = world.signIn === undefined ? null : `${world.signIn.publicUrl}${ORDER_PATH}`;
  return { ok: true, id, code, until, needed, says: repliesIn('en').orders.what(order), page };
};

/** What is wrong with an order in this set-up; null: nothing. */
const findingOf = async (world: World, order: Order): Promise<string | null> => {
  const { catalogue, standing, store, losses } = world;
  if (!canExecute(order.kind)) return `This version cannot do "${order.kind}".`;
  switch (order.kind) {
    case 'recall': {
      if (order.intent !== null && !catalogue.intents.has(order.intent))
        return `There is no intent "${order.intent}". There are: ${[...catalogue.intents.keys()].join(', ')}.`;
      return order.topic === null ? null : unknownTopic(catalogue, order.topic);
    }
    case 'hold':
      return order.on === 'topic' ? unknownTopic(catalogue, order.what) : null;
    case 'lift':
      return standing().holds.some(({ id }) => id === order.id)
        ? null
        : `There is no hold "${order.id}". "sotto hold" without anything prints those that there are.`;
    case 'audit-export': {
      const unknown = order.kinds.find((kind) => !isKnownKind(kind));
      if (unknown !== undefined) return `There is no kind of entry "${unknown}". There are: ${KNOWN_KINDS.join(', ')}.`;
      // What stands on record of it must hold nobody's words.
      if (order.origin !== null && !(await store.origins.all()).some(({ origin }) => origin === order.origin))
        return `There is no log ${order.origin} on record.`;
      return order.topic === null ? null : unknownTopic(catalogue, order.topic);
    }
    case 'export':
    case 'forget':
      return notTheirs(world, order);
    case 'retry': {
      const letters = await store.inbox.dead({ limit: MOST_LETTERS });
      return letters.some(({ id }) => id === order.id)
        ? null
        : `There is no question set aside as "${order.id}". "sotto dead" prints those that there are.`;
    }
    case 'audit-lost': {
      const log = losses === undefined ? 'unknown' : await losses.look(order.origin);
      return typeof log === 'string' && log !== 'another' ? notLost(order.origin, log) : null;
    }
    default:
      return null;
  }
};

/**
 * An operator's word counts for accounts that the directory does not know. Else what somebody wrote could be had, or shredded, under the name of another person, and nobody would be told
 * whom it was about. Null: none of them is somebody else's.
 */
const notTheirs = async ({ directory }: World, o: OrderOf<'export' | 'forget'>): Promise<string | null> => {
  for (const [at, ref] of accountsIn(o.accounts).entries()) {
    const account = accountOf(ref);
    if (account === null) continue;
    const found = await directory.find(account).catch(() => AWAY);
    if (found.ok && found.person.id !== o.person) return `${o.accounts[at]} is the account of somebody else.`;
    if (!found.ok && (found.why === 'unreachable' || found.why === 'stale'))
      return `The directory cannot say just now whose ${o.accounts[at]} is. Order it again when it answers.`;
  }
  return null;
};

const AWAY = { ok: false, why: 'unreachable' } as const;

/** Of what was set aside, the newest are looked at; the rest can be asked again once these are gone. */
export const MOST_LETTERS = 1_000;

const unknownTopic = ({ topics }: World['catalogue'], topic: string): string | null =>
  topics.has(topic) ? null : `There is no topic "${topic}". There are: ${[...topics.keys()].join(', ')}.`;

/** What has become of an order. `expired`: nobody confirmed it in time. */
export interface OrderState {
  readonly state: 'waiting' | 'confirmed' | 'done' | 'burnt' | 'expired';
  readonly confirmations: number;
  readonly needed: number;
  readonly receipt: Receipt | null;
}

/** Null where there is none, or it is forgotten. */
export const orderState = async (world: World, id: string): Promise<OrderState | null> => {
  const now = world.clock.now();
  const kept = await world.store.orders.find({ id, now });
  if (kept === null) return null;
  const { needed, confirmations, receipt } = kept;
  return {
    state: kept.state === 'waiting' && kept.until <= now ? 'expired' : kept.state,
    confirmations: confirmations.length,
    needed,
    receipt: receipt === null ? null : (openReceipt(world.sealer, id, receipt) ?? UNREADABLE),
  };
};

const UNREADABLE: Receipt = {
  ok: false,
  says: ['It was done, but what came of it cannot be read any more: the data key that it was sealed with is gone.'],
  data: {},
};
