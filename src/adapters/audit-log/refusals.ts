/** What is said where a log cannot be opened or written out. */
import { codeOf, SottoError } from '../../core/errors.ts';

export const broken = (origin: string, why: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `The audit log ${origin} is not as it was signed: ${why}. Nothing can be recorded behind it, so nothing is answered. Keep its folder as evidence and run "sotto audit verify"; where the signing key was replaced, put the former one back beside it; otherwise restore the log, or begin a new one under another origin.`,
  );

export const cut = (origin: string): SottoError =>
  new SottoError(
    'audit-missing',
    `The audit log ${origin} no longer holds what was recorded in it: entries were cut off or a file was replaced while it was in use. Nothing is answered until it is restored. Keep its folder as evidence.`,
  );

export const gone = (origin: string): SottoError =>
  new SottoError(
    'audit-missing',
    `The audit log ${origin} was begun and its checkpoint or its journals are gone, so what it proved cannot be proved any more, and nothing is answered. Restore its folder; where it is lost, keep what is left and begin a new log under another origin.`,
  );

export const older = (origin: string): SottoError =>
  new SottoError(
    'audit-unavailable',
    `The audit log ${origin} is one file, audit.log, in a format of before 0.10 that is not read any more, so nothing is recorded behind it and nothing is answered. Move its folder to where you keep old ones, and start again.`,
  );

export const unpublished = (origin: string, cause: unknown): SottoError =>
  new SottoError(
    'audit-unavailable',
    `What the audit log ${origin} holds could not be written out as tiles and bundles (${codeOf(cause)}). Nothing is lost: it stands in the journal, and it is tried again.`,
    { cause },
  );
