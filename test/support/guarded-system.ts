/** A system that asks for all there is: a certificate of ours on the connection, a token of an authority, and a key. It answers whoever has all three. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import type { Secret } from '../../src/core/ports.ts';
import { type Authority, createAuthority, type Issued } from './certificates.ts';
import { startTokenAuthority, type TokenAuthority } from './token-authority.ts';

export const GUARDED_AUDIENCE = 'https://hr.example.com';

export interface GuardedSystem {
  readonly authority: TokenAuthority;
  readonly folder: string;
  /** By the name of the secret: `hr-client`, `hr-key`, `hr-cert`, `hr-cert-key`, `hr-ca`. */
  readonly vault: Map<string, Secret>;
  /** Another certificate of ours, by the authority that the system trusts. */
  issue(): Promise<Issued>;
  /** By another that it does not. */
  issueForeign(): Promise<Issued>;
  /** What the system takes from now on. */
  takes(o: { readonly keys?: readonly string[]; readonly certificates?: readonly string[] }): void;
  /** Of each request that got through the handshake. */
  statuses(): readonly number[];
  close(): Promise<void>;
}

const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });

export const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256;

export const startGuardedSystem = async (o: { readonly oauth?: string } = {}): Promise<GuardedSystem> => {
  const trusted: Authority = await createAuthority();
  const [own, ours] = await Promise.all([trusted.issue({ use: 'server' }), trusted.issue({ use: 'client' })]);
  const authority = await startTokenAuthority({
    clientId: 'sotto',
    audience: GUARDED_AUDIENCE,
    scopes: ['leave.read', 'pay.read'],
  });
  authority.setSecrets(['client-one']);
  let keys: readonly string[] = ['key-one'];
  let certificates: readonly string[] = [fingerprintOf(ours.leaf)];
  const statuses: number[] = [];
  const server = createServer(
    { cert: own.cert, key: own.key, ca: [trusted.cert], requestCert: true, rejectUnauthorized: true },
    async (request, response) => {
      const { socket } = request;
      const peer = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : '';
      const bearer = await authority.bearer(request.headers.authorization, GUARDED_AUDIENCE);
      const good =
        certificates.includes(peer) && bearer !== null && keys.includes(String(request.headers['x-api-key']));
      statuses.push(good ? 200 : 401);
      response
        .writeHead(good ? 200 : 401, { 'content-type': 'application/json' })
        .end(good ? JSON.stringify({ person: 'evan', a: bearer.person ?? 'sotto' }) : '{}');
    },
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'sotto-guarded-'));
  writeFileSync(
    join(folder, 'hr.yaml'),
    `backend: hr
baseUrl: https://localhost:${port}
timeoutMs: 10000
breaker: { failures: 100, pauseSeconds: 1 }
limits: { concurrent: 12, waiting: 16, perMinute: 100000, personPerMinute: 1000 }
signIn:
  oauth: { tokenUrl: "${authority.url}", clientId: sotto, audience: "${GUARDED_AUDIENCE}", ${o.oauth ?? 'grant: client-credentials, secret: hr-client, scope: leave.read'} }
  apiKey: { header: X-Api-Key, secret: hr-key }
  mutualTls: { certificate: hr-cert, key: hr-cert-key, ca: hr-ca }
operations:
  hr.one: { method: GET, path: "/one/{subject}", data: leave, subject: person, fields: { a: text } }
`,
  );
  return {
    authority,
    folder,
    vault: new Map([
      ['hr-client', secretOf('client-one')],
      ['hr-key', secretOf('key-one')],
      ['hr-cert', secretOf(ours.cert)],
      ['hr-cert-key', secretOf(ours.key)],
      ['hr-ca', secretOf(trusted.cert)],
    ]),
    issue: () => trusted.issue({ use: 'client' }),
    issueForeign: async () => (await createAuthority({ name: 'Another authority' })).issue({ use: 'client' }),
    takes: (next) => {
      keys = next.keys ?? keys;
      certificates = next.certificates ?? certificates;
    },
    statuses: () => statuses,
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await authority.close();
    },
  };
};
