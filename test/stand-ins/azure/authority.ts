/**
 * An Entra authority on this machine: discovery, and tokens for applications that prove themselves by a client secret,
 * a federated assertion or as a managed identity. As strict as the real one where it matters: tenant, client, proof,
 * grant and scope; tokens are random, expire, and mean nothing to whoever reads them.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import Fastify, { type FastifyReply } from 'fastify';
import { assertionFault } from './assertion.ts';
import type { Certificate } from './certificate.ts';

export interface AuthorityClient {
  readonly id: string;
  /** What proves it; null: that way is not open to it. */
  readonly secret: string | null;
  /** The federated token (a Kubernetes service account's, say) that is taken as its assertion. */
  readonly assertion: string | null;
  /** Certificates in its app registration, in PEM, public halves; none unless given. */
  readonly certificates?: readonly string[];
  /** Whether it can be had as a managed identity. */
  readonly managed?: boolean;
  /** Scopes it may ask for, such as `https://vault.azure.net/.default`. */
  readonly scopes: readonly string[];
}

export interface Issued {
  readonly client: string;
  readonly tenant: string;
  readonly scope: string;
}

export type AuthorityMode = 'ok' | '500' | 'hang';

export interface AuthorityStandIn {
  /** `https://localhost:PORT`, which is the authority's host. */
  readonly url: string;
  /** Where a managed identity asks, as App Service tells it: IDENTITY_ENDPOINT and IDENTITY_HEADER. */
  readonly managedIdentity: { readonly endpoint: string; readonly header: string };
  /** Whose token it is; null: not one of ours, or expired. */
  issued(token: string): Issued | null;
  mode(mode: AuthorityMode): void;
  /** Ends every token given out so far. */
  expireAll(): void;
  /** Takes another secret of a client from now on. */
  setSecret(client: string, secret: string | null): void;
  /** Those stand in its app registration from now on, and no others. */
  setCertificates(client: string, certificates: readonly string[]): void;
  counts(): { readonly discovery: number; readonly instance: number; readonly token: number; readonly refused: number };
  /** Every token ever given out, so that tests can look for them where they must not be. */
  tokens(): readonly string[];
  close(): Promise<void>;
}

export interface AuthorityOptions {
  readonly certificate: Certificate;
  readonly tenant: string;
  readonly clients: readonly AuthorityClient[];
  /** What tokens live, seconds; an hour unless given. */
  readonly tokenSeconds?: number;
  /** What a token looks like; random text unless given. */
  readonly mint?: (issued: Issued & { readonly from: number; readonly until: number }) => string;
  /** By which tokens expire; MSAL goes by the machine's clock, and so does this unless given. */
  readonly now?: () => number;
}

interface Grant extends Issued {
  readonly until: number;
}

