/** Things to store, for the contracts of the store and for its faults. */
import type { Claim, HeldRef, Inbox, Leaving, Outbox, Store } from '../../src/core/ports.ts';
import type { MessageRef } from '../../src/core/types.ts';

export const NOW = 1_700_000_000_000;
export const LEASE = 30_000;

export const refOf = (id: string, o: Partial<MessageRef> = {}): MessageRef => ({
  platform: 'slack',
  tenant: 'T1',
  channel: 'D1',
  id,
  ...o,
});

/** A message that is just taken away, unless told otherwise. */
export const leavingOf = (ref: MessageRef, removeAt: number, o: Partial<Leaving> = {}): Leaving => ({
  ref,
  removeAt,
  about: null,
  then: 'remove',
  again: null,
  ...o,
});

/** A placeholder that stays. */
export const stayingOf = (ref: MessageRef): HeldRef => ({ ...leavingOf(ref, 0), removeAt: null });

type Question = Parameters<Inbox['accept']>[0];

export const questionOf = (id: string, o: Partial<Question> = {}): Question => ({
  id,
  conversation: 'c1',
  tenant: 'T1',
  account: 'slack:U1',
  inbound: `sealed-${id}`,
  counts: [],
  now: NOW,
  leaseMs: LEASE,
  claim: true,
  ...o,
});

export const outboxOf = (o: Partial<Outbox> = {}): Outbox => ({
  key: 'key-1',
  reply: 'sealed-reply',
  placeholder: true,
  expiresMs: 60_000,
  ref: null,
  about: null,
  again: null,
  ...o,
});

type Commit = Parameters<Inbox['commit']>[0];

export const commitOf = (claim: Claim, o: Partial<Commit> = {}): Commit => ({
  id: claim.id,
  lease: claim.lease,
  restrictionsVersion: 0,
  state: `state-after-${claim.id}`,
  stateUntil: NOW + 3_600_000,
  stateAbout: 'about',
  outbox: outboxOf(),
  now: NOW,
  leaseMs: LEASE,
  ...o,
});

type Settle = Parameters<Inbox['settle']>[0];

export const settleOf = (claim: Claim, o: Partial<Settle> = {}): Settle => ({
  id: claim.id,
  lease: claim.lease,
  end: 'shown',
  expiry: null,
  now: NOW,
  ...o,
});

type Park = Parameters<Inbox['park']>[0];

export const parkOf = (claim: Claim, o: Partial<Park> = {}): Park => ({
  id: claim.id,
  lease: claim.lease,
  until: NOW + 600_000,
  why: 'sign-in',
  person: 'person-1',
  what: 'what-1',
  now: NOW,
  ...o,
});

type Bury = Parameters<Inbox['bury']>[0];

export const buryOf = (claim: Claim, o: Partial<Bury> = {}): Bury => ({
  id: claim.id,
  lease: claim.lease,
  code: 'unexpected',
  until: NOW + 86_400_000,
  now: NOW,
  ...o,
});

/** Accepts and claims at once; fails loudly where the store would not. */
export const claimed = async (store: Store, question: Question): Promise<Claim> => {
  const accepted = await store.inbox.accept(question);
  if (accepted.status !== 'claimed') throw new Error(`expected a claim, got ${accepted.status}`);
  return accepted.claim;
};

/** The one claim that there is to be had. */
export const onlyClaim = async (store: Store, now: number): Promise<Claim> => {
  const [claim, ...more] = await store.inbox.claim({ now, leaseMs: LEASE, limit: 10 });
  if (claim === undefined || more.length > 0)
    throw new Error(`expected one claim, got ${more.length + (claim ? 1 : 0)}`);
  return claim;
};

/** Puts a removal on record the way the core does: with the end of a question. A message stands in one conversation, always the same. */
export const schedule = async (store: Store, ref: MessageRef, removeAt: number, now = NOW): Promise<void> => {
  const conversation = `of-${ref.channel}-${ref.id}`;
  const id = `for-${ref.channel}-${ref.id}-${removeAt}-${scheduled++}`;
  const claim = await claimed(store, questionOf(id, { conversation, now, tenant: ref.tenant }));
  await store.inbox.settle(settleOf(claim, { expiry: leavingOf(ref, removeAt), now }));
};

let scheduled = 0;
