/** The credential by which Sotto speaks to Azure: Key Vault, Graph and the Teams connector ask it for their tokens. */
import {
  type AccessToken,
  AzureAuthorityHosts,
  ClientCertificateCredential,
  ClientSecretCredential,
  logger,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { SottoError } from '../../core/errors.ts';
import { within } from '../bounded/waiting.ts';
import { noToken } from './faults.ts';

export type { TokenCredential } from '@azure/identity';
export { createTokenSource } from './token-source.ts';

/** Entra answers in a few hundred ms; a token that takes longer than this is refused with `secrets-unavailable`. */
const TOKEN_MS = 10_000;

/** A call that still hangs after this long, ms, no longer stands in the way of another. */
const HANGS_MS = 120_000;

/** Calls that may hang at the same time; a bound for the memory, far above what ever happens. */
const MOST_CALLS = 100;

/**
 * Who Sotto is at Azure.
 * `managed-identity`: the machine it runs on vouches for it; `clientId` names one of several.
 * `workload-identity`: a file with a federated token does, as Kubernetes puts it there.
 * `client-certificate`: a certificate with its private key does, in PEM.
 * `client-secret`: for the bot's app registration, by a secret that lies in the vault. Who opens the vault itself is never known by
 * one, since it would have to lie outside of it; the settings allow that with a stand-in's authority and nowhere else.
 */
export type AzureIdentity =
  | { readonly kind: 'managed-identity'; readonly clientId?: string }
  | {
      readonly kind: 'workload-identity';
      readonly tenantId: string;
      readonly clientId: string;
      readonly tokenFile: string;
    }
  | {
      readonly kind: 'client-certificate';
      readonly tenantId: string;
      readonly clientId: string;
      readonly certificate: string;
    }
  | { readonly kind: 'client-secret'; readonly tenantId: string; readonly clientId: string; readonly secret: string };

export type AzureCloud = 'public' | 'us-government' | 'china';

export type AzureCredentialOptions = AzureIdentity & {
  /** Null in production. A stand-in's address: https on loopback. */
  readonly unsafeAuthorityHost: string | null;
  /** Which of Azure's clouds; `public` unless given. */
  readonly cloud?: AzureCloud;
  /** Certificates (PEM) that are trusted instead of the machine's: the stand-in's own. */
  readonly ca?: string;
  /** How long a caller waits for a token, ms; 10 s unless given. */
  readonly deadlineMs?: number;
};

const AUTHORITIES: { readonly [C in AzureCloud]: string } = {
  public: AzureAuthorityHosts.AzurePublicCloud,
  'us-government': AzureAuthorityHosts.AzureGovernment,
  china: AzureAuthorityHosts.AzureChina,
};

interface Call {
  readonly token: Promise<AccessToken | null>;
  readonly begun: number;
}

/**
 * Tokens by `o.kind`; everything comes from the options, nothing from the environment (but what Azure's own hosts put there
 * for a managed identity). Callers of one scope share one call, and each waits `deadlineMs` at most. Refuses with `settings`
 * at once where an option cannot be right, and with `secrets-unavailable` where there is no token; neither holds a token
 * or a secret.
 */
export const createAzureCredential = (o: AzureCredentialOptions): TokenCredential => {
  check(o);
  silence();
  const vendor = vendorOf(o);
  const calls = new Map<string, Call>();

  /** The vendor heeds no deadline everywhere, so that a call which hangs is shared until it is given up. */
  const callFor = (scopes: string | string[], options: Parameters<TokenCredential['getToken']>[1] = {}): Call => {
    const { tenantId, claims, enableCae } = options;
    const key = JSON.stringify([scopes, tenantId, claims, enableCae]);
    const running = calls.get(key);
    if (running !== undefined && performance.now() - running.begun < HANGS_MS) return running;
    if (calls.size >= MOST_CALLS) throw new SottoError('deadline', 'Too many calls to Azure are without an answer.');
    const given = {
      abortSignal: AbortSignal.timeout(HANGS_MS),
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(claims === undefined ? {} : { claims }),
      ...(enableCae === undefined ? {} : { enableCae }),
    };
    const call: Call = { token: vendor.getToken(scopes, given), begun: performance.now() };
    calls.set(key, call);
    const done = (): void => {
      if (calls.get(key) === call) calls.delete(key);
    };
    call.token.then(done, done);
    return call;
  };

  return {
    getToken: async (scopes, options) => {
      const scope = typeof scopes === 'string' ? scopes : scopes.join(' ');
      try {
        const waiting = { ms: o.deadlineMs ?? TOKEN_MS, outer: signalOf(options?.abortSignal) };
        const token = await within(waiting, () => callFor(scopes, options).token);
        if (token === null) throw new Error('no token');
        return token;
      } catch (error) {
        throw noToken(error, { scope, how: o.kind, mend: mendOf(o) });
      }
    },
  };
};

/** Azure's signals are like the platform's; only those are heeded. */
const signalOf = (signal: unknown): AbortSignal | undefined => (signal instanceof AbortSignal ? signal : undefined);

const vendorOf = (o: AzureCredentialOptions): TokenCredential => {
  const options = {
    // Never left to the vendor, who would ask the environment.
    authorityHost: o.unsafeAuthorityHost ?? AUTHORITIES[o.cloud ?? 'public'],
    // Discovery asks Microsoft whether the authority is one of theirs, which a stand-in is not.
    disableInstanceDiscovery: o.unsafeAuthorityHost !== null,
    retryOptions: { maxRetries: 1, retryDelayInMs: 300, maxRetryDelayInMs: 1_000 },
    redirectOptions: { maxRetries: 0 },
    loggingOptions: { logger: logger.info },
    additionalPolicies: [{ policy: bounded(o.deadlineMs ?? TOKEN_MS), position: 'perRetry' as const }],
    ...(o.ca === undefined ? {} : { tlsOptions: { ca: o.ca } }),
  };
  switch (o.kind) {
    case 'managed-identity':
      return new ManagedIdentityCredential({
        ...options,
        ...(o.clientId === undefined ? {} : { clientId: o.clientId }),
      });
    case 'workload-identity':
      return new WorkloadIdentityCredential({
        ...options,
        tenantId: o.tenantId,
        clientId: o.clientId,
        tokenFilePath: o.tokenFile,
      });
    case 'client-certificate':
      return new ClientCertificateCredential(o.tenantId, o.clientId, { certificate: o.certificate }, options);
    case 'client-secret':
      return new ClientSecretCredential(o.tenantId, o.clientId, o.secret, options);
  }
};

/** Each request ends by itself, also where nobody waits for it any more. */
const bounded = (ms: number) => ({
  name: 'sottoDeadline',
  sendRequest: <Q extends { timeout: number }, S>(request: Q, next: (request: Q) => Promise<S>): Promise<S> => {
    request.timeout = ms;
    return next(request);
  },
});

const ID = /^[0-9A-Za-z][0-9A-Za-z.-]{0,99}$/;
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const check = (o: AzureCredentialOptions): void => {
  if (o.unsafeAuthorityHost !== null) {
    const url = URL.canParse(o.unsafeAuthorityHost) ? new URL(o.unsafeAuthorityHost) : null;
    if (url?.protocol !== 'https:' || !LOOPBACK.includes(url.hostname) || url.username !== '') {
      throw new SottoError(
        'settings',
        'The authority for Azure is not https on this machine (https://localhost:PORT). Whoever stands there hands out the keys to everything, so only a stand-in for tests may be named; leave it away in production.',
      );
    }
  }
  const ids = o.kind === 'managed-identity' ? [o.clientId ?? 'none'] : [o.tenantId, o.clientId];
  if (!ids.every((id) => ID.test(id))) {
    throw new SottoError(
      'settings',
      'The tenant or client id for Azure is no id. Copy them from Entra: letters, digits, "-" and "." only.',
    );
  }
  if (o.kind === 'workload-identity' && o.tokenFile === '')
    throw new SottoError('settings', 'The file with the federated token is not named, so Azure would know nobody.');
  if (o.kind === 'client-secret' && o.secret === '')
    throw new SottoError('settings', 'The client secret for Azure is empty.');
};

const mendOf = (o: AzureCredentialOptions): string => {
  switch (o.kind) {
    case 'managed-identity':
      return 'See that this machine has that managed identity and can reach its endpoint.';
    case 'workload-identity':
      return `See that ${o.tokenFile} can be read, that the application trusts its issuer and subject, and that Entra can be reached.`;
    case 'client-certificate':
      return 'See that the certificate stands in the app registration (Certificates & secrets) and has not ended, and that Entra can be reached.';
    case 'client-secret':
      return 'See that the client secret is right and not expired, and that the authority can be reached.';
  }
};

/** AZURE_LOG_LEVEL must not make the vendor print what it sends: its loggers get nowhere to write to. */
const silence = (): void => {
  for (const one of Object.values(logger)) one.log = () => undefined;
};
