/** What the benches of both stores have them do. */
import type { Claim, Leaving, Store } from '../src/core/ports.ts';
import type { MessageRef } from '../src/core/types.ts';

export const LEASE_MS = 60_000;
export const WORDS = 'x'.repeat(700);

/** Work until the time is up, `inFlight` at once; things done per second. */
export const perSecond = async (o: {
  readonly seconds: number;
  readonly inFlight: number;
  readonly work: (n: number) => Promise<void>;
}): Promise<number> => {
  const start = performance.now();
  const end = start + o.seconds * 1_000;
  let begun = 0;
  let done = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      begun += 1;
      await o.work(begun);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: o.inFlight }, one));
  return done / ((performance.now() - start) / 1_000);
};

/** Each question has a conversation of its own, so that it is claimed at once. */
export const accept = async (store: Store, name: string, n: number, tenant = 'T1'): Promise<Claim> => {
  const id = `${name}-${n}`;
  const accepted = await store.inbox.accept({
    id,
    conversation: id,
    tenant,
    account: `slack:U${n % 1_000}`,
    inbound: WORDS,
    counts: [
      { name: 'person', key: `person:U${n % 1_000}`, windowMs: 60_000 },
      { name: 'tenant', key: 'tenant:T1', windowMs: 60_000 },
    ],
    now: Date.now(),
    leaseMs: LEASE_MS,
    claim: true,
  });
  if (accepted.status !== 'claimed') throw new Error(`the store was not idle: ${accepted.status}`);
  return accepted.claim;
};

/** An answer that is shown by hold-reveal. */
export const commit = async (store: Store, { id, lease }: Claim): Promise<void> => {
  const now = Date.now();
  const done = await store.inbox.commit({
    id,
    lease,
    restrictionsVersion: 0,
    state: WORDS,
    stateUntil: now + LEASE_MS,
    stateAbout: 'p'.repeat(27),
    outbox: { key: id, reply: WORDS, placeholder: true, expiresMs: LEASE_MS, ref: null, about: null, again: null },
    now,
    leaseMs: LEASE_MS,
  });
  if (done !== 'committed') throw new Error(`the store did not commit: ${done}`);
};

export const refOf = (id: string, tenant = 'T1'): MessageRef => ({
  platform: 'slack',
  tenant,
  channel: 'D012345678',
  id,
});

/** As an answer leaves: about something, and with nothing in its place. */
export const leavingOf = (ref: MessageRef, removeAt: number): Leaving => ({
  ref,
  removeAt,
  about: 'aB3dE_6hIjKlMnOpQrSt0sgs7k0',
  then: 'remove',
  again: null,
});
