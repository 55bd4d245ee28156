import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Claim, Store } from '../../src/core/ports.ts';
import { LAPSED } from '../../src/core/stored.ts';
import { buryOf, commitOf, LEASE, NOW, outboxOf, parkOf, questionOf, settleOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

interface Kept {
  readonly id: string;
  readonly conversation: string;
  /** Id that its words were accepted under. */
  readonly words: string;
  readonly acceptedAt: number;
  lease: string | null;
  freeAt: number;
  attempts: number;
  committed: boolean;
  failure: string | null;
  /** Until when it is parked; null: it is not. */
  parked: number | null;
  wasParked: boolean;
  shredded: boolean;
}

interface Dead {
  readonly kept: Kept;
  readonly until: number;
}

const ofClaims = ['repeat', 'commit', 'settle', 'release', 'pace', 'renew', 'park', 'bury'] as const;

type Step =
  | { readonly do: 'accept'; readonly conversation: number; readonly claim: boolean }
  | { readonly do: (typeof ofClaims)[number]; readonly which: number }
  | { readonly do: 'unpark'; readonly which: number; readonly overdue: boolean }
  | { readonly do: 'retry'; readonly which: number }
  | { readonly do: 'sweep' }
  | { readonly do: 'claim'; readonly limit: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('accept' as const), conversation: fc.nat(2), claim: fc.boolean() }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom(...ofClaims), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('claim' as const), limit: fc.nat(4) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('unpark' as const),
      which: fc.nat(30),
      overdue: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, LEASE / 2, LEASE, 3 * LEASE) }),
  },
);

const PARKED_MS = 2 * LEASE;
const DEAD_MS = 4 * LEASE;

/**
 * A model of the inbox in a few lines. In a conversation one can be claimed when it is free: what was begun, otherwise the
 * oldest, which is what was un-parked where there is such. What is parked has no turn and can be claimed when its time is over. A lease is good until it is taken.
 * A sweep takes the words of what could be claimed and is overdue, and of nothing that somebody holds.
 */
