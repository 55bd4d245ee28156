import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { codeOf, SottoError } from '../../core/errors.ts';
import { nothingSent } from '../bounded/failure.ts';
import type { CallFault } from '../bounded/fault.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Letters only: a code is a name, and nothing random is. */
const CODE = /^[a-z][a-z_]{1,79}$/;

const fault = (kind: CallFault['kind'], code: string, afterMs?: number, alarm = false): CallFault => ({
  kind,
  code,
  alarm,
  ...(afterMs === undefined ? {} : { afterMs }),
});

/** How Slack says that a limit is reached. */
const LIMITED = ['ratelimited', 'rate_limited', 'message_limit_exceeded'] as const;

/** All codes of ours that say it. */
export const LIMIT_CODES: readonly string[] = [...LIMITED, 'http_429'];

/** Slack's error codes by what they mean for a call (Slack requirement 19). */
const CLASSES: Readonly<Record<string, (code: string) => CallFault>> = {
  // Of a view: it was closed, or it is not ours.
  ...each(['message_not_found', 'not_found'], (code) => fault('absent', code)),
  ...each(LIMITED, (code) => fault('limited', code, MINUTE_MS)),
  ...each(['service_unavailable', 'request_timeout', 'update_failed', 'hash_conflict'], (code) =>
    fault('passing', code),
  ),
  // Slack says of these that a part may have been done.
  ...each(['fatal_error', 'internal_error'], (code) => fault('unclear', code)),
  ...each(['team_added_to_org', 'org_login_required'], (code) => fault('passing', code, HOUR_MS)),
  ...each(['ekm_access_denied'], (code) => fault('passing', code, HOUR_MS, true)),
  // The vault may hold a newer token within the minute: one that was rotated at Slack first loses nothing.
  ...each(['token_expired'], (code) => fault('passing', code, MINUTE_MS)),
  ...each(['account_inactive', 'token_revoked', 'invalid_auth'], (code) => fault('parked', code, MINUTE_MS, true)),
  ...each(['not_authed', 'two_factor_setup_required', 'accesslimited'], (code) =>
    fault('parked', code, 15 * MINUTE_MS, true),
  ),
  ...each(['missing_scope', 'not_allowed_token_type', 'no_permission', 'access_denied'], (code) =>
    fault('final', code, undefined, true),
  ),
  ...each(
    [
      'cant_delete_message',
      'cant_update_message',
      'channel_not_found',
      'compliance_exports_prevent_deletion',
      'edit_window_closed',
      'is_inactive',
      'as_user_not_supported',
      'block_mismatch',
      'cannot_dm_bot',
      'cannot_reply_to_message',
      'external_channel_migrating',
      'invalid_arguments',
      'invalid_blocks',
      'invalid_blocks_format',
      'invalid_cursor',
      'invalid_metadata_format',
      'invalid_metadata_schema',
      'is_archived',
      'messages_tab_disabled',
      'metadata_must_be_sent_from_app',
      'metadata_too_large',
      'msg_blocks_too_long',
      'msg_too_long',
      'no_text',
      'not_in_channel',
      'app_access_restricted',
      'posting_to_channel_denied',
      'restricted_action',
      'restricted_action_non_threadable_channel',
      'restricted_action_read_only_channel',
      'restricted_action_thread_locked',
      'restricted_action_thread_only_channel',
      'streaming_state_conflict',
      'team_not_found',
      'unknown_method',
      'duplicate_external_id',
      'exchanged_trigger_id',
      'expired_trigger_id',
      'invalid_trigger_id',
      'view_too_large',
      'not_enabled',
      'too_many_users',
      'user_not_visible',
      'user_disabled',
      'user_not_found',
      'user_not_in_channel',
      'users_not_found',
    ],
    (code) => fault('final', code),
  ),
};

function each(
  codes: readonly string[],
  make: (code: string) => CallFault,
): Readonly<Record<string, (code: string) => CallFault>> {
  return Object.fromEntries(codes.map((code) => [code, make]));
}

const REFUSED_TOKEN: readonly string[] = ['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive'];

/** Whether Slack refused the call because of its token alone, before it did anything. */
export const isTokenRefused = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError && REFUSED_TOKEN.includes(error.data.error);

/** A code that Slack does not document is passing: whoever calls has a limit on how often it tries. */
export const faultOf = (error: unknown): CallFault => {
  if (error instanceof WebAPIRateLimitedError) {
    return fault('limited', 'ratelimited', Math.max(1, error.retryAfter) * 1_000);
  }
  if (error instanceof WebAPIPlatformError) {
    const code = CODE.test(error.data.error) ? error.data.error : 'unreadable_code';
    const known = Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined;
    return known === undefined ? fault('passing', code, undefined, true) : known(code);
  }
  if (error instanceof WebAPIHTTPError) {
    const code = `http_${error.statusCode}`;
    if (error.statusCode >= 500) return fault('unclear', code);
    return [408, 425, 429].includes(error.statusCode)
      ? fault('passing', code, MINUTE_MS)
      : fault('final', code, undefined, true);
  }
  if (error instanceof WebAPIRequestError) {
    const code = codeOf(error.original);
    return nothingSent(code) ? fault('passing', code) : fault('unclear', code);
  }
  // The vault did not answer or has no token: nothing was sent.
  if (error instanceof SottoError) return fault('passing', error.code, undefined, true);
  return fault('unclear', codeOf(error));
};
