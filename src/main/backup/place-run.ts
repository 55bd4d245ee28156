import { codeOf, SottoError } from '../../core/errors.ts';

/** Why a part of a backup was not done. */
export interface Fault {
  readonly code: string;
  /** A sentence for operators; null: nothing that may be said. */
  readonly why: string | null;
}

/** One attempt at one place. */
export interface PlaceRun {
  readonly place: string;
  /** Both parts are done. */
  readonly ok: boolean;
  readonly at: number;
  readonly ms: number;
  /** Name of the archive that was written; null: none was needed, or it failed. */
  readonly archive: string | null;
  readonly bytes: number;
  readonly auditBytes: number;
  /** Why there is no archive of what stands; null: there is, or none was needed. */
  readonly code: string | null;
  /** Why the audit logs are not there as far as they go; null: they are. */
  readonly audit: Fault | null;
  /** Old archives that the place did not delete. */
  readonly unremoved: number;
  /** A sentence for operators: why there is no archive, or why old ones were not deleted; null: neither, or nothing that may be said. */
  readonly why: string | null;
}

/** What a run brought. */
export type Done = Omit<PlaceRun, 'place' | 'ok' | 'at' | 'ms'>;

export const faultOf = (error: unknown): Fault => ({
  code: codeOf(error),
  // Ours alone: what else fails may say anything.
  why: error instanceof SottoError ? error.message : null,
});

/** What a run brought that came to neither part. */
export const failed = (error: unknown): Done => {
  const fault = faultOf(error);
  return { archive: null, bytes: 0, auditBytes: 0, unremoved: 0, ...fault, audit: fault };
};
