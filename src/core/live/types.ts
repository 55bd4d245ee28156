/** What a live trip of `sotto doctor` did, step by step: codes and times, nobody's words. */
import type { Looked } from '../ports.ts';
import type { PlatformName } from '../types.ts';

/**
 * In their order. `post`: a placeholder; `hold`: its end is on record; `reveal`: filled in; `find`: looked up as it stands; `leave`: taken
 * away by whatever takes away all that is due; `missing`: looked up and not there; `again`: taken away once more, which must find nothing.
 */
export type LiveStepName = 'post' | 'hold' | 'reveal' | 'find' | 'leave' | 'missing' | 'again';

export interface LiveStep {
  readonly step: LiveStepName;
  readonly ok: boolean;
  /** `ok`, or a code of the platform's or of ours. */
  readonly code: string;
  /** When it began, ms since the epoch, and how long it took, ms. */
  readonly at: number;
  readonly ms: number;
}

/**
 * Where the message is in the end. `removed`: the platform took it away, and says that it is not there. `blanked`: it stands and says
 * nothing any more. `pending`: it stands, and is tried again until it is gone. `stays`: its placeholder stands, and nobody tries again, for
 * the store was away. `unverified`: it was taken away, and nobody can say for sure.
 * `lost`: nobody knows whether it was posted. `not-posted`: it never stood.
 */
export type LiveState = 'removed' | 'blanked' | 'pending' | 'stays' | 'unverified' | 'lost' | 'not-posted';

export interface LiveTrip {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly looked: readonly Looked[];
  readonly steps: readonly LiveStep[];
  readonly state: LiveState;
  /** What the platform takes of removals and updates, all processes together; null: none is known. */
  readonly limits: { readonly removals: number; readonly updates: number } | null;
}

export type LiveReport =
  | { readonly ok: true; readonly at: number; readonly trips: readonly LiveTrip[] }
  /** A sentence: nothing was posted. */
  | { readonly ok: false; readonly says: string };
