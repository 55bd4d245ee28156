/** Every metric there is. One that is missing here is a fault in the program, found by the first test that counts it. */

export interface Counted {
  readonly help: string;
  /** Names of its labels; their values are codes of ours, never anybody's id. */
  readonly labels: readonly string[];
}

export interface Observed {
  readonly help: string;
  /** Upper bounds of the buckets, in the unit that the name ends in. */
  readonly buckets: readonly number[];
}

export const COUNTERS: Readonly<Record<string, Counted>> = {
  accepted: { help: 'Events that were accepted, by whether they were claimed, queued or repeats', labels: ['status'] },
  auth_pages: { help: 'Pages of the sign-in that were shown, by what they said', labels: ['outcome'] },
  audit_unpublished: {
    help: 'Attempts in vain to write the audit log out as tiles; its entries stay in the journal, and it is tried again',
    labels: [],
  },
  backend_breaker: {
    help: 'Times that a system of record was left alone because it failed or asked for it, and that it was called again (back)',
    labels: ['backend', 'state'],
  },
  backend_calls: {
    help: 'Calls of systems of record, by how they ended: ok, unreachable, busy, refused, sign-in, not-found, malformed, doubt',
    labels: ['backend', 'outcome'],
  },
  backend_tokens: {
    help: 'Tokens that the authority of a system was asked for, by what came of it: given, or the code of why not',
    labels: ['outcome'],
  },
  backups: {
    help: 'Looks at a place of backups, by what became of them: written, not-needed, failed',
    labels: ['outcome'],
  },
  claims_failed: { help: 'Attempts to claim work that the store did not answer', labels: [] },
  credentials_refused: {
    help: 'Calls that the other side refused by their credential alone, by the name of the secret',
    labels: ['name'],
  },
  decisions: { help: 'Questions decided, by verdict', labels: ['verdict'] },
  names_missing: {
    help: 'Times that no sealed name could be had for an audit entry, which then has none',
    labels: [],
  },
  decisions_dropped: { help: 'Judged questions that could not be kept for trying changes out on', labels: [] },
  donations: {
    help: 'Phrases that were not recognised and that their authors gave, by what came of it: kept, enough (of this author), full',
    labels: ['outcome'],
  },
  writes: {
    help: 'Writes to systems of record, by what came of it: done, not-done, doubt (nobody knows), undone, enough (too many of one person within an hour)',
    labels: ['outcome'],
  },
  first_use: {
    help: 'Notices that everybody gets once, by what came of it: told, failed (it is tried again with the next question)',
    labels: ['outcome'],
  },
  graph_calls: {
    help: 'Questions to Microsoft Graph, by what was asked and how they ended',
    labels: ['operation', 'outcome'],
  },
  sign_ins: {
    help: 'Strong sign-ins that came back from the provider, by what became of them: given, or the code of why not',
    labels: ['outcome'],
  },
  quiet_sign_ins: {
    help: 'Tokens that Teams handed over beside a sign-in link, by what became of them: given, over (of no link that is good), or the code of why the page is needed',
    labels: ['outcome'],
  },
  forms: { help: 'Forms that were sent', labels: [] },
  restrictions_changed: {
    help: 'Changes of what HR restricts, by kind; an approval of the pack among them',
    labels: ['change'],
  },
  hook_requests: { help: 'Requests to webhooks, by their names and what was answered', labels: ['name', 'status'] },
  reported: {
    help: 'Reports of systems, by what became of them: told, offered (behind a button), refused, nobody, nowhere, surprise, strange, held-back (too many at once), counted (a line that says how many)',
    labels: ['outcome'],
  },
  probing: { help: 'People found to be refused again and again, once a day and process', labels: [] },
  homes: { help: "Times that the bot's own page was shown", labels: [] },
  welcomes: {
    help: 'People who were greeted as they added the app, by whether they were told then how it works, had been before, or were not',
    labels: ['outcome'],
  },
  namings: {
    help: 'Texts shown to a foreign model, by what came of it: agreed, named, none, doubted, stranger, malformed, failed, late, busy, long',
    labels: ['outcome'],
  },
  installs: {
    help: 'Visits to the pages by which Slack’s app is installed, by what came of them: begun, installed, cancelled, or why not',
    labels: ['outcome'],
  },
  install_tokens_not_revoked: { help: 'Tokens that were not wanted and that Slack did not take back', labels: [] },
  token_renewals: {
    help: 'Renewals of tokens that end, by what came of them: renewed, superseded, failed, refused, unkept, parked',
    labels: ['outcome'],
  },
  not_recognised: {
    help: 'Questions that no intent was recognised in, by how much was understood: near, far, foreign',
    labels: ['heard'],
  },
  removals_failed: { help: 'Attempts to remove a message that failed, by code', labels: ['code'] },
  more_time: { help: 'Presses that asked for more time', labels: [] },
  shed: { help: 'Questions that had waited too long and were told so unread', labels: [] },
  removals_refused: {
    help: 'Attempts on messages that the platform will neither delete nor change, by code',
    labels: ['code'],
  },
  removals_parked: {
    help: 'Removals put off because every call of their tenant is refused, by code',
    labels: ['code'],
  },
  removals_failing_long: { help: 'Attempts that failed on messages long past their time, by code', labels: ['code'] },
  removals_held: { help: 'Removals put off because a hold keeps the answer', labels: [] },
  removals_overbooked: {
    help: 'Times that more had to leave of a tenant within the hour than its platform takes',
    labels: ['platform'],
  },
  rotations: {
    help: 'Changes of a key in the vault, by the secret and whether it is accepted or in use by now, or could not be',
    labels: ['name', 'outcome'],
  },
  surprises: {
    help: 'Fields of what systems sent that held what their descriptions do not know of, by what that was; nothing of it was shown',
    labels: ['kind'],
  },
  lists_cut: {
    help: 'Answers of a list of which there may be more than was read; whoever asked was told so',
    labels: [],
  },
  strays: {
    help: 'Lists about one person in which a system gave records about others, which were left out',
    labels: [],
  },
  set_aside: { help: 'Questions that failed too often and were set aside as dead letters', labels: [] },
  views: { help: 'Presses that opened a view', labels: [] },
  secrets_expiring: { help: 'Alarms that a secret will soon end and nothing replaces it', labels: [] },
  secrets_last_good: { help: 'Secrets answered from the last good value while the vault did not answer', labels: [] },
  secrets_looks: { help: 'Looks at a secret in the vault, by how they ended', labels: ['outcome'] },
  sign_ins_ended: { help: 'Strong sign-ins that were ended before their time, by why', labels: ['why'] },
  told: { help: 'People told something of our own accord, by what came of it', labels: ['outcome'] },
  undeliverable: { help: 'Questions whose answer could not be shown', labels: [] },
  slack_calls: { help: 'Calls to Slack, by method and how they ended', labels: ['method', 'outcome'] },
  teams_calls: {
    help: 'Calls to the Connector of Teams, by what was asked and how they ended',
    labels: ['method', 'outcome'],
  },
  slack_paced: { help: 'Calls to Slack put off because their limit was reached, by method', labels: ['method'] },
  teams_paced: { help: 'Calls to Teams put off because its limits were reached', labels: [] },
  teams_requests_out: { help: 'Requests that left for Microsoft, by how they ended', labels: ['outcome'] },
  slack_envelopes: { help: 'Payloads over connections of Socket Mode, by what became of them', labels: ['outcome'] },
  slack_sockets: {
    help: 'Connections of Socket Mode, by how they began, were to be replaced, or ended',
    labels: ['outcome'],
  },
  slack_requests: { help: 'Requests from Slack, by the status they were answered with', labels: ['status'] },
  teams_keys: { help: 'Times that the keys Teams signs with were read anew, by outcome', labels: ['outcome'] },
  teams_requests: { help: 'Requests from Teams, by the status they were answered with', labels: ['status'] },
  teams_sign_ins: { help: 'Single sign-ons in Teams, by outcome', labels: ['outcome'] },
};

