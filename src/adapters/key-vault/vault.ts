/** The vault's two questions, each with a deadline and a bound: which versions has a secret, and what is in one. */
import { logger, SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import { SottoError } from '../../core/errors.ts';
import { within } from '../bounded/waiting.ts';
import type { Version } from './versions.ts';

/** What the vendor's client takes as a credential; the one of `adapters/azure` fits. */
export type VaultCredential = ConstructorParameters<typeof SecretClient>[1];

/** The vault gives 25 versions a page at most. */
const PAGE = 25;

/** Pages of one secret; somebody who rotates daily needs seven years to fill them. */
const MOST_PAGES = 100;

/** Key Vault takes 25 KiB; the folder of secrets takes this. */
const MOST_LENGTH = 64 * 1024;

/** One call, ms. The vault answers in tens of ms. */
const CALL_MS = 4_000;

export interface Vault {
  /** Every version, from all pages, in no order. */
  versions(name: string, signal: AbortSignal): Promise<readonly Version[]>;
  /** What is in one version, which never changes. A last newline is no part of it, as in the folder of secrets. */
  value(name: string, id: string, signal: AbortSignal): Promise<string>;
}

export const createVault = (o: {
  readonly url: URL;
  readonly credential: VaultCredential;
  readonly unsafeStandIn: boolean;
  readonly ca?: string | undefined;
  readonly callMs?: number | undefined;
}): Vault => {
  // Its loggers print requests where AZURE_LOG_LEVEL says so: they get nowhere to write to.
  for (const one of Object.values(logger)) one.log = () => undefined;
  const ms = o.callMs ?? CALL_MS;
  const client = new SecretClient(o.url.origin, uncached(o.credential), {
    // Attempts are counted by whoever asks, and a vault redirects nobody.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { handleRedirects: false, maxRetries: 0 },
    // The vendor carries no signal to the pages after the first, so that each request has its own end as well.
    additionalPolicies: [{ policy: bounded(ms), position: 'perRetry' }],
    ...(o.unsafeStandIn ? { disableChallengeResourceVerification: true } : {}),
    ...(o.ca === undefined ? {} : { tlsOptions: { ca: o.ca } }),
  });

  return {
    versions: async (name, outer) => {
      const pages = client.listPropertiesOfSecretVersions(name).byPage({ maxPageSize: PAGE });
      const found: Version[] = [];
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const next = await within({ ms, outer }, () => pages.next());
        if (next.done === true) return found;
        found.push(...next.value.map(versionOf));
      }
      throw new SottoError(
        'settings',
        `The secret "${name}" has more than ${MOST_PAGES * PAGE} versions in ${o.url.hostname}, so its newest cannot be told. Delete and purge it, then put its value there anew.`,
      );
    },
    value: async (name, version, outer) => {
      const { value } = await within({ ms, outer }, (abortSignal) => client.getSecret(name, { version, abortSignal }));
      const text = value?.replace(/\r?\n$/, '') ?? '';
      if (text !== '' && text.length <= MOST_LENGTH) return text;
      throw new SottoError(
        'settings',
        `The secret "${name}" in ${o.url.hostname} is ${text === '' ? 'empty' : 'larger than 64 KiB, which no secret is'}. Put the right value there.`,
      );
    },
  };
};

/**
 * The vendor's client keeps tokens a second time, and while Azure gives none it asks for them every three seconds until
 * the old one has ended, even after everything was stopped. To a token that seems to have ended it does neither; the
 * credential's own cache answers at once.
 */
export const uncached = (credential: VaultCredential): VaultCredential => ({
  getToken: async (scopes, options) => {
    const given = await credential.getToken(scopes, options);
    return given === null ? null : { token: given.token, expiresOnTimestamp: 0 };
  },
});

const versionOf = (properties: SecretProperties): Version => {
  const { version: id, enabled, createdOn, notBefore, expiresOn } = properties;
  if (id === undefined || createdOn === undefined)
    throw new SottoError('secrets-unavailable', 'The vault named a version without its id or its time.');
  // What is not said to be enabled is not.
  return {
    id,
    enabled: enabled === true,
    created: createdOn.getTime(),
    from: notBefore?.getTime() ?? null,
    until: expiresOn?.getTime() ?? null,
  };
};

/** Ends each request by itself. */
export const bounded = (ms: number) => ({
  name: 'sottoDeadline',
  sendRequest: <Q extends { timeout: number }, S>(request: Q, next: (request: Q) => Promise<S>): Promise<S> => {
    request.timeout = ms;
    return next(request);
  },
});