type Refusal = { readonly status: number; readonly error: string; readonly code: number };

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const createAuthorityStandIn = async (o: AuthorityOptions): Promise<AuthorityStandIn> => {
  const now = o.now ?? Date.now;
  const clients = new Map(o.clients.map((client) => [client.id, client]));
  const grants = new Map<string, Grant>();
  const hanging = new Set<ServerResponse>();
  const counts = { discovery: 0, instance: 0, token: 0, refused: 0 };
  const header = randomBytes(16).toString('hex');
  let mode: AuthorityMode = 'ok';
  let url = '';

  const app = Fastify({ https: { key: o.certificate.key, cert: o.certificate.cert }, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  app.addHook('preHandler', async (_request, reply) => {
    if (mode === 'ok') return;
    if (mode === '500')
      return reply.code(500).send({ error: 'temporarily_unavailable', error_description: 'AADSTS90033' });
    reply.hijack();
    hanging.add(reply.raw);
    reply.raw.on('close', () => hanging.delete(reply.raw));
  });

  const change = (id: string, to: Partial<AuthorityClient>): void => {
    const client = clients.get(id);
    if (client === undefined) throw new Error(`The authority knows no client "${id}".`);
    clients.set(id, { ...client, ...to });
  };
  const give = (
    client: string,
    tenant: string,
    scope: string,
  ): { readonly token: string; readonly seconds: number } => {
    const seconds = o.tokenSeconds ?? 3_600;
    const from = now();
    const grant: Grant = { client, tenant, scope, until: from + seconds * 1_000 };
    const token = o.mint?.({ ...grant, from }) ?? randomBytes(32).toString('base64url');
    grants.set(token, grant);
    return { token, seconds };
  };
  const refuse = (reply: FastifyReply, { status, error, code }: Refusal): FastifyReply => {
    counts.refused += 1;
    const description = `AADSTS${code}: the stand-in refuses. Trace ID: 0. Timestamp: 0.`;
    return reply.code(status).send({ error, error_description: description, error_codes: [code], correlation_id: '0' });
  };

  app.get<{ Params: { tenant: string } }>('/:tenant/v2.0/.well-known/openid-configuration', async (request, reply) => {
    counts.discovery += 1;
    const { tenant } = request.params;
    if (tenant !== o.tenant) return refuse(reply, { status: 400, error: 'invalid_tenant', code: 90002 });
    return {
      issuer: `${url}/${tenant}/v2.0`,
      authorization_endpoint: `${url}/${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${url}/${tenant}/oauth2/v2.0/token`,
      jwks_uri: `${url}/${tenant}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      response_types_supported: ['code', 'id_token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  });

  app.get('/common/discovery/instance', async () => {
    counts.instance += 1;
    const { host } = new URL(url);
    return {
      tenant_discovery_endpoint: `${url}/${o.tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    };
  });

  app.post<{ Params: { tenant: string } }>('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    counts.token += 1;
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const audience = `${url}/${request.params.tenant}/oauth2/v2.0/token`;
    const asked = { tenant: request.params.tenant, ours: o.tenant, clients, audience, now: now() };
    const refusal = refusalOf(form, asked);
    if (refusal !== null) return refuse(reply, refusal);
    const scope = askedScope(form);
    const { token, seconds } = give(form.get('client_id') ?? '', o.tenant, scope);
    return { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: token };
  });

  // App Service's way of telling a managed identity's token.
  app.get<{ Querystring: Record<string, string> }>('/msi/token', async (request, reply) => {
    counts.token += 1;
    const { resource = '', client_id: id = '', 'api-version': version } = request.query;
    const client = [...clients.values()].find((one) => one.managed === true && (id === '' || one.id === id));
    const scope = `${resource}/.default`;
    if (request.headers['x-identity-header'] !== header || version !== '2019-08-01' || client === undefined)
      return refuse(reply, { status: 400, error: 'invalid_request', code: 0 });
    if (!client.scopes.includes(scope)) return refuse(reply, { status: 400, error: 'invalid_scope', code: 70011 });
    const { token, seconds } = give(client.id, o.tenant, scope);
    const expires = String(Math.floor(now() / 1_000) + seconds);
    return { access_token: token, expires_on: expires, resource, token_type: 'Bearer', client_id: client.id };
  });

  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  url = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;

  return {
    url,
    managedIdentity: { endpoint: `${url}/msi/token`, header },
    issued: (token) => {
      const grant = grants.get(token);
      if (grant === undefined || grant.until <= now()) return null;
      return { client: grant.client, tenant: grant.tenant, scope: grant.scope };
    },
    mode: (next) => {
      mode = next;
      if (next === 'hang') return;
      for (const response of hanging) response.destroy();
    },
    expireAll: () => {
      for (const [token, grant] of grants) grants.set(token, { ...grant, until: 0 });
    },
    setSecret: (id, secret) => change(id, { secret }),
    setCertificates: (id, certificates) => change(id, { certificates }),
    counts: () => ({ ...counts }),
    tokens: () => [...grants.keys()],
    close: async () => {
      for (const response of hanging) response.destroy();
      await app.close();
    },
  };
};

/** The one resource that is asked for; MSAL adds the scopes of OpenID, which mean nothing for an application. */
const askedScope = (form: URLSearchParams): string =>
  (form.get('scope') ?? '')
    .split(' ')
    .filter((scope) => !['', 'openid', 'profile', 'offline_access'].includes(scope))
    .join(' ');

const refusalOf = (
  form: URLSearchParams,
  o: {
    readonly tenant: string;
    readonly ours: string;
    readonly clients: ReadonlyMap<string, AuthorityClient>;
    readonly audience: string;
    readonly now: number;
  },
): Refusal | null => {
  if (o.tenant !== o.ours) return { status: 400, error: 'invalid_tenant', code: 90002 };
  if (form.get('grant_type') !== 'client_credentials')
    return { status: 400, error: 'unsupported_grant_type', code: 70003 };
  const client = o.clients.get(form.get('client_id') ?? '');
  if (client === undefined) return { status: 400, error: 'unauthorized_client', code: 700016 };
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  if ((secret === null) === (assertion === null)) return { status: 401, error: 'invalid_client', code: 7000218 };
  if (secret !== null && secret !== client.secret) return { status: 401, error: 'invalid_client', code: 7000215 };
  if (assertion !== null) {
    if (form.get('client_assertion_type') !== JWT_BEARER) return { status: 401, error: 'invalid_client', code: 700213 };
    const federated = assertion === client.assertion;
    const certificates = client.certificates ?? [];
    const code =
      federated || certificates.length === 0
        ? null
        : assertionFault(assertion, { ...o, client: client.id, certificates });
    if (!federated && (certificates.length === 0 || code !== null))
      return { status: 401, error: 'invalid_client', code: code ?? 700213 };
  }
  if (!client.scopes.includes(askedScope(form))) return { status: 400, error: 'invalid_scope', code: 70011 };
  return null;
};
