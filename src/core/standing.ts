/** Standing orders of the operators, as one process knows them. */
import type { Hold, Leaving, Pause, Recall } from './ports.ts';
import { VIEW_CHANNEL } from './types.ts';

export interface StandingView {
  readonly paused: Pause | null;
  /** By when they were placed. */
  readonly holds: readonly Hold[];
  /** Id of the first hold that covers what was shown, by what it is about; null: none does, or it tells nothing. */
  heldBy(about: string | null): string | null;
  /** Whether an answer was decided before a recall that covers it. `restsOn`: the version of the restrictions it was decided by. */
  recalled(o: { readonly about: string; readonly restsOn: number }): boolean;
}

/** Whether a hold or a recall covers an answer, by what it is about. Made once each. */
export type Covers = (order: Hold | Recall) => (about: string) => boolean;

export const standingView = (
  {
    paused,
    holds,
    recalls = [],
  }: {
    readonly paused: Pause | null;
    readonly holds: readonly Hold[];
    readonly recalls?: readonly Recall[];
  },
  covers: Covers,
): StandingView => {
  const covering = holds.map((hold) => ({ id: hold.id, covers: covers(hold) }));
  const recalling = recalls.map((recall) => ({ version: recall.version, covers: covers(recall) }));
  return {
    paused,
    holds,
    heldBy: (about) => (about === null ? null : (covering.find((hold) => hold.covers(about))?.id ?? null)),
    recalled: ({ about, restsOn }) => recalling.some(({ version, covers: of }) => restsOn < version && of(about)),
  };
};

/**
 * Id of the hold that keeps a message past its time; null: none. A window keeps nothing: what it shows was never stored, and lies
 * in the system of record. Left filled it would only be read by whoever passes by, so it is emptied in its time, held or not.
 */
export const leavingHeldBy = (
  standing: Pick<StandingView, 'heldBy'>,
  { ref, about }: Pick<Leaving, 'ref' | 'about'>,
): string | null => (ref.channel === VIEW_CHANNEL ? null : standing.heldBy(about));

/** What stands where nobody ordered anything. */
export const NOTHING_STANDS: StandingView = standingView({ paused: null, holds: [] }, () => () => false);