const createModel = (store: Store) => {
  const kept: Kept[] = [];
  const dead: Dead[] = [];
  /** Every claim ever made, stale ones too: they are used on purpose. */
  const claims: Claim[] = [];
  const ended = new Set<string>();
  let now = NOW;
  let asked = 0;

  const begunFirst = (a: Kept, b: Kept): number =>
    Number(b.attempts > 0) - Number(a.attempts > 0) || kept.indexOf(a) - kept.indexOf(b);
  const turnOf = (conversation: string): Kept | undefined =>
    kept.filter((one) => one.conversation === conversation && one.parked === null).toSorted(begunFirst)[0];
  const claimable = (): Kept[] =>
    kept.filter((one) => one.freeAt <= now && (one.parked !== null || turnOf(one.conversation) === one));

  const took = (claim: Claim): void => {
    const one = claimable().find(({ id }) => id === claim.id);
    if (one === undefined) throw new Error(`${claim.id} was claimed and could not be`);
    if (one.lease !== null) one.failure = LAPSED;
    one.lease = claim.lease;
    one.freeAt = now + LEASE;
    one.attempts += 1;
    expect(claim).toMatchObject({
      conversation: one.conversation,
      acceptedAt: one.acceptedAt,
      attempts: one.attempts,
      inbound: one.shredded ? '' : `sealed-${one.words}`,
      outbox: one.committed ? outboxOf() : null,
      parked: one.wasParked ? 'sign-in' : null,
      overdue: one.parked !== null,
      failure: one.failure,
    });
    expect(claims.map(({ lease }) => lease)).not.toContain(claim.lease);
    claims.push(claim);
  };

  const holder = (claim: Claim): Kept | undefined =>
    kept.find(({ id, lease }) => id === claim.id && lease === claim.lease);

  const keep = (id: string, conversation: string, words: string): void => {
    const fresh = { lease: null, attempts: 0, committed: false, failure: null, parked: null, shredded: false };
    kept.push({ id, conversation, words, acceptedAt: now, freeAt: now, wasParked: false, ...fresh });
  };

  const accept = async (conversation: string, claim: boolean): Promise<void> => {
    asked += 1;
    const idle = turnOf(conversation) === undefined;
    const id = `q${asked}`;
    const accepted = await store.inbox.accept(questionOf(id, { conversation, claim, now }));
    keep(id, conversation, id);
    expect(accepted.status).toBe(idle && claim ? 'claimed' : 'queued');
    if (accepted.status === 'claimed') took(accepted.claim);
  };

  const gone = (one: Kept): void => {
    expect(ended.has(one.id)).toBe(false);
    ended.add(one.id);
    kept.splice(kept.indexOf(one), 1);
  };

  const end = async (claim: Claim): Promise<void> => {
    const mine = holder(claim);
    expect(await store.inbox.settle(settleOf(claim, { now }))).toBe(mine === undefined ? 'lost' : 'settled');
    if (mine !== undefined) gone(mine);
  };

  const park = async (claim: Claim): Promise<void> => {
    const mine = holder(claim);
    const until = now + PARKED_MS;
    const parked = parkOf(claim, { until, now, person: claim.conversation });
    expect(await store.inbox.park(parked)).toBe(mine === undefined ? 'lost' : 'parked');
    if (mine === undefined) return;
    const anew = { lease: null, attempts: 0, committed: false, failure: null };
    Object.assign(mine, { ...anew, parked: until, freeAt: until, wasParked: true });
  };

  const bury = async (claim: Claim): Promise<void> => {
    const mine = holder(claim);
    const until = now + DEAD_MS;
    expect(await store.inbox.bury(buryOf(claim, { until, now }))).toBe(mine === undefined ? 'lost' : 'buried');
    if (mine === undefined) return;
    gone(mine);
    dead.push({ kept: mine, until });
  };

  const withClaim = async (what: (typeof ofClaims)[number], claim: Claim): Promise<void> => {
    const mine = holder(claim);
    if (what === 'settle') return end(claim);
    if (what === 'park') return park(claim);
    if (what === 'bury') return bury(claim);
    if (what === 'repeat') {
      const again = questionOf(claim.id, { conversation: claim.conversation, now });
      expect(await store.inbox.accept(again)).toEqual({ status: 'repeat' });
    } else if (what === 'commit') {
      expect(await store.inbox.commit(commitOf(claim, { now }))).toBe(mine === undefined ? 'lost' : 'committed');
      if (mine !== undefined) Object.assign(mine, { freeAt: now + LEASE, committed: true });
    } else if (what === 'renew') {
      const until = now + 2 * LEASE;
      expect(await store.inbox.renew({ ...claim, until })).toBe(mine === undefined ? 'lost' : 'renewed');
      if (mine !== undefined) mine.freeAt = until;
    } else if (what === 'pace') {
      await store.inbox.release({ ...claim, notBefore: now + 100, paced: true });
      if (mine !== undefined)
        Object.assign(mine, { lease: null, freeAt: now + 100, attempts: Math.max(1, mine.attempts - 1) });
    } else {
      await store.inbox.release({ ...claim, notBefore: now + 100, code: 'odd' });
      if (mine !== undefined) Object.assign(mine, { lease: null, freeAt: now + 100, failure: 'odd' });
    }
  };

  const waits = (one: Kept): boolean => one.parked !== null && one.parked > now && one.lease === null;
  const overdue = (one: Kept): boolean => one.parked !== null && one.parked <= now;

  const unpark = async ({ which, overdue }: { which: number; overdue: boolean }): Promise<void> => {
    const some = kept.filter(({ wasParked }) => wasParked);
    const one = some[which % Math.max(1, some.length)];
    if (one === undefined) return;
    const found = { tenant: 'T1', conversation: one.conversation, id: one.id };
    expect(await store.inbox.unpark({ ...found, now, overdue })).toBe(waits(one) ? 'queued' : 'gone');
    if (!waits(one)) return;
    if (overdue) Object.assign(one, { parked: now, freeAt: now });
    else Object.assign(one, { parked: null, freeAt: 0 });
  };

  const retry = async (which: number): Promise<void> => {
    const letter = dead[which % Math.max(1, dead.length)];
    if (letter === undefined) return;
    asked += 1;
    const as = `r${asked}`;
    const lives = letter.until > now;
    expect(await store.inbox.retry({ id: letter.kept.id, as, now })).toBe(lives ? 'queued' : 'gone');
    if (!lives) {
      asked -= 1;
      return;
    }
    dead.splice(dead.indexOf(letter), 1);
    keep(as, letter.kept.conversation, letter.kept.words);
    if (letter.kept.shredded) Object.assign(kept.at(-1) ?? {}, { shredded: true });
  };

  const sweep = async (): Promise<void> => {
    const over = dead.filter(({ until }) => until <= now);
    const told = await store.inbox.sweep({ now });
    expect(told.map(({ id }) => id).toSorted()).toEqual(over.map((letter) => letter.kept.id).toSorted());
    for (const letter of over) dead.splice(dead.indexOf(letter), 1);
    for (const one of kept) if (overdue(one) && one.lease === null && one.freeAt <= now) one.shredded = true;
  };

  const claimSome = async (limit: number): Promise<void> => {
    const expected = Math.min(limit, claimable().length);
    const got = await store.inbox.claim({ now, leaseMs: LEASE, limit });
    expect(got).toHaveLength(expected);
    for (const claim of got) took(claim);
  };

  /** What can be asked of the store without changing it. */
  const compare = async (): Promise<void> => {
    const leased = kept.filter(({ lease }) => lease !== null).length;
    const parked = kept.filter(({ parked: until, lease }) => until !== null && lease === null).length;
    const queued = kept.length - leased - parked;
    expect(await store.inbox.census({ now })).toEqual({ queued, leased, parked, dead: dead.length });
    expect(await store.inbox.backlog()).toEqual({ waiting: queued, claimed: leased });
    for (const person of ['c0', 'c1', 'c2']) {
      const told = (await store.inbox.waiting({ person, now })).map(({ id }) => id).toSorted();
      const theirs = kept.filter((one) => waits(one) && one.conversation === person).map(({ id }) => id);
      expect(told).toEqual(theirs.toSorted());
    }
    const letters = (await store.inbox.dead({ limit: 500 })).map(({ id }) => id);
    expect(letters.toSorted()).toEqual(dead.map((letter) => letter.kept.id).toSorted());
    const turns = ['c0', 'c1', 'c2'].flatMap((conversation) => turnOf(conversation) ?? []);
    const next = [...turns, ...kept.filter(({ parked: until }) => until !== null)];
    const soonest = next.length === 0 ? null : Math.max(now, Math.min(...next.map(({ freeAt }) => freeAt)));
    expect(await store.inbox.next({ now })).toBe(soonest);
  };

  const run = async (one: Step): Promise<void> => {
    if (one.do === 'accept') await accept(`c${one.conversation}`, one.claim);
    else if (one.do === 'claim') await claimSome(one.limit);
    else if (one.do === 'wait') now += one.ms;
    else if (one.do === 'unpark') await unpark(one);
    else if (one.do === 'retry') await retry(one.which);
    else if (one.do === 'sweep') await sweep();
    else {
      const claim = claims[one.which % Math.max(1, claims.length)];
      if (claim !== undefined) await withClaim(one.do, claim);
    }
    await compare();
  };

  /** Whatever happened, everything that was accepted can be brought to its one end, in its turn. */
  const drain = async (): Promise<void> => {
    while (kept.length > 0) {
      now += 10 * LEASE;
      const before = kept.length;
      const claimsBefore = claims.length;
      await claimSome(500);
      for (const claim of claims.slice(claimsBefore)) await end(claim);
      expect(kept.length).toBeLessThan(before);
    }
    now += 10 * LEASE;
    await sweep();
    expect(ended.size).toBe(asked);
    expect(await store.inbox.next({ now })).toBeNull();
    expect(await store.inbox.census({ now })).toEqual({ queued: 0, leased: 0, parked: 0, dead: 0 });
  };

  return { run, drain };
};

/** What is overdue is claimed, the words of what is overdue are swept, and whoever claimed it is never heard of again. */
const WORKED_ON_IN_A_SWEEP: Step[] = [
  { do: 'accept', conversation: 0, claim: true },
  { do: 'park', which: 0 },
  { do: 'unpark', which: 0, overdue: true },
  { do: 'claim', limit: 1 },
  { do: 'sweep' },
];

/** Random walks, compared with the model at every step. */
export const inboxModelContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  describe(`${name} under any sequence of calls`, () => {
    it('claims in turn, one a conversation, loses nothing, blocks nobody and ends everything once', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
          const model = createModel(await open());
          for (const one of steps) await model.run(one);
          await model.drain();
        }),
        { numRuns: 40, examples: [[WORKED_ON_IN_A_SWEEP]] },
      );
    }, 60_000);
  });
};
