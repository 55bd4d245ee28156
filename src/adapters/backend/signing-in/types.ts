/** What signing in adds to a request. */
import type { ClientCertificate, Request, Sent } from '../calling/types.ts';

/** What a request carries so that the system knows who asks. */
export interface Credentials {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly certificate: ClientCertificate | null;
}

/** `refused`: no secret that is good, or a token that is not for it. `sign-in`: it is asked as the person, and there is no token of theirs. */
export type SignInFault = 'refused' | 'sign-in' | 'unreachable';

/**
 * Sends a request with what the description asks for. Where the system refuses that alone (401), it is sent again with another secret
 * that the vault accepts, or a fresh token: so for sure nothing was done the first time. Never rejects.
 */
export type SignIn = (o: {
  readonly request: Request;
  /** Directory id of who asks. */
  readonly person: string;
  readonly signal: AbortSignal;
  readonly send: (request: Request, credentials: Credentials) => Promise<Sent>;
}) => Promise<Sent | { readonly how: 'no-sign-in'; readonly code: SignInFault }>;