/** What stands at the moment it is read. */
export const GAUGES: Readonly<Record<string, Counted>> = {
  audit_copy_behind: {
    help: 'Entries of the audit logs that did not get elsewhere yet, by where: copy, stream; absent where there is none',
    labels: ['sink'],
  },
  audit_copy_behind_ms: {
    help: 'For how long there have been such entries without a break, ms, by where',
    labels: ['sink'],
  },
  backend_left_alone: {
    help: 'Systems of record of which nothing is asked just now, because they failed or asked for it (1 or 0)',
    labels: ['backend'],
  },
  backup_age_ms: {
    help: 'How long ago a place had all that it should have, ms; before the first time: since the start',
    labels: ['place'],
  },
  closed: {
    help: 'Nobody is answered, because the pack or the restrictions are not what was approved (1 or 0)',
    labels: ['why'],
  },
  audit_logs: {
    help: 'Audit logs that must be there and are gone or were cut (missed): while there are any, nobody is answered',
    labels: ['state'],
  },
  platform_clock_ahead_ms: {
    help: 'How far this clock is ahead of a platform’s, at most, by when its requests say that they were sent, ms; below 0: behind',
    labels: ['platform'],
  },
  restored_untried: {
    help: 'After a restore: removals that were due and have not been tried; questions wait for them',
    labels: ['what'],
  },
  standing: { help: 'Standing orders of the operators: paused (1 or 0), holds', labels: ['what'] },
  rewrap: {
    help: 'Sealed values since the data key changed: done (wrapped anew), left (under an older key), lost (opened by no key)',
    labels: ['state'],
  },
  secret_ends_seconds: {
    help: 'Seconds until a secret ends with nothing newer to follow it; absent where no end is known',
    labels: ['name'],
  },
  installations: { help: 'Where the bot is installed, by state: installed, parked, gone', labels: ['state'] },
  installation_ends_seconds: {
    help: 'Seconds until the first token of an installation ends that is not renewed; absent where none ends',
    labels: ['which'],
  },
  certificate_ends_seconds: { help: 'Seconds until the certificate in use ends', labels: ['name'] },
  inbox: { help: 'Questions in the inbox, by state: queued, leased, parked, dead', labels: ['state'] },
};

