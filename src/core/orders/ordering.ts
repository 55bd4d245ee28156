/** Executes what was confirmed: whichever process finds it first, under a lease, so that another goes on where one died. */
import { codeOf, SottoError } from '../errors.ts';
import type { ClaimedOrder } from '../ports.ts';
import { tellForgotten } from '../privacy/told-forgotten.ts';
import type { World } from '../world.ts';
import { openBody, ours, sealReceipt } from './body.ts';
import { type Done, execute } from './execute.ts';
import { noteOrder } from './note.ts';
import { RECEIPT_MS } from './times.ts';
import { confirmationsFor, type Receipt } from './types.ts';

const LOOK_EVERY_MS = 250;
const MOST_AT_ONCE = 4;

/**
 * An order that failed is left alone, longer each time, and given up after some six minutes: a full disk or a store that is away may pass.
 * So may that it does not open: whoever sealed it uses a data key that has not been heard of here, and another process claims it then.
 */
const BREATHER_MS = 1_000;
const LONGEST_BREATHER_MS = 60_000;
const MOST_TRIES = 10;

/** A process that left an order to another one takes none for so long, so that the other one finds it, ms. */
const LEAVE_MS = 3_000;

export interface Ordering {
  start(): void;
  /** Finishes what was begun, within `graceMs`; the rest is done by another process or at the next start. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createOrdering = (world: World): Ordering => {
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  let leavesUntil = Number.NEGATIVE_INFINITY;

  const turn = async (): Promise<void> => {
    const { leaseMs } = world;
    if (world.clock.now() < leavesUntil) return;
    const claimed = await world.store.orders.claim({ now: world.clock.now(), leaseMs, limit: MOST_AT_ONCE });
    const done = await Promise.all(claimed.map((order) => run(world, order)));
    if (done.includes('another')) leavesUntil = world.clock.now() + LEAVE_MS;
  };

  return {
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await turn().catch((error: unknown) => world.log.error('orders.failed', { code: codeOf(error) }));
          await world.clock.sleep(LOOK_EVERY_MS, stopping.signal);
        }
      })();
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      await Promise.race([loop, world.clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
  };
};

/** Never rejects: an order that failed is tried again. `another`: it is left to another process, at once. */
const run = async (world: World, order: ClaimedOrder): Promise<'another' | 'ours'> => {
  const { id, lease } = order;
  const done = new AbortController();
  void keepLease(world, order, done.signal);
  try {
    const became = await receiptOf(world, order);
    const now = world.clock.now();
    if (became === 'another') {
      done.abort();
      await world.store.orders.renew({ id, lease, until: now });
      return 'another';
    }
    const receipt = sealReceipt(world.sealer, order.id, became);
    const finished = await world.store.orders.finish({ id, lease, receipt, keepUntil: now + RECEIPT_MS, now });
    if (finished === 'finished') await tellForgotten(world, order, became);
  } catch (error) {
    world.log.error('order.failed', { id, code: codeOf(error), count: order.attempts });
    done.abort();
    const breather = Math.min(LONGEST_BREATHER_MS, BREATHER_MS * 2 ** Math.min(order.attempts, 20));
    await world.store.orders.renew({ id, lease, until: world.clock.now() + breather }).catch(() => undefined); // The store is away: the lease lapses by itself.
  } finally {
    done.abort();
  }
  return 'ours';
};

const receiptOf = async (world: World, order: ClaimedOrder): Promise<Done> => {
  const { id, attempts, turn } = order;
  const body = openBody(world.sealer, order);
  if (body === null) {
    if (attempts <= MOST_TRIES) throw unread();
    await noteOrder(world, { order: id, what: null, change: 'failed', attempt: attempts });
    return UNREADABLE;
  }
  const { kind: what } = body.order;
  const confirmed = ours(body, order.confirmations);
  const last = confirmed.at(-1);
  if (last === undefined || confirmed.length < confirmationsFor(body.order)) {
    world.log.error('order.forged', { id });
    await noteOrder(world, { order: id, what, change: 'failed', attempt: attempts });
    return FORGED;
  }
  const { by, at } = last;
  if (attempts > MOST_TRIES) {
    await noteOrder(world, { order: id, what, change: 'failed', by, attempt: attempts });
    return GIVEN_UP;
  }
  await noteOrder(world, { order: id, what, change: 'begun', by, attempt: attempts });
  const receipt = await execute(world, body.order, {
    id,
    by,
    confirmed: confirmed.map((each) => each.by),
    at,
    turn,
  });
  // Whoever reads the receipt finds it in force here; the other processes look by themselves.
  await world.policyCaughtUp().catch(() => undefined);
  const change = receipt !== 'another' && receipt.ok ? 'done' : 'failed';
  await noteOrder(world, { order: id, what, change, by, attempt: attempts });
  return receipt;
};

const keepLease = async (world: World, { id, lease }: ClaimedOrder, done: AbortSignal): Promise<void> => {
  while (!done.aborted) {
    await world.clock.sleep(world.leaseMs / 3, done);
    if (done.aborted) return;
    const until = world.clock.now() + world.leaseMs;
    const kept = await world.store.orders.renew({ id, lease, until }).catch(() => 'unknown' as const);
    if (kept === 'lost') return;
  }
};

const unread = (): SottoError =>
  new SottoError(
    'secrets-unavailable',
    'The order opens under no data key that this process knows, so it was not begun. It is tried again, here or by another one.',
  );

const UNREADABLE: Receipt = {
  ok: false,
  says: [
    'The order cannot be read any more (the data key that it was sealed with is gone), so nothing more was done. Give it again.',
  ],
  data: {},
};

const FORGED: Receipt = {
  ok: false,
  says: [
    'The store says that it was confirmed, and no operator did: somebody else writes there. Nothing was done. Find out who may.',
  ],
  data: {},
};

const GIVEN_UP: Receipt = {
  ok: false,
  says: [
    'It failed too often and was given up. The log of the running Sotto says with which code. It may be done in part: give the order again.',
  ],
  data: {},
};
