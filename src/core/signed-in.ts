/** Somebody has signed in strongly. Whatever gives a sign-in calls this, and nothing else gives one. */

import { waitersOf } from './parked.ts';
import type { ParkedRef } from './ports.ts';
import { packParts } from './stored.ts';
import type { World } from './world.ts';

/**
 * Puts the sign-in on record and in the store, and brings back what this person asked and was told to sign in for: it is judged
 * afresh and answered by itself, before new questions, in order of acceptance. Of several with the same answer in one account only the last is, and
 * the others end. Returns how many are to be answered. May be repeated; what was brought back is not brought back again.
 */
export const signedIn = async (
  world: Pick<World, 'audit' | 'clock' | 'sealer' | 'store'>,
  o: {
    /** Directory id. */
    readonly person: string;
    /** When it was, and until when it counts. */
    readonly at: number;
    readonly until: number;
    /** What gave it. */
    readonly by: string;
  },
): Promise<number> => {
  const { person, at, until, by } = o;
  const { inbox, grants } = world.store;
  await world.audit.append({
    kind: 'grant',
    at: world.clock.now(),
    person: world.sealer.fingerprint(person),
    change: 'given',
    by,
  });
  await grants.give({ person, at, until });

  const now = world.clock.now();
  const found = await Promise.all(waitersOf(world, person).map((waiter) => inbox.waiting({ person: waiter, now })));
  const waiting = found.flat().toSorted((a, b) => a.acceptedAt - b.acceptedAt);
  const last = new Map(waiting.map((ref) => [answerOf(ref), ref.id]));
  let answered = 0;
  for (const ref of waiting) {
    if (ref.why !== 'sign-in') continue;
    const overdue = last.get(answerOf(ref)) !== ref.id;
    const { tenant, conversation, id } = ref;
    const back = await inbox.unpark({ tenant, conversation, id, now, overdue });
    if (back === 'queued' && !overdue) answered += 1;
  }
  return answered;
};

const answerOf = ({ tenant, account, what, why }: ParkedRef): string => packParts([tenant, account, what, why]);
