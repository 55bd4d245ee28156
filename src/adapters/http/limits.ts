/** Where the server ends what would not end by itself. Times in ms of real time. */
export interface Limits {
  /** For a TLS handshake to be done, from the first byte of the connection on. */
  readonly handshakeMs: number;
  /** For the headers of a request to arrive (slow-loris). */
  readonly headersMs: number;
  /** For a whole request to arrive. */
  readonly requestMs: number;
  /** For a route's handler to answer; then the caller gets 503. */
  readonly handlerMs: number;
  /** An idle connection is kept so long. */
  readonly keepAliveMs: number;
  readonly connections: number;
  /** Requests being worked on; more are answered 503. Bounds what bodies take. */
  readonly inFlight: number;
}

/** Slack and Teams send small requests in one piece and hang up after 3 and 15 s. */
export const LIMITS: Limits = {
  handshakeMs: 5_000,
  headersMs: 10_000,
  requestMs: 15_000,
  handlerMs: 30_000,
  keepAliveMs: 5_000,
  connections: 2_000,
  inFlight: 512,
};

export const MAX_HEADER_BYTES = 16_384;

/** Of routes that say nothing else, and of paths that do not exist. */
export const MAX_BODY_BYTES = 1 << 20;
