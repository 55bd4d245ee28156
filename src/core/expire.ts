/** Removes what is due. Nothing is ever dropped: what cannot be removed is tried again, later and later, and is on record. */
import { tombstoneCard } from './answer.ts';
import type { RemovalEntry } from './audit.ts';
import { codeOf } from './errors.ts';
import type { DueRemoval, Failed } from './ports.ts';
import { VIEW_CHANNEL } from './types.ts';
import type { World } from './world.ts';

const MOST_AT_ONCE = 16;
const LEASE_MS = 30_000;
const LOOK_EVERY_MS = 500;
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 15 * 60_000;

/** What the platform refuses for good is tried again so much later; refusals have been lifted before (Slack requirement 19). */
const REFUSED_WAIT_MS = 6 * 60 * 60_000;

export interface Expiring {
  start(): void;
  /** Finishes the removals that were begun, within `graceMs`; the rest are due again at the next start. */
  stop(o: { readonly graceMs: number }): Promise<void>;
}

export const createExpiring = (world: World): Expiring => {
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const turn = async (): Promise<void> => {
    const now = world.clock.now();
    const due = await world.store.expiries.claim({ now, leaseMs: LEASE_MS, limit: MOST_AT_ONCE });
    await Promise.all(due.map((removal) => removeOne(world, removal)));
    if (due.length > 0) return;
    const next = await world.store.expiries.next();
    const wait = next === null ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, Math.max(5, next - now));
    await world.clock.sleep(wait, stopping.signal);
  };

  return {
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          try {
            await turn();
          } catch (error) {
            world.log.error('expiry.failed', { code: codeOf(error) });
            await world.clock.sleep(LOOK_EVERY_MS, stopping.signal);
          }
        }
      })();
    },
    stop: async ({ graceMs }) => {
      stopping.abort();
      const cut = new AbortController();
      await Promise.race([loop, world.clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
  };
};

const removeOne = async (world: World, removal: DueRemoval): Promise<void> => {
  const { ref } = removal;
  // It stays in the chat; only we forget it.
  if (removal.then === 'forget') return world.store.expiries.ack({ removals: [removal] });
  const platform = world.platforms.get(ref.platform);
  const removed =
    platform === undefined
      ? ({ ok: false, fault: 'later', code: 'platform-off' } as const)
      : await platform.remove({ ref });
  // An open view is only emptied: whoever looks at it closes it (promise 10).
  const done = ref.channel === VIEW_CHANNEL ? 'blanked' : 'removed';
  if (removed.ok || removed.fault === 'gone') return finish(world, removal, removed.ok ? done : 'already-gone');
  if (removed.fault === 'later' || platform === undefined) return again(world, removal, removed);

  // The platform will not delete it. Its words can still leave the screen.
  const blanked = await platform.update({ ref, card: tombstoneCard('en') });
  if (blanked.ok || blanked.fault === 'gone') return finish(world, removal, blanked.ok ? 'blanked' : 'already-gone');
  if (blanked.fault === 'later') return again(world, removal, blanked);
  await note(world, removal, 'refused-by-platform');
  await world.store.expiries.fail({ removal, retryAt: world.clock.now() + REFUSED_WAIT_MS, code: blanked.code });
};

const finish = async (world: World, removal: DueRemoval, state: RemovalEntry['state']): Promise<void> => {
  await note(world, removal, state);
  await world.store.expiries.ack({ removals: [removal] });
  world.metrics.observe('removal_lateness_ms', world.clock.now() - removal.removeAt);
};

const again = async (world: World, removal: DueRemoval, trouble: Failed<'later' | 'gone' | 'never'>): Promise<void> => {
  const backoff =
    Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(removal.attempts, 20)) * (0.5 + world.random.fraction());
  const retryAt = world.clock.now() + Math.max(backoff, trouble.afterMs ?? 0);
  world.log.warn('removal.later', { code: trouble.code, count: removal.attempts });
  world.metrics.count('removals_failed', { code: trouble.code });
  await world.store.expiries.fail({ removal, retryAt, code: trouble.code });
};

/** A removal that cannot be recorded has happened all the same; it is not undone and not repeated for that. */
const note = async (world: World, removal: DueRemoval, state: RemovalEntry['state']): Promise<void> => {
  const { ref, removeAt, attempts } = removal;
  try {
    await world.audit.append({
      kind: 'removal',
      at: world.clock.now(),
      platform: ref.platform,
      tenant: ref.tenant,
      channel: ref.channel,
      message: ref.id,
      state,
      dueAt: removeAt,
      attempts,
    });
  } catch (error) {
    world.log.error('audit.removal-lost', { code: codeOf(error) });
  }
};
