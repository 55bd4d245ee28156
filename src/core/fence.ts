/**
 * A process that stood still (a paused machine, a long collection) may wake up after its claim has lapsed and another has
 * shown the answer. The store turns it away by its lease; the platform knows no leases. So whoever is at a claim has the
 * world through this fence: before it posts or changes a message, the claim was proved less than half a lease ago, or is
 * proved anew. The other half is for the call itself and for clocks that differ.
 */
import type { Claim, Inbox, Platform } from './ports.ts';
import type { PlatformName } from './types.ts';
import type { World } from './world.ts';

/** A process that falls asleep between proof and call so often in a row is not one to post anything. */
const MOST_PROOFS = 3;

const LOST = { ok: false, fault: 'later', code: 'claim-lost' } as const;

/** The world as it is for whoever is at this claim. A call that would come too late is answered `later`, and was not made. */
export const fenced = (world: World, claim: Claim): World => {
  const { clock, leaseMs } = world;
  const { inbox } = world.store;
  let provenAt: number | null = null;

  /** A store that takes the call under this lease has proved it, as of before the call. */
  const proving = async <T>(call: Promise<T>, proves: (outcome: T) => boolean, at: number): Promise<T> => {
    const outcome = await call;
    if (proves(outcome)) provenAt = Math.max(at, provenAt ?? at);
    return outcome;
  };
  const guarded: Inbox = {
    ...inbox,
    commit: (o) => proving(inbox.commit(o), (status) => status === 'committed', clock.now()),
    hold: (o) => proving(inbox.hold(o), (status) => status === 'held', clock.now()),
  };

  const proven = (): boolean => {
    const age = provenAt === null ? Number.POSITIVE_INFINITY : clock.now() - provenAt;
    return age >= 0 && age < leaseMs / 2;
  };
  const ours = async (): Promise<boolean> => {
    for (let proof = 1; !proven() && proof <= MOST_PROOFS; proof++) {
      const now = clock.now();
      const kept = await inbox.renew({ id: claim.id, lease: claim.lease, until: now + leaseMs });
      if (kept === 'lost') return false;
      provenAt = now;
    }
    return proven();
  };
  const behind = (platform: Platform): Platform => {
    const { aside } = platform;
    return {
      ...platform,
      post: async (o) => (proven() || (await ours()) ? platform.post(o) : LOST),
      update: async (o) => (proven() || (await ours()) ? platform.update(o) : LOST),
      ...(aside === undefined ? {} : { aside: async (o) => (proven() || (await ours()) ? aside(o) : LOST) }),
    };
  };

  const platforms = new Map<PlatformName, Platform>();
  for (const [name, platform] of world.platforms) platforms.set(name, behind(platform));
  return { ...world, store: { ...world.store, inbox: guarded }, platforms, unfenced: world.unfenced ?? world };
};
