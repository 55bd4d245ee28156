/** One removal, from the call to the platform to what became of it, on record. Nothing here drops one. */
import { leaveLine } from './again.ts';
import { tombstoneCard } from './answer.ts';
import type { RemovalEntry } from './audit.ts';
import { codeOf } from './errors.ts';
import type { DueRemoval, Failed } from './ports.ts';
import { VIEW_CHANNEL } from './types.ts';
import type { World } from './world.ts';

/** What removing needs of the world. */
export interface RemovalWorld
  extends Pick<World, 'audit' | 'clock' | 'log' | 'metrics' | 'platforms' | 'random' | 'sealer' | 'standing'> {
  readonly store: Pick<World['store'], 'budgets' | 'expiries'>;
}

const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 15 * 60_000;

/** What the platform refuses for good is tried again so much later; refusals have been lifted before (Slack requirement 19). */
const REFUSED_WAIT_MS = 6 * 60 * 60_000;

/** What became of one try. `waits`: the adapter has not made the call yet, for its budget is used up. */
export type Tried =
  | { readonly end: 'done'; readonly state: RemovalEntry['state'] }
  | { readonly end: 'refused'; readonly code: string }
  | { readonly end: 'later'; readonly code: string; readonly afterMs: number | null }
  | { readonly end: 'waits'; readonly afterMs: number };

/** The code of a call that an adapter did not make because its budget was used up: no failure. */
export const PACED = 'paced';

const laterOf = ({ code, afterMs }: Failed<'later' | 'gone' | 'never'>): Tried =>
  code === PACED
    ? { end: 'waits', afterMs: afterMs ?? FIRST_WAIT_MS }
    : { end: 'later', code, afterMs: afterMs ?? null };

/** `update`: takes a call of the tenant's updates; ms to wait where there is none. */
export const tryRemoval = async (
  world: RemovalWorld,
  removal: DueRemoval,
  update: () => Promise<number>,
): Promise<Tried> => {
  const { ref } = removal;
  const platform = world.platforms.get(ref.platform);
  if (platform === undefined) return { end: 'later', code: 'platform-off', afterMs: null };
  if (removal.again !== null) {
    // It was admitted as the update that it is; see `lanes.ts`.
    const line = await leaveLine(world, removal);
    if (line !== 'none') {
      if (line.ok || line.fault === 'gone') return { end: 'done', state: line.ok ? 'blanked' : 'already-gone' };
      return laterOf(line);
    }
  }
  const removed = await platform.remove({ ref });
  // An open view is only emptied: whoever looks at it closes it (promise 10).
  const done = ref.channel === VIEW_CHANNEL ? 'blanked' : 'removed';
  if (removed.ok || removed.fault === 'gone') return { end: 'done', state: removed.ok ? done : 'already-gone' };
  if (removed.fault === 'later') return laterOf(removed);

  // The platform will not delete it. Its words can still leave the screen.
  const wait = await update();
  if (wait > 0) return { end: 'waits', afterMs: wait };
  const blanked = await platform.update({ ref, card: tombstoneCard('en') });
  if (blanked.ok || blanked.fault === 'gone') return { end: 'done', state: blanked.ok ? 'blanked' : 'already-gone' };
  return blanked.fault === 'later' ? laterOf(blanked) : { end: 'refused', code: blanked.code };
};

/** When what failed is tried again: later and later, never all at once, and never before the platform said. */
export const retryAt = (
  world: Pick<RemovalWorld, 'clock' | 'random'>,
  { attempts }: DueRemoval,
  tried: Extract<Tried, { readonly end: 'refused' | 'later' }>,
): number => {
  const now = world.clock.now();
  if (tried.end === 'refused') return now + REFUSED_WAIT_MS;
  const backoff = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 20)) * (0.5 + world.random.fraction());
  return now + Math.max(backoff, tried.afterMs ?? 0);
};

/** A removal that cannot be recorded has happened all the same; it is not undone and not repeated for that. */
export const note = async (
  world: RemovalWorld,
  removal: DueRemoval,
  o: Pick<RemovalEntry, 'state' | 'engineMs' | 'platformMs'>,
): Promise<void> => {
  const { ref, removeAt, attempts } = removal;
  try {
    await world.audit.append({
      kind: 'removal',
      at: world.clock.now(),
      platform: ref.platform,
      tenant: ref.tenant,
      channel: ref.channel,
      message: ref.id,
      state: o.state,
      dueAt: removeAt,
      attempts,
      engineMs: o.engineMs,
      platformMs: o.platformMs,
    });
  } catch (error) {
    world.log.error('audit.removal-lost', { code: codeOf(error) });
  }
};