export const OBSERVATIONS: Readonly<Record<string, Observed>> = {
  answer_ms: {
    help: 'From accepting a question to showing its answer',
    buckets: [25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000],
  },
  backup_ms: {
    help: 'How long a backup to one place took',
    buckets: [50, 100, 250, 500, 1_000, 5_000, 30_000, 120_000, 600_000],
  },
  teams_request_out_ms: {
    help: 'How long Microsoft took to answer a request',
    buckets: [25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000],
  },
  secrets_outage_ms: {
    help: 'For how long the vault had not told a secret, at each look that failed',
    buckets: [1_000, 10_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000],
  },
  removal_engine_ms: {
    help: 'How late we were ourselves: from when a message was due and the budget allowed it, until the call began',
    buckets: [1, 2, 5, 10, 25, 50, 100, 500, 1_000, 5_000, 30_000],
  },
  removal_platform_ms: {
    help: "The rest of a removal's lateness: the platform's budget, calls in vain, and the call itself",
    buckets: [25, 100, 500, 1_000, 5_000, 30_000, 60_000, 300_000, 3_600_000],
  },
  removal_lateness_ms: {
    help: 'How long after its time a message left',
    buckets: [10, 25, 100, 500, 1_000, 5_000, 30_000, 60_000, 300_000, 3_600_000],
  },
};
