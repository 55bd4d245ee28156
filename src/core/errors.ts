/** The few codes by which callers tell failures apart. Refusals are values; these are for the unexpected. */
export type ErrorCode =
  | 'settings'
  | 'usage'
  | 'pack-invalid'
  | 'policy-invalid'
  | 'secret-missing'
  | 'secrets-unavailable'
  | 'store-unavailable'
  | 'store-newer'
  | 'store-in-use'
  | 'folder-in-use'
  | 'audit-unavailable'
  | 'audit-missing'
  | 'audit-copy-unavailable'
  | 'directory-unavailable'
  | 'sign-in-unavailable'
  | 'backup-unavailable'
  | 'backup-invalid'
  | 'not-installed'
  | 'credential-parked'
  | 'busy'
  | 'deadline';

/** The code of a call that was not made because its budget was used up: no failure. */
export const PACED = 'paced';

/** An error that says what happened, why it matters and how to mend it, in that order. Its message never holds people's words or a secret. */
export class SottoError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'SottoError';
    this.code = code;
  }
}

/** True for a failure of ours with this code. */
export const hasCode = (error: unknown, code: ErrorCode): error is SottoError =>
  error instanceof SottoError && error.code === code;

/** A code for the log; never a message, which might hold somebody's words. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unexpected';
