/** What the parts of one call hand each other: what is sent, and what came of it. */
import type { SignInFault } from '../signing-in/types.ts';

/** All of it filled in and encoded. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; null: none. */
  readonly body: string | null;
  /** A header of its answer that is noted, in lower case. Absent: none. */
  readonly note?: string;
}

/** A certificate of ours for the connection. */
export interface ClientCertificate {
  /** Changes with any of the others: connections are kept by it. */
  readonly id: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** The only authority that the system's certificate may come from; null: those that this machine trusts. */
  readonly ca: string | null;
}

/**
 * What came of sending. `not-sent`: for sure nothing reached the system that it could have acted on. `lost`: it may have. `text`: null
 * where it was longer than the bound, is not UTF-8, or came compressed. `cut`: the status came, and not all of the rest.
 */
export type Sent =
  | {
      readonly how: 'answered';
      readonly status: number;
      /** Lower case, without parameters; empty: it does not say. */
      readonly type: string;
      /** How long it asks to be left alone, ms; null: it does not say. */
      readonly afterMs: number | null;
      /** What the header says that was to be noted, at most 32 characters. Absent: none was, or it is not there. */
      readonly noted?: string;
      readonly text: string | null;
      readonly cut?: true;
    }
  | { readonly how: 'not-sent' | 'lost'; readonly code: string };

/** Never rejects. Follows no redirect. `signal`: its abort is `lost` where the request was out, `not-sent` where not. */
export type Send = (
  request: Request,
  o: { readonly signal: AbortSignal; readonly certificate: ClientCertificate | null },
) => Promise<Sent>;

export type Answered = Extract<Sent, { how: 'answered' }>;

/** What came of one request of a call; `busy`: it was not sent, for as many were sent already as may be. */
export type Came = Sent | { readonly how: 'no-sign-in'; readonly code: SignInFault } | { readonly how: 'busy' };
