import { describe, expect, it } from '@jest/globals';
import { createLeases } from '../../src/core/leases.ts';
import type { Claim, Inbox } from '../../src/core/ports.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld } from '../support/world.ts';

const LEASE = 60_000;

const claimOf = (id: string): Claim => ({ id, lease: `lease-${id}`, conversation: id }) as Claim;

/** What was renewed, and until when; `answer` says what the store replies. */
const playing = async (
  play: (o: {
    readonly clock: FakeClock;
    readonly renewed: string[];
    readonly leases: ReturnType<typeof createLeases>;
    answer(reply: () => Promise<'renewed' | 'lost'>): void;
  }) => Promise<void>,
): Promise<void> => {
  const clock = createFakeClock(0);
  const t = createTestWorld();
  const renewed: string[] = [];
  let reply = async (): Promise<'renewed' | 'lost'> => 'renewed';
  const renew: Inbox['renew'] = async ({ id, until }) => {
    renewed.push(`${id} until ${until}`);
    return reply();
  };
  const store = { ...t.store, inbox: { ...t.store.inbox, renew } };
  const leases = createLeases({ clock, leaseMs: LEASE, store });
  try {
    await play({
      clock,
      renewed,
      leases,
      answer: (next) => {
        reply = next;
      },
    });
  } finally {
    await t.close();
  }
};

describe('leases', () => {
  it('are renewed well before they lapse, for as long as it takes', () =>
    playing(async ({ clock, renewed, leases }) => {
      leases.keep(claimOf('a'));
      await clock.advance(46_000);
      expect(renewed).toEqual(['a until 75000', 'a until 90000', 'a until 105000']);
    }));

  it('never get older than half of their time, whenever they were claimed', () =>
    playing(async ({ clock, renewed, leases }) => {
      leases.keep(claimOf('a'));
      await clock.advance(14_000);
      leases.keep(claimOf('b'));
      await clock.advance(17_000);
      expect(renewed).toEqual(['a until 75000', 'a until 90000', 'b until 90000']);
    }));

  it('of what has ended are left alone, and no timer is left once all has ended and the work stops', () =>
    playing(async ({ clock, renewed, leases }) => {
      const [a, b] = [claimOf('a'), claimOf('b')];
      leases.keep(a);
      leases.keep(b);
      leases.drop(a);
      await clock.advance(15_000);
      expect(renewed).toEqual(['b until 75000']);
      leases.stop();
      expect(clock.sleeping()).toBe(1);
      await clock.advance(15_000);
      expect(renewed).toEqual(['b until 75000', 'b until 90000']);
      leases.drop(b);
      await clock.advance(0);
      expect(clock.sleeping()).toBe(0);
    }));

  it('are kept again after a time without any', () =>
    playing(async ({ clock, renewed, leases }) => {
      const a = claimOf('a');
      leases.keep(a);
      leases.drop(a);
      await clock.advance(100_000);
      expect(clock.sleeping()).toBe(0);
      leases.keep(claimOf('b'));
      await clock.advance(15_000);
      expect(renewed).toEqual(['b until 175000']);
    }));

  it('that somebody else holds by now are given up', () =>
    playing(async ({ clock, renewed, leases, answer }) => {
      answer(async () => 'lost');
      leases.keep(claimOf('a'));
      await clock.advance(60_000);
      expect(renewed).toEqual(['a until 75000']);
    }));

  it('are tried again when the store did not answer, for that is no proof of anything', () =>
    playing(async ({ clock, renewed, leases, answer }) => {
      answer(() => Promise.reject(new Error('away')));
      leases.keep(claimOf('a'));
      await clock.advance(30_000);
      expect(renewed).toEqual(['a until 75000', 'a until 90000']);
    }));
});
