/** What the client library throws, in the words of the port. Nothing of its texts goes further: they may hold what a token says. */
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { SignInFault } from '../../core/sign-in-ports.ts';
import { type Fields, isFields } from '../bounded/fields.ts';

/** Errors of the redirect (RFC 6749 4.1.2.1, OpenID Connect 3.1.2.6) that somebody else than the person has to mend. */
const REDIRECTED: Readonly<Record<string, SignInFault>> = {
  server_error: 'unreachable',
  temporarily_unavailable: 'unreachable',
  invalid_request: 'client-refused',
  invalid_scope: 'client-refused',
  unauthorized_client: 'client-refused',
  unsupported_response_type: 'client-refused',
  request_not_supported: 'client-refused',
  // It could not be as strong as it was asked to be.
  unmet_authentication_requirements: 'not-strong',
};

const CLIENT_REFUSED: readonly string[] = ['invalid_client', 'unauthorized_client'];

/** By the claim that was found to be another one than it must be. */
const COMPARED: Readonly<Record<string, SignInFault>> = {
  iss: 'wrong-issuer',
  aud: 'wrong-audience',
  azp: 'wrong-audience',
  nonce: 'wrong-nonce',
};

/** By the claim whose time is not the right one; `exp` of the token itself ended it. */
const TIMED: Readonly<Record<string, SignInFault>> = {
  auth_time: 'stale',
  nbf: 'from-the-future',
  exp: 'late',
};

/** Claims that must be there; the first that is not says what is wrong. */
const NEEDED: Readonly<Record<string, SignInFault>> = {
  iss: 'wrong-issuer',
  aud: 'wrong-audience',
  sub: 'no-subject',
  nonce: 'wrong-nonce',
  auth_time: 'no-time',
};

/** True where the provider did not take our client or its secret, so that nothing was used up and another secret may be tried. */
export const isClientRefused = (error: unknown): boolean =>
  error instanceof WWWAuthenticateChallengeError
    ? error.status === 401
    : error instanceof ResponseBodyError && CLIENT_REFUSED.includes(error.error);

export const faultOf = (error: unknown): SignInFault => {
  if (isClientRefused(error)) return 'client-refused';
  if (error instanceof AuthorizationResponseError) return REDIRECTED[error.error] ?? 'cancelled';
  // The code has ended, was used before, or was given to another verifier.
  if (error instanceof ResponseBodyError) return error.error === 'invalid_grant' ? 'late' : 'malformed';
  if (!(error instanceof ClientError)) return 'unreachable';
  const detail = detailOf(error);
  switch (error.code) {
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return COMPARED[claimOf(detail)] ?? 'malformed';
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return TIMED[claimOf(detail)] ?? 'malformed';
    case 'OAUTH_INVALID_RESPONSE':
      return missingOf(detail);
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return 'unreachable';
    default:
      return error.code === undefined ? 'unreachable' : 'malformed';
  }
};

/** What the library says beside its message: in the cause of the cause. */
const detailOf = ({ cause }: ClientError): Fields =>
  cause instanceof Error && isFields(cause.cause) ? cause.cause : {};

const claimOf = ({ claim }: Fields): string => (typeof claim === 'string' ? claim : '');

const missingOf = ({ claims }: Fields): SignInFault => {
  if (!isFields(claims)) return 'malformed';
  const missing = Object.entries(NEEDED).find(([claim]) => claims[claim] === undefined);
  return missing?.[1] ?? 'malformed';
};
