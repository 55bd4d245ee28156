/** The first start on a store that came out of a backup: what fell due meanwhile leaves before anybody is answered. */
import { codeOf, SottoError } from '../core/errors.ts';
import { untilTried } from '../core/overdue.ts';
import type { Restored } from '../core/ports.ts';
import type { World } from '../core/world.ts';

/** Refuses with code `settings` a store that is only half restored. */
export const checkWhole = (restored: Restored | null): void => {
  if (restored?.state === 'restoring')
    throw new SottoError(
      'settings',
      'The store is half restored: a restore was cut short, so restrictions and removals may be missing in it. Run "sotto restore" again with the same data folder, which goes on, and then start.',
    );
};

/** Waits, puts it on record and settles it. False: the signal came first. Never rejects. */
export const settleRestore = async (o: {
  readonly world: Pick<World, 'audit' | 'clock' | 'log' | 'standing' | 'store'>;
  readonly restored: Restored;
  readonly refuses: (tenant: string) => boolean;
  readonly seen: (left: number) => void;
  readonly signal: AbortSignal;
}): Promise<boolean> => {
  const { world, restored, refuses } = o;
  const { clock, log } = world;
  log.warn('restored.waiting', { id: restored.archive, ms: clock.now() - restored.madeAt });
  const { untried, waitedMs } = await untilTried({ ...world, refuses }, o);
  if (o.signal.aborted) return false;
  if (untried === 0) log.info('restored.removed', { ms: waitedMs });
  else log.error('restored.untried', { count: untried, ms: waitedMs });
  try {
    const { archive, madeAt } = restored;
    await world.audit.append({ kind: 'restored', at: clock.now(), archive, madeAt, untried, waitedMs });
    await world.store.snapshots.settle();
  } catch (error) {
    // The next start waits once more, which costs little: what was tried has been tried.
    log.error('restored.not-settled', { code: codeOf(error) });
  }
  return true;
};
