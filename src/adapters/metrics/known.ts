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
  claims_failed: { help: 'Attempts to claim work that the store did not answer', labels: [] },
  decisions: { help: 'Questions decided, by verdict', labels: ['verdict'] },
  removals_failed: { help: 'Attempts to remove a message that failed, by code', labels: ['code'] },
  undeliverable: { help: 'Questions whose answer could not be shown', labels: [] },
  slack_calls: { help: 'Calls to Slack, by method and how they ended', labels: ['method', 'outcome'] },
  slack_requests: { help: 'Requests from Slack, by the status they were answered with', labels: ['status'] },
  teams_keys: { help: 'Times that the keys Teams signs with were read anew, by outcome', labels: ['outcome'] },
  teams_requests: { help: 'Requests from Teams, by the status they were answered with', labels: ['status'] },
  teams_sign_ins: { help: 'Single sign-ons in Teams, by outcome', labels: ['outcome'] },
};

export const OBSERVATIONS: Readonly<Record<string, Observed>> = {
  answer_ms: {
    help: 'From accepting a question to showing its answer',
    buckets: [25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000],
  },
  removal_lateness_ms: {
    help: 'How long after its time a message left',
    buckets: [10, 25, 100, 500, 1_000, 5_000, 30_000, 60_000, 300_000, 3_600_000],
  },
};
