/** Keeps the leases of what is worked on. One timer for all of them: most questions end long before it is due. */
import type { Claim } from './ports.ts';
import type { World } from './world.ts';

/** Parts of a lease: how often is looked, and from which age a lease is renewed. None gets older than the sum of both. */
const LOOK_PART = 1 / 4;
const AGE_PART = 1 / 8;

export interface Leases {
  /** Keeps it from now on. */
  keep(claim: Claim): void;
  /** It has ended. */
  drop(claim: Claim): void;
  /** No timer is left behind once the last one has ended. */
  stop(): void;
}

export const createLeases = (world: Pick<World, 'clock' | 'leaseMs' | 'store'>): Leases => {
  const { clock, leaseMs, store } = world;
  /** When each was claimed or renewed last. */
  const kept = new Map<Claim, number>();
  const ended = new AbortController();
  let stopping = false;
  let looking = false;

  const renew = async (claim: Claim): Promise<void> => {
    const now = clock.now();
    const renewed = await store.inbox
      .renew({ id: claim.id, lease: claim.lease, until: now + leaseMs })
      .catch(() => 'unknown' as const); // A busy store is no proof that the claim is somebody else's.
    if (renewed === 'lost') kept.delete(claim);
    else if (renewed === 'renewed' && kept.has(claim)) kept.set(claim, now);
  };

  const look = async (): Promise<void> => {
    while (kept.size > 0 && !ended.signal.aborted) {
      await clock.sleep(leaseMs * LOOK_PART, ended.signal);
      const due = [...kept].filter(([, since]) => clock.now() - since >= leaseMs * AGE_PART);
      await Promise.all(due.map(([claim]) => renew(claim)));
    }
    looking = false;
  };

  const endIfDone = (): void => {
    if (stopping && kept.size === 0) ended.abort();
  };

  return {
    keep: (claim) => {
      kept.set(claim, clock.now());
      if (looking) return;
      looking = true;
      void look();
    },
    drop: (claim) => {
      kept.delete(claim);
      endIfDone();
    },
    stop: () => {
      stopping = true;
      endIfDone();
    },
  };
};
