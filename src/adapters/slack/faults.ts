import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { codeOf, hasCode, SottoError } from '../../core/errors.ts';
import { nothingSent } from '../bounded/failure.ts';
import type { CallFault } from '../bounded/fault.ts';
import { CODE_CLASSES, type CodeClass, LIMITED } from './codes.ts';

export { CODE_CLASSES, type CodeClass, isClassified } from './codes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A longer wait is not believed: removals must go on. */
const LONGEST_WAIT_MS = HOUR_MS;

/** Letters only: a code is a name, and nothing random is. */
const CODE = /^[a-z][a-z_]{1,79}$/;

/** A limit that is told by a status of HTTP alone. */
const BARE_LIMIT = 'http_429';

/** All codes of ours that say that a limit is reached. */
export const LIMIT_CODES: readonly string[] = [...LIMITED, BARE_LIMIT];

/** What the vendor's library says of a 429 that does not say how long to wait. Its text alone tells it apart. */
const NO_TIME = /^Retry header did not contain a valid timeout/;

const fault = (kind: CallFault['kind'], code: string, o: Partial<CallFault> = {}): CallFault => ({
  kind,
  code,
  alarm: false,
  ...o,
});

const BY_CLASS: Readonly<Record<CodeClass, (code: string) => CallFault>> = {
  absent: (code) => fault('absent', code),
  limit: (code) => fault('limited', code, { afterMs: MINUTE_MS }),
  passing: (code) => fault('passing', code),
  unclear: (code) => fault('unclear', code),
  hours: (code) => fault('passing', code, { afterMs: HOUR_MS }),
  'hours-alarm': (code) => fault('passing', code, { afterMs: HOUR_MS, alarm: true }),
  // Whoever calls has tried another token by now, where there was one; there may be one within the minute.
  refresh: (code) => fault('passing', code, { afterMs: MINUTE_MS }),
  parked: (code) =>
    fault('parked', code, { afterMs: SOON_MENDED.includes(code) ? MINUTE_MS : 15 * MINUTE_MS, alarm: true }),
  unsteady: (code) => fault('final', code, { because: 'unsteady' }),
  final: (code) => fault('final', code),
  'final-alarm': (code) => fault('final', code, { alarm: true }),
};

/** A token that was changed at Slack first is refused by these, and the vault or the store may hold the newer one within the minute. */
const SOON_MENDED: readonly string[] = ['account_inactive', 'token_revoked', 'invalid_auth'];

const REFUSED_TOKEN: readonly string[] = [...SOON_MENDED, 'token_expired'];

/** Whether Slack refused the call because of its token alone, before it did anything. */
export const isTokenRefused = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && REFUSED_TOKEN.includes(error.data.error);

/** Whether it was for its age: another one is to be had. */
export const isTokenExpired = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && error.data.error === 'token_expired';

/** A code that Slack does not document is passing: whoever calls has a limit on how often it tries. */
export const faultOf = (error: unknown): CallFault => {
  if (error instanceof WebAPIRateLimitedError) {
    const seconds = Math.max(1, error.retryAfter);
    return fault('limited', 'ratelimited', { afterMs: Math.min(LONGEST_WAIT_MS, seconds * 1_000) });
  }
  if (error instanceof WebAPIPlatformError) {
    const code = CODE.test(error.data.error) ? error.data.error : 'unreadable_code';
    const known = CODE_CLASSES.get(code);
    return known === undefined ? fault('passing', code, { alarm: true, because: 'unknown' }) : BY_CLASS[known](code);
  }
  if (error instanceof WebAPIHTTPError) {
    const code = `http_${error.statusCode}`;
    if (error.statusCode >= 500) return fault('unclear', code);
    if (error.statusCode === 429) return fault('limited', BARE_LIMIT, { afterMs: MINUTE_MS });
    return [408, 425].includes(error.statusCode)
      ? fault('passing', code, { afterMs: MINUTE_MS })
      : fault('final', code, { alarm: true });
  }
  if (error instanceof WebAPIRequestError) {
    const code = codeOf(error.original);
    return nothingSent(code) ? fault('passing', code) : fault('unclear', code);
  }
  // The vault did not answer or has no token: nothing was sent.
  if (hasCode(error, 'not-installed')) return fault('final', error.code);
  // Said once, where it was parked.
  if (hasCode(error, 'credential-parked')) return fault('parked', error.code, { afterMs: MINUTE_MS });
  if (error instanceof SottoError) return fault('passing', error.code, { alarm: true });
  if (error instanceof Error && NO_TIME.test(error.message)) {
    return fault('limited', BARE_LIMIT, { afterMs: MINUTE_MS });
  }
  return fault('unclear', codeOf(error));
};
