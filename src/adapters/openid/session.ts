/**
 * A token of Entra's for this bot, which Teams handed over with somebody's activity: whether it shows by itself, as a token from the provider's own page would, that they have
 * signed in strongly, and when. It is held against the same rules; what nonce and code show there is shown here by the activity, which Teams signed for that very account.
 */
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import type { Clock, Log } from '../../core/ports.ts';
import type { Proved, SessionProver, SignInFault } from '../../core/sign-in-ports.ts';
import { provedBy, SKEW_SECONDS } from './claims.ts';
import { ASYMMETRIC, createDiscovery } from './discovery.ts';
import { boundedFetch, CALL_SECONDS, isLoopbackIssuer } from './fetch.ts';
import type { StrengthRules } from './strength.ts';

/** Teams on desktop and phone, and in a browser. What any other client was given is nobody's word for who sits at Teams. */
const TEAMS_CLIENTS: readonly string[] = [
  '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
  '5e3ce6c0-2b1f-4285-8d4b-75ee78787346',
];

/** Keys that are not known are asked for no more often than this, ms. */
const COOLDOWN_MS = 30_000;

const LONGEST_TOKEN = 16_000;

export const createSessionProver = (o: {
  /** Entra's, of one tenant. */
  readonly issuer: string;
  /** The bot's application id: whom the token is for. */
  readonly audience: string;
  readonly strength: StrengthRules;
  /** Whether it is wanted itself, for systems that are asked as the person. Absent: no. */
  readonly keepsOwn?: boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): SessionProver => {
  const { issuer, clock } = o;
  const loopback = isLoopbackIssuer(issuer);
  const discovery = createDiscovery({ issuer, loopback, clock, log: o.log });
  let keys: { readonly url: string; readonly get: ReturnType<typeof createRemoteJWKSet> } | null = null;

  const keysAt = (url: string): ReturnType<typeof createRemoteJWKSet> => {
    if (keys?.url !== url) {
      const bounded = boundedFetch({ loopback });
      keys = {
        url,
        get: createRemoteJWKSet(new URL(url), {
          timeoutDuration: CALL_SECONDS * 1_000,
          cooldownDuration: COOLDOWN_MS,
          [customFetch]: (address, { headers, method, signal }) =>
            bounded(address, { headers: Object.fromEntries(headers), method, redirect: 'manual', signal, body: null }),
        }),
      };
    }
    return keys.get;
  };

  return {
    prove: async (token) => {
      if (token.length > LONGEST_TOKEN) return fault('malformed');
      try {
        const { jwks_uri: url } = (await discovery.get()).metadata;
        if (url === undefined) return fault('unreachable');
        const { payload } = await jwtVerify(token, keysAt(url), {
          issuer,
          audience: o.audience,
          algorithms: [...ASYMMETRIC],
          currentDate: new Date(clock.now()),
          clockTolerance: SKEW_SECONDS,
          requiredClaims: ['exp', 'iat', 'oid', 'tid', 'azp', 'scp'],
        });
        // An application by itself has no `scp`, and signs nobody in.
        if (!TEAMS_CLIENTS.includes(String(payload['azp'])) || payload['scp'] === '') return fault('wrong-audience');
        const now = clock.now() / 1_000;
        const proved = provedBy(payload, { issuer, personClaim: 'oid', strength: o.strength, now });
        if (!proved.ok || o.keepsOwn !== true || payload.exp === undefined) return proved;
        return { ...proved, own: { token, kind: 'access-token', until: payload.exp * 1_000 } };
      } catch (error) {
        return fault(faultIn(error));
      }
    },
  };
};

const fault = (why: SignInFault): Proved => ({ ok: false, why });

const faultIn = (error: unknown): SignInFault => {
  if (error instanceof errors.JWTExpired) return 'late';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'wrong-issuer';
    return error.claim === 'aud' ? 'wrong-audience' : 'malformed';
  }
  // Neither says anything of the token: the keys could not be had.
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) return 'unreachable';
  return 'malformed';
};
