/** Somebody has signed in strongly. Whatever gives a sign-in calls this, and nothing else gives one. */

import { waitersOf } from './parked.ts';
import type { ParkedRef } from './ports.ts';
import { keepSignIn, type SignIn, voidSince } from './sign-in/grants.ts';
import type { OwnToken } from './sign-in-ports.ts';
import { packParts } from './stored.ts';
import type { Account } from './types.ts';
import type { World } from './world.ts';

/** `ended`: the person ended their sign-ins since they signed in, so that it needs a fresh one. */
export type SignedIn =
  | {
      readonly ok: true;
      /** What counts now: this one, or a later one that counted before. */
      readonly signIn: SignIn;
      /** Questions that are to be answered now. */
      readonly answered: number;
    }
  | { readonly ok: false; readonly why: 'ended' };

/**
 * Puts the sign-in on record and in the store, and brings back what this person asked and was told to sign in for: it is judged
 * afresh and answered by itself, before new questions, in order of acceptance. Of several with the same answer in one account only the last is, and
 * the others end. May be repeated; what was brought back is not brought back again.
 */
export const signedIn = async (
  world: Pick<World, 'audit' | 'clock' | 'names' | 'random' | 'sealer' | 'signIn' | 'store'>,
  o: {
    /** Directory id. */
    readonly person: string;
    /** When it was (`auth_time`), and until when it counts. */
    readonly at: number;
    readonly until: number;
    /** What gave it. */
    readonly by: string;
    /** Of the provider that saw it, which must be the one of the settings for as long as it counts. Absent: none did. */
    readonly issuer?: string;
    /** Whose question it was for. Absent: nobody's. */
    readonly account?: Pick<Account, 'platform' | 'tenant' | 'user'>;
    /** A token of theirs that came with it, kept for systems that are asked as the person. Absent: none did. */
    readonly own?: OwnToken;
    /** Random; a new one unless told. */
    readonly id?: string;
    /** Called with what counts now, as soon as it does: whatever fails after that, they are told. */
    readonly counts?: (signIn: SignIn) => void;
  },
): Promise<SignedIn> => {
  const { person, at, until, by } = o;
  const begunAt = world.clock.now();
  const ended = await voidSince(world, person);
  if (ended !== null && at <= ended) return { ok: false, why: 'ended' };

  const id = o.id ?? world.random.id();
  const fingerprint = world.sealer.fingerprint(person);
  const name = await world.names.of({ person, purpose: 'asker' });
  const entry = { kind: 'grant', for: 'question', id, person: fingerprint, name } as const;
  await world.audit.append({ ...entry, at: begunAt, change: 'given', by, signedInAt: at, until });
  const given = { id, at, until };
  const named = { account: o.account ?? null, issuer: o.issuer ?? null, own: o.own ?? null };
  const signIn = await keepSignIn(world, { person, signIn: given, ...named, now: begunAt });
  if (signIn === 'ended') {
    // Between our look and now; what stands on record must not say that it counts.
    const void_ = { change: 'ended', by: 'ended-meanwhile', signedInAt: null, until: null } as const;
    await world.audit.append({ ...entry, ...void_, at: world.clock.now() });
    return { ok: false, why: 'ended' };
  }
  o.counts?.(signIn);
  return { ok: true, signIn, answered: await bringBack(world, person) };
};

/** Returns how many are to be answered. */
const bringBack = async (world: Pick<World, 'clock' | 'sealer' | 'store'>, person: string): Promise<number> => {
  const { inbox } = world.store;
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
