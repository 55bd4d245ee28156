/** What the provider says of itself, asked once for all who wait, and known for a day where it is away. */
import * as client from 'openid-client';
import { SottoError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { boundedFetch, CALL_SECONDS, isSafeAddress } from './fetch.ts';

/** Older than this it is asked anew, while what is known goes on being used. ms. */
const FRESH_MS = 10 * 60_000;

/** So long what was said last is used where the provider cannot be asked. ms. */
const LAST_GOOD_MS = 24 * 60 * 60_000;

/** After a failure it is not asked again so soon, ms: whoever comes then is not kept waiting for another one. */
const BREATHER_MS = 5_000;

/** What a token may be signed by (RFC 8725 3.1): a key that nobody but the provider has. Never `none`, and no secret that we have too. */
export const ASYMMETRIC: readonly string[] =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 Ed25519 EdDSA'.split(' ');

export interface Discovered {
  readonly metadata: client.ServerMetadata;
  /** Its keys, as they were fetched last; for as long as the library believes them. */
  keys: client.ExportedJWKSCache | undefined;
}

export interface Discovery {
  /** Refuses with code `sign-in-unavailable`. */
  get(): Promise<Discovered>;
}

export const createDiscovery = (o: {
  readonly issuer: string;
  readonly loopback: boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): Discovery => {
  const { issuer, clock, log } = o;
  let known: { readonly discovered: Discovered; readonly at: number } | null = null;
  let failedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<Discovered | null> | null = null;

  const ask = async (): Promise<Discovered | null> => {
    try {
      const discovered = { metadata: checked(await discover(o), o), keys: undefined };
      known = { discovered, at: clock.now() };
      return discovered;
    } catch (error) {
      failedAt = clock.now();
      log.warn('openid.undiscovered', { code: codeOfFetch(error) });
      return null;
    } finally {
      underWay = null;
    }
  };
  const askOnce = (): Promise<Discovered | null> => {
    underWay ??= ask();
    return underWay;
  };

  return {
    get: async () => {
      const age = known === null ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - known.at);
      const resting = Math.abs(clock.now() - failedAt) < BREATHER_MS;
      if (known !== null && age < LAST_GOOD_MS) {
        if (age >= FRESH_MS && !resting) void askOnce();
        return known.discovered;
      }
      const asked = resting && underWay === null ? null : await askOnce();
      if (asked !== null) return asked;
      throw new SottoError('sign-in-unavailable', `${issuer} does not say how to sign in there. It is asked again.`);
    },
  };
};

const discover = async (o: { readonly issuer: string; readonly loopback: boolean }): Promise<client.ServerMetadata> => {
  // Which client asks does not matter to what is said here.
  const configuration = await client.discovery(new URL(o.issuer), 'sotto', undefined, client.None(), {
    [client.customFetch]: boundedFetch(o),
    timeout: CALL_SECONDS,
    ...(o.loopback ? { execute: [client.allowInsecureRequests] } : {}),
  });
  return configuration.serverMetadata();
};

/** The addresses that people and secrets are sent to. */
const ADDRESSES = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** The library lets Entra's issuers of all tenants pass for one; here it is the very issuer or none. */
const checked = (
  metadata: client.ServerMetadata,
  { issuer, loopback }: { readonly issuer: string; readonly loopback: boolean },
): client.ServerMetadata => {
  const unusable = (what: string): never => {
    throw new SottoError('sign-in-unavailable', `What ${issuer} says of itself cannot be used: ${what}.`);
  };
  if (metadata.issuer !== issuer) unusable('it names another issuer');
  for (const name of ADDRESSES)
    if (!isSafeAddress(metadata[name] ?? '', { loopback })) unusable(`${name} is unsafe or missing`);
  const supported = metadata.id_token_signing_alg_values_supported ?? ['RS256'];
  const algorithms = supported.filter((one) => ASYMMETRIC.includes(one));
  if (algorithms.length === 0) unusable('it signs its tokens by no key of its own');
  // S256 need not be announced (Entra takes it and does not), but where methods are, it must be among them.
  if (metadata.code_challenge_methods_supported?.includes('S256') === false) unusable('it does not take S256 of PKCE');
  return { ...metadata, id_token_signing_alg_values_supported: algorithms };
};
