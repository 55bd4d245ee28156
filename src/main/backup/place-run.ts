import { codeOf, SottoError } from '../../core/errors.ts';

/** One attempt at one place. */
export interface PlaceRun {
  readonly place: string;
  readonly ok: boolean;
  readonly at: number;
  readonly ms: number;
  /** Name of the archive that was written; null: none was needed, or it failed. */
  readonly archive: string | null;
  readonly bytes: number;
  readonly auditBytes: number;
  /** Of the failure; null: there was none. */
  readonly code: string | null;
  /** Old archives that the place did not delete. */
  readonly unremoved: number;
  /** A sentence for operators: why it failed, or why old ones were not deleted; null: neither, or nothing that may be said. */
  readonly why: string | null;
}

/** What a run brought that went well. */
export type Done = Pick<PlaceRun, 'archive' | 'bytes' | 'auditBytes' | 'unremoved' | 'why'>;

/** What a run that failed says. */
export const failed = (error: unknown): Omit<PlaceRun, 'place' | 'at' | 'ms'> => ({
  ok: false,
  archive: null,
  bytes: 0,
  auditBytes: 0,
  code: codeOf(error),
  unremoved: 0,
  // Ours alone: what else fails may say anything.
  why: error instanceof SottoError ? error.message : null,
});
