/** One removal, from the call to the platform to what became of it, on record. Nothing here drops one. */
import { leaveLine } from './again.ts';
import { tombstoneCard } from './answer.ts';
import type { RemovalEntry } from './audit.ts';
import { codeOf, PACED } from './errors.ts';
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

const HOUR_MS = 60 * 60_000;

/**
 * What the platform refuses for good is tried again, slowly: never sooner than this, then each time when twice as much has passed since it
 * was due, and once a week at last. Refusals have been lifted before (Slack requirement 19), and nothing here is dropped.
 */
const REFUSED_WAIT_MS = 6 * HOUR_MS;
const MOST_REFUSED_WAIT_MS = 7 * 24 * HOUR_MS;

/** Where the words are gone already and only a line stands in their place: deleting that is tried so long after the answer was due, and no more. */
const DELETED_AFTER_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;

/**
 * After so many attempts, within some four minutes, a code that the platform does not document counts as a refusal for good (Slack
 * requirement 19).
 */
export const MOST_UNKNOWN = 8;

/** What stands on record as the reason of a removal whose words are gone, but whose line is not. */
const BLANKED = 'blanked';

/** Stands before the code of a refusal that is in the audit log, so that it comes there once. */
const FINAL = 'final.';

/** What became of one try. */
export type Tried =
  | { readonly end: 'done'; readonly state: RemovalEntry['state'] }
  /** Its words have left. `again`: when deleting the line is tried, ms since the epoch; null: it stays. `first`: they left just now. */
  | { readonly end: 'blanked'; readonly code: string; readonly again: number | null; readonly first: boolean }
  /** `first`: it is not on record yet. */
  | { readonly end: 'refused'; readonly code: string; readonly first: boolean }
  | { readonly end: 'later'; readonly code: string; readonly afterMs: number | null; readonly by: 'remove' | 'update' }
  /** The installation is refused, and with it every call of the tenant. */
  | { readonly end: 'parked'; readonly code: string; readonly afterMs: number; readonly by: 'remove' | 'update' }
  /** The adapter has not made the call yet, for its budget is used up. */
  | { readonly end: 'waits'; readonly afterMs: number };

const laterOf = ({ code, afterMs, because }: Failed<'later' | 'gone' | 'never'>, by: 'remove' | 'update'): Tried => {
  if (code === PACED) return { end: 'waits', afterMs: afterMs ?? FIRST_WAIT_MS };
  if (because === 'parked') return { end: 'parked', code, afterMs: afterMs ?? MOST_WAIT_MS, by };
  return { end: 'later', code, afterMs: afterMs ?? null, by };
};

/** When deleting what was blanked is tried next; null: no more. */
const deletedAgainAt = ({ removeAt }: DueRemoval, now: number): number | null => {
  const next = DELETED_AFTER_MS.find((after) => removeAt + after > now);
  return next === undefined ? null : removeAt + next;
};

/** `update`: takes a call of the tenant's updates; ms to wait where there is none. */
export const tryRemoval = async (
  world: RemovalWorld,
  removal: DueRemoval,
  update: () => Promise<number>,
): Promise<Tried> => {
  const { ref } = removal;
  const platform = world.platforms.get(ref.platform);
  if (platform === undefined) return { end: 'later', code: 'platform-off', afterMs: null, by: 'remove' };
  if (removal.again !== null) {
    // It was admitted as the update that it is; see `lanes.ts`.
    const line = await leaveLine(world, removal);
    if (line !== 'none') {
      if (line.ok || line.fault === 'gone') return { end: 'done', state: line.ok ? 'blanked' : 'already-gone' };
      return laterOf(line, 'update');
    }
  }
  const removed = await platform.remove({ ref });
  // An open view is only emptied: whoever looks at it closes it (promise 10).
  const done = ref.channel === VIEW_CHANNEL ? 'blanked' : 'removed';
  if (removed.ok || removed.fault === 'gone') return { end: 'done', state: removed.ok ? done : 'already-gone' };
  const given = removed.because === 'unknown' && removal.attempts >= MOST_UNKNOWN;
  if (removed.fault === 'later' && !given) return laterOf(removed, 'remove');

  // The platform will not delete it. Its words leave the screen at once, whatever is tried later.
  const lifted = removed.because === 'unsteady';
  const now = world.clock.now();
  if (removal.code === BLANKED) {
    return { end: 'blanked', code: removed.code, again: lifted ? deletedAgainAt(removal, now) : null, first: false };
  }
  const wait = await update();
  if (wait > 0) return { end: 'waits', afterMs: wait };
  const blanked = await platform.update({ ref, card: tombstoneCard });
  if (!blanked.ok && blanked.fault === 'gone') return { end: 'done', state: 'already-gone' };
  if (blanked.ok) {
    return { end: 'blanked', code: removed.code, again: lifted ? deletedAgainAt(removal, now) : null, first: true };
  }
  if (blanked.fault === 'later' && !(blanked.because === 'unknown' && removal.attempts >= MOST_UNKNOWN)) {
    return laterOf(blanked, 'update');
  }
  return { end: 'refused', code: blanked.code, first: !removal.code.startsWith(FINAL) };
};

/** What is on record of a failed try: by it the next one knows what was done already. */
export const codeKept = (
  { code }: Pick<DueRemoval, 'code'>,
  tried: Extract<Tried, { readonly code: string }>,
): string =>
  tried.end === 'blanked' || code === BLANKED
    ? BLANKED
    : tried.end === 'refused'
      ? `${FINAL}${tried.code}`
      : code.startsWith(FINAL)
        ? code
        : tried.code;

/** When what failed is tried again: later and later, never all at once, and never before the platform said. */
export const retryAt = (
  world: Pick<RemovalWorld, 'clock' | 'random'>,
  { attempts, removeAt }: DueRemoval,
  tried: Extract<Tried, { readonly end: 'refused' | 'later' }>,
): number => {
  const now = world.clock.now();
  if (tried.end === 'refused') {
    return now + Math.min(MOST_REFUSED_WAIT_MS, Math.max(REFUSED_WAIT_MS, now - removeAt));
  }
  const backoff = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 20)) * (0.5 + world.random.fraction());
  return now + Math.max(backoff, tried.afterMs ?? 0);
};

/** A removal that cannot be recorded has happened all the same; it is not undone and not repeated for that. */
export const note = async (
  world: RemovalWorld,
  removal: DueRemoval,
  o: Pick<RemovalEntry, 'state' | 'engineMs' | 'platformMs' | 'code'>,
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
      ...(o.code === undefined ? {} : { code: o.code }),
    });
  } catch (error) {
    world.log.error('audit.removal-lost', { code: codeOf(error) });
  }
};
