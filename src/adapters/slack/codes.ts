/**
 * Slack's error codes, and what each means for whoever made the call (Slack requirement 19; Slack's method reference of August 2026). A code
 * that is missing here is one that Slack does not document for what we call.
 */

/**
 * `absent`: what the call is about is not there (any more). `limit`: too many calls of this method by this workspace. `passing`: try again.
 * `unclear`: a part may have been done. `hours`: it lasts hours, and passes by itself. `hours-alarm`: hours, and somebody should look.
 * `refresh`: the token has run out, and there will be another. `parked`: the installation is refused with every call of its workspace, until
 * somebody mends it. `unsteady`: said to be for good, and lifted before. `final`: it will not work. `final-alarm`: nor will any like it,
 * until somebody mends what we may do.
 */
export type CodeClass =
  | 'absent'
  | 'limit'
  | 'passing'
  | 'unclear'
  | 'hours'
  | 'hours-alarm'
  | 'refresh'
  | 'parked'
  | 'unsteady'
  | 'final'
  | 'final-alarm';

const BY_CLASS: Readonly<Record<CodeClass, readonly string[]>> = {
  // The last is of a view: it was closed, or it is not ours.
  absent: ['message_not_found', 'not_found'],
  limit: ['ratelimited', 'rate_limited', 'message_limit_exceeded'],
  passing: ['service_unavailable', 'request_timeout', 'update_failed', 'hash_conflict'],
  unclear: ['fatal_error', 'internal_error'],
  hours: ['team_added_to_org', 'org_login_required'],
  'hours-alarm': ['ekm_access_denied'],
  refresh: ['token_expired'],
  parked: [
    'account_inactive',
    'token_revoked',
    'invalid_auth',
    'not_authed',
    'two_factor_setup_required',
    'accesslimited',
    // Of an app that a whole organisation installed: this workspace of it was taken away.
    'team_access_not_granted',
  ],
  unsteady: ['cant_delete_message'],
  'final-alarm': ['missing_scope', 'not_allowed_token_type', 'no_permission', 'access_denied'],
  final: [
    // Of messages.
    'app_access_restricted',
    'as_user_not_supported',
    'attachment_payload_limit_exceeded',
    'block_mismatch',
    'blocked_file_type',
    'cannot_dm_bot',
    'cannot_reply_to_message',
    'cant_broadcast_message',
    'cant_update_message',
    'channel_is_limited_access',
    'channel_not_found',
    'compliance_exports_prevent_deletion',
    'draft_already_deleted',
    'draft_already_sent',
    'draft_has_conflict',
    'draft_not_found',
    'duplicate_channel_not_found',
    'duplicate_message_not_found',
    'edit_window_closed',
    'external_channel_migrating',
    'file_deleted',
    'file_is_deleted',
    'file_not_found',
    'file_share_limit_reached',
    'invalid_attachments',
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_metadata_filter_keys',
    'invalid_metadata_format',
    'invalid_metadata_schema',
    'is_archived',
    'is_inactive',
    'markdown_text_conflict',
    'max_file_sharing_exceeded',
    'messages_tab_disabled',
    'metadata_must_be_sent_from_app',
    'metadata_too_large',
    'missing_file_data',
    'msg_blocks_too_long',
    'msg_too_long',
    'no_dual_broadcast_content_update',
    'no_text',
    'not_in_channel',
    'posting_to_channel_denied',
    'restricted_action',
    'restricted_action_non_threadable_channel',
    'restricted_action_read_only_channel',
    'restricted_action_thread_locked',
    'restricted_action_thread_only_channel',
    'send_on_behalf_not_allowed',
    'slack_connect_blocked_file_type',
    'slack_connect_canvas_sharing_blocked',
    'slack_connect_clip_sharing_blocked',
    'slack_connect_file_link_sharing_blocked',
    'slack_connect_file_upload_sharing_blocked',
    'slack_connect_lists_sharing_blocked',
    'streaming_state_conflict',
    'team_not_found',
    'too_many_attachments',
    'too_many_contact_cards',
    'unable_to_share_files',
    // Of views and the app's page.
    'duplicate_external_id',
    'exchanged_trigger_id',
    'expired_trigger_id',
    'invalid_trigger_id',
    'missing_profile_id',
    'not_enabled',
    'not_implemented',
    'push_limit_reached',
    'view_too_large',
    // Of people and groups.
    'enterprise_is_restricted',
    'invalid_team',
    'is_bot',
    'no_such_subteam',
    'plan_upgrade_required',
    'too_many_users',
    'user_disabled',
    'user_is_bot',
    'user_is_restricted',
    'user_not_found',
    'user_not_in_channel',
    'user_not_visible',
    'users_not_found',
    // Of any call: we made it wrongly.
    'deprecated_endpoint',
    'invalid_arg_name',
    'invalid_arguments',
    'invalid_array_arg',
    'invalid_charset',
    'invalid_cursor',
    'invalid_form_data',
    'invalid_json',
    'invalid_limit',
    'invalid_post_type',
    'invalid_ts_latest',
    'invalid_ts_oldest',
    'json_not_object',
    'limit_required',
    'method_deprecated',
    'method_not_supported_for_channel_type',
    'missing_argument',
    'missing_charset',
    'missing_post_type',
    'not_bearer_token',
    'superfluous_charset',
    'unknown_method',
    'upgrade_required',
  ],
};

/** Each code with its class. */
export const CODE_CLASSES: ReadonlyMap<string, CodeClass> = new Map(
  (Object.keys(BY_CLASS) as CodeClass[]).flatMap((name) => BY_CLASS[name].map((code) => [code, name] as const)),
);

/** Whether it is known what a code means. */
export const isClassified = (code: string): boolean => CODE_CLASSES.has(code);

/** How Slack says that a limit is reached. */
export const LIMITED: readonly string[] = BY_CLASS.limit;
