/**
 * The company's own OpenID provider, by `openid-client`: the code flow with PKCE (RFC 7636), `state`, `nonce`, and the issuer in the answer (RFC 9207).
 * A token counts only by its signature, which the library checks where it is told to, as it is here.
 */
import * as client from 'openid-client';
import { LONGEST_QUERY } from '../../core/auth-steps.ts';
import { hasCode, SottoError } from '../../core/errors.ts';
import type { Clock, Log, Metrics, Secret } from '../../core/ports.ts';
import type { Proved, SignInAsked, SignInFault, SignInProvider } from '../../core/sign-in-ports.ts';
import { createCredentials, type Tried } from '../bounded/credentials.ts';
import { within } from '../bounded/waiting.ts';
import { type Asking, authorisationAddress } from './asking.ts';
import { provedBy, SKEW_SECONDS } from './claims.ts';
import { createDiscovery, type Discovered } from './discovery.ts';
import { faultOf, isClientRefused } from './faults.ts';
import { boundedFetch, CALL_SECONDS, isLoopbackIssuer } from './fetch.ts';
import { ownToken } from './own.ts';

export interface OpenIdOptions extends Asking {
  /** https; plain http on this machine alone. As the provider names itself, to the last character. */
  readonly issuer: string;
  readonly clientId: string;
  /** `oidc-client-secret`. Where it is `secret-missing`, the client is a public one, which PKCE alone protects. */
  readonly clientSecret: () => Promise<Secret>;
  /** Whether a token of the person is wanted, for systems that are asked as them. Absent: none is taken. */
  readonly keepsOwn?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** All calls of one sign-in together, ms: a person waits before an empty page. */
const FINISH_MS = 15_000;

/** Refuses with code `settings` an issuer that is neither https nor on this machine. */
export const createOpenId = (o: OpenIdOptions): SignInProvider => {
  const { issuer, clientId, clock, log, metrics } = o;
  const loopback = isLoopbackIssuer(issuer);
  const discovery = createDiscovery({ issuer, loopback, clock, log });
  const withSecret = createCredentials({ name: 'oidc-client-secret', secret: o.clientSecret, clock, log, metrics });

  const configured = ({ metadata, keys }: Discovered, auth: client.ClientAuth): client.Configuration => {
    // Whoever runs this may hand in a clock, and the library knows the machine's alone.
    const skew = Math.round((clock.now() - Date.now()) / 1_000);
    const known = { [client.clockSkew]: skew, [client.clockTolerance]: SKEW_SECONDS };
    const configuration = new client.Configuration(metadata, clientId, known, auth);
    configuration.timeout = CALL_SECONDS;
    configuration[client.customFetch] = boundedFetch({ loopback });
    if (loopback) client.allowInsecureRequests(configuration);
    client.enableNonRepudiationChecks(configuration);
    if (keys !== undefined) client.setJwksCache(configuration, keys);
    return configuration;
  };

  /** Every secret that is accepted is tried where the provider refuses our client; it has used up nothing then. */
  const withClient = async <T>(
    { metadata }: Discovered,
    attempt: (auth: client.ClientAuth) => Promise<Tried<T>>,
  ): Promise<T> => {
    const asked = clientAuthOf(metadata);
    try {
      return await withSecret((secret) => attempt(asked(secret)));
    } catch (error) {
      if (!hasCode(error, 'secret-missing')) throw error;
      return (await attempt(client.None())).outcome;
    }
  };

  const redeem = async (
    discovered: Discovered,
    auth: client.ClientAuth,
    { state, nonce, codeVerifier, maxAgeSeconds, query }: SignInAsked & { readonly query: string },
  ): Promise<Tried<Proved>> => {
    const configuration = configured(discovered, auth);
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(`${o.redirectUri}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        maxAge: maxAgeSeconds,
        idTokenExpected: true,
      });
      const proved = provedBy(tokens.claims() ?? {}, { ...o, now: clock.now() / 1_000 });
      const own = proved.ok && o.keepsOwn === true ? ownToken(tokens, { ...o, now: clock.now() }) : null;
      return { refused: false, outcome: own === null || !proved.ok ? proved : { ...proved, own } };
    } catch (error) {
      return { refused: isClientRefused(error), outcome: fault(faultOf(error)) };
    } finally {
      discovered.keys = client.getJwksCache(configuration);
    }
  };

  return {
    issuer,
    begin: async (asked) => authorisationAddress(configured(await discovery.get(), client.None()), o, asked),
    finish: async (asked) => {
      try {
        const discovered = await discovery.get();
        const early = queryFault(asked.query, discovered);
        if (early !== null) return fault(early);
        return await within({ ms: FINISH_MS }, () => withClient(discovered, (auth) => redeem(discovered, auth, asked)));
      } catch (error) {
        if (!(error instanceof SottoError)) log.warn('openid.unfinished', { code: faultOf(error) });
        return fault('unreachable');
      }
    },
  };
};

const fault = (why: SignInFault): Proved => ({ ok: false, why });

/** RFC 9207: whom the answer is from, before anything of it is used. The library looks again; here it has a name of its own. */
const queryFault = (query: string, { metadata }: Discovered): SignInFault | null => {
  if (query.length > LONGEST_QUERY) return 'malformed';
  const named = new URLSearchParams(query).getAll('iss');
  if (named.length === 0)
    return metadata.authorization_response_iss_parameter_supported === true ? 'wrong-issuer' : null;
  return named.length === 1 && named[0] === metadata.issuer ? null : 'wrong-issuer';
};

/** The way of showing the secret that the provider names first; where it names none, the one of OpenID Connect Discovery 3. */
const clientAuthOf = ({ token_endpoint_auth_methods_supported: methods }: client.ServerMetadata) =>
  methods?.find((one) => one === 'client_secret_basic' || one === 'client_secret_post') === 'client_secret_post'
    ? client.ClientSecretPost
    : client.ClientSecretBasic;
