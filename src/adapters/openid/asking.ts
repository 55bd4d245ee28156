/** The address that a browser is sent to for signing in, and what is asked for there. */
import * as client from 'openid-client';
import type { SignInAsked } from '../../core/sign-in-ports.ts';
import type { StrengthRules } from './strength.ts';

export interface Asking {
  readonly redirectUri: string;
  /** The claim that names the person. */
  readonly personClaim: string;
  /** Whether their address is asked for as well. */
  readonly email: boolean;
  readonly strength: StrengthRules;
  /** Of the access token that is kept for systems that are asked as the person. Absent: the ID token is. */
  readonly tokenScope?: string;
  readonly keepsOwn?: boolean;
}

export const authorisationAddress = async (
  configuration: client.Configuration,
  { redirectUri, personClaim, email, strength, tokenScope, keepsOwn }: Asking,
  { state, nonce, codeVerifier, maxAgeSeconds, afresh, locale }: SignInAsked,
): Promise<string> => {
  const { claims_parameter_supported: takesClaims } = configuration.serverMetadata();
  const claims = claimsOf(strength, takesClaims === true);
  return client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    // Entra's `oid` and `tid` come with `profile` alone.
    scope: [
      'openid',
      ...(personClaim === 'sub' ? [] : ['profile']),
      ...(email ? ['email'] : []),
      ...(keepsOwn === true && tokenScope !== undefined ? [tokenScope] : []),
    ].join(' '),
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    max_age: String(maxAgeSeconds),
    ui_locales: locale,
    ...(afresh ? { prompt: 'login' } : {}),
    ...(strength.acr.length === 0 ? {} : { acr_values: strength.acr.join(' ') }),
    ...(claims === null ? {} : { claims: JSON.stringify(claims) }),
  }).href;
};

/**
 * The claims parameter (OpenID Connect 5.5). Entra reads its authentication context there without announcing that it does, so that is asked for wherever it
 * is set; all else is where the provider says that it reads it.
 */
const claimsOf = ({ acr, authContext }: StrengthRules, takesClaims: boolean) => {
  if (authContext === null && !takesClaims) return null;
  return {
    id_token: {
      ...(takesClaims ? { auth_time: { essential: true } } : {}),
      ...(takesClaims && acr.length > 0 ? { acr: { essential: true, values: acr } } : {}),
      ...(authContext === null ? {} : { acrs: { essential: true, value: authContext } }),
    },
  };
};
