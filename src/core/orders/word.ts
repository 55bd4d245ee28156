/**
 * What it takes to confirm an order, whichever way somebody does: a role that the directory vouches for afresh, a code that is found among all, a bound on wrong
 * ones, and a proof that only the order's own key makes.
 */
import type { KeptOrder } from '../ports.ts';
import type { Person } from '../types.ts';
import type { World } from '../world.ts';
import { type Body, openBody, proven } from './body.ts';
import { keyedHash, sameHash } from './code.ts';
import { noteOrder } from './note.ts';
import { type Role, rolesFor } from './types.ts';

/** Wrong codes that one person may send in a minute, over all their chats and pages; after them a right one is not looked at either. */
const MOST_WRONG = 5;
export const MINUTE_MS = 60_000;

export interface Found {
  readonly kept: KeptOrder;
  readonly body: Body;
}

const ROLES: readonly Role[] = ['operators', 'hr'];

/** Whether they have one of these roles; default: any. */
export const hasRole = (world: Pick<World, Role>, person: Person, roles: readonly Role[] = ROLES): boolean =>
  person.kind === 'employee' && person.fresh && roles.some((role) => person.groups.includes(world[role]));

const wrongOf = ({ id }: Pick<Person, 'id'>) => ({ key: `order-code:${id}`, windowMs: MINUTE_MS });

/** Whether they sent too many wrong codes. */
export const triedTooOften = async ({ store, clock }: World, person: Pick<Person, 'id'>): Promise<boolean> =>
  (await store.counters.read({ ...wrongOf(person), now: clock.now() })) >= MOST_WRONG;

/** Another wrong one. */
export const countWrong = async ({ store, clock }: World, person: Pick<Person, 'id'>): Promise<void> => {
  await store.counters.add({ ...wrongOf(person), now: clock.now() });
};

/** Every order is compared, so that how long it takes tells nothing. `unread`: it is none that opens here, and one that waits does not. */
export const findByCode = async (world: World, code: string): Promise<Found | 'unread' | null> => {
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

/** The person, as the order's confirmations name them. */
export const confirmerOf = ({ body }: Found, { id }: Pick<Person, 'id'>): string =>
  keyedHash({ key: body.key, of: 'person', value: id });

/** Where an order stands for this person. `waiting`: theirs is on it, and somebody else's is needed. `open`: theirs is wanted. */
export const standingFor = (
  { kept, body }: Found,
  person: Pick<Person, 'id'>,
  now: number,
): 'already' | 'over' | 'waiting' | 'open' => {
  if (kept.state === 'confirmed' || kept.state === 'done') return 'already';
  if (kept.state === 'burnt' || kept.until <= now) return 'over';
  const as = confirmerOf({ kept, body }, person);
  return kept.confirmations.some((each) => each.person === as) ? 'waiting' : 'open';
};

/** Whose word besides is needed, where one is. */
export const whoElse = ({ body }: Found): Role => (rolesFor(body.order).includes('hr') ? 'hr' : 'operators');

/** Puts their word on record, then on the order. `by`: id of the message that held the code, or of the sign-in behind the page. */
export const giveWord = async (
  world: World,
  found: Found,
  o: { readonly person: Pick<Person, 'id'>; readonly by: string },
): Promise<'confirmed' | 'waiting' | 'already' | 'over'> => {
  const { kept, body } = found;
  const { orders } = world.store;
  const now = Math.ceil(world.clock.now());
  const by = world.sealer.fingerprint(o.person.id);
  // From now on they are named by the fingerprint alone.
  await world.names.of({ person: o.person.id, purpose: 'officer' });
  const person = confirmerOf(found, o.person);
  await noteOrder(world, { order: kept.id, what: body.order.kind, change: 'confirmed', by, question: o.by });
  switch (await orders.confirm({ id: kept.id, confirmation: proven(body, { person, by, at: now }), now })) {
    case 'confirmed':
      return 'confirmed';
    case 'more':
    case 'repeat':
      return 'waiting';
    default: {
      // Somebody else's confirmation may have come in between.
      const then = await orders.find({ id: kept.id, now: world.clock.now() });
      return then?.state === 'confirmed' || then?.state === 'done' ? 'already' : 'over';
    }
  }
};
