import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Claim, Store } from '../../src/core/ports.ts';
import { commitOf, LEASE, NOW, questionOf, settleOf } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

interface Kept {
  readonly id: string;
  readonly conversation: string;
  lease: string | null;
  freeAt: number;
  attempts: number;
}

type Step =
  | { readonly do: 'accept'; readonly conversation: number; readonly claim: boolean }
  | { readonly do: 'repeat' | 'commit' | 'settle' | 'release' | 'renew'; readonly which: number }
  | { readonly do: 'claim'; readonly limit: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('accept' as const), conversation: fc.nat(3), claim: fc.boolean() }),
  fc.record({
    do: fc.constantFrom('repeat' as const, 'commit' as const, 'settle' as const, 'release' as const, 'renew' as const),
    which: fc.nat(30),
  }),
  fc.record({ do: fc.constant('claim' as const), limit: fc.nat(4) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, LEASE / 2, LEASE, 3 * LEASE) }),
);

/** A model of the inbox in a few lines: the oldest of each conversation can be claimed when it is free, and a lease is good until it is taken. */
const createModel = (store: Store) => {
  const kept: Kept[] = [];
  /** Every claim ever made, stale ones too: they are used on purpose. */
  const claims: Claim[] = [];
  const ended = new Set<string>();
  let now = NOW;
  let asked = 0;

  const heads = (): Kept[] =>
    kept.filter((one) => kept.find(({ conversation }) => conversation === one.conversation) === one);
  const claimable = (): Kept[] => heads().filter(({ freeAt }) => freeAt <= now);

  const took = (claim: Claim): void => {
    const one = claimable().find(({ id }) => id === claim.id);
    if (one === undefined) throw new Error(`${claim.id} was claimed and could not be`);
    one.lease = claim.lease;
    one.freeAt = now + LEASE;
    one.attempts += 1;
    expect(claim.attempts).toBe(one.attempts);
    expect(claims.map(({ lease }) => lease)).not.toContain(claim.lease);
    claims.push(claim);
  };

  const holder = (claim: Claim): Kept | undefined =>
    kept.find(({ id, lease }) => id === claim.id && lease === claim.lease);

  const accept = async (conversation: string, claim: boolean): Promise<void> => {
    asked += 1;
    const idle = !kept.some((one) => one.conversation === conversation);
    const id = `q${asked}`;
    const accepted = await store.inbox.accept(questionOf(id, { conversation, claim, now }));
    kept.push({ id, conversation, lease: null, freeAt: now, attempts: 0 });
    expect(accepted.status).toBe(idle && claim ? 'claimed' : 'queued');
    if (accepted.status === 'claimed') took(accepted.claim);
  };

  const end = async (claim: Claim): Promise<void> => {
    const mine = holder(claim);
    expect(await store.inbox.settle(settleOf(claim, { now }))).toBe(mine === undefined ? 'lost' : 'settled');
    if (mine === undefined) return;
    expect(ended.has(claim.id)).toBe(false);
    ended.add(claim.id);
    kept.splice(kept.indexOf(mine), 1);
  };

  const withClaim = async (what: 'repeat' | 'commit' | 'settle' | 'release' | 'renew', claim: Claim): Promise<void> => {
    const mine = holder(claim);
    if (what === 'settle') return end(claim);
    if (what === 'repeat') {
      const again = questionOf(claim.id, { conversation: claim.conversation, now });
      expect(await store.inbox.accept(again)).toEqual({ status: 'repeat' });
    } else if (what === 'commit') {
      expect(await store.inbox.commit(commitOf(claim, { now }))).toBe(mine === undefined ? 'lost' : 'committed');
      if (mine !== undefined) mine.freeAt = now + LEASE;
    } else if (what === 'renew') {
      const until = now + 2 * LEASE;
      expect(await store.inbox.renew({ ...claim, until })).toBe(mine === undefined ? 'lost' : 'renewed');
      if (mine !== undefined) mine.freeAt = until;
    } else {
      await store.inbox.release({ ...claim, notBefore: now + 100 });
      if (mine !== undefined) Object.assign(mine, { lease: null, freeAt: now + 100 });
    }
  };

  const claimSome = async (limit: number): Promise<void> => {
    const expected = Math.min(limit, claimable().length);
    const got = await store.inbox.claim({ now, leaseMs: LEASE, limit });
    expect(got).toHaveLength(expected);
    for (const claim of got) took(claim);
  };

  const run = async (one: Step): Promise<void> => {
    if (one.do === 'accept') await accept(`c${one.conversation}`, one.claim);
    else if (one.do === 'claim') await claimSome(one.limit);
    else if (one.do === 'wait') now += one.ms;
    else {
      const claim = claims[one.which % Math.max(1, claims.length)];
      if (claim !== undefined) await withClaim(one.do, claim);
    }
    const claimedNow = kept.filter(({ lease }) => lease !== null).length;
    expect(await store.inbox.backlog()).toEqual({ waiting: kept.length - claimedNow, claimed: claimedNow });
  };

  /** Whatever happened, everything that was accepted can be brought to its one end, in order. */
  const drain = async (): Promise<void> => {
    while (kept.length > 0) {
      now += 10 * LEASE;
      const before = kept.length;
      const claimsBefore = claims.length;
      await claimSome(500);
      for (const claim of claims.slice(claimsBefore)) await end(claim);
      expect(kept.length).toBeLessThan(before);
    }
    expect(ended.size).toBe(asked);
    expect(await store.inbox.next({ now })).toBeNull();
  };

  return { run, drain };
};

/** Random walks, compared with the model at every step. */
export const inboxModelContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);
  describe(`${name} under any sequence of calls`, () => {
    it('claims in order, one a conversation, loses nothing and settles everything once', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const model = createModel(await open());
          for (const one of steps) await model.run(one);
          await model.drain();
        }),
        { numRuns: 40 },
      );
    });
  });
};
