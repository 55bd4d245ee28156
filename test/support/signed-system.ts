/** A system that is signed in to in two layers: a token of an authority, and a key beside it. It answers whoever has both, and nobody else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Secret } from '../../src/core/ports.ts';
import { startTokenAuthority, type TokenAuthority } from './token-authority.ts';

export interface SignedSystem {
  readonly authority: TokenAuthority;
  /** Of the description; its `signIn` as told, and the system's key beside it where that names one. */
  readonly folder: string;
  /** By the name of the secret. */
  readonly vault: Map<string, Secret>;
  setKeys(keys: readonly string[]): void;
  /** Statuses of what was asked, in order. */
  statuses(): readonly number[];
  close(): Promise<void>;
}

export const AUDIENCE = 'https://hr.example.com';

/** `grant`: what stands under `oauth` beside its address and client; `more`: beside oauth. */
export const startSignedSystem = async (o: {
  readonly oauth: string;
  readonly more?: string;
  readonly rest?: string;
}): Promise<SignedSystem> => {
  const authority = await startTokenAuthority({
    clientId: 'sotto',
    audience: AUDIENCE,
    scopes: ['leave.read', 'pay.read'],
  });
  authority.setSecrets(['first secret: of 2']);
  let keys: readonly string[] = ['key-one'];
  const statuses: number[] = [];
  const server = createServer(async (request, response) => {
    const bearer = await authority.bearer(request.headers.authorization, AUDIENCE);
    const wantsKey = o.more?.includes('apiKey') === true;
    const key = request.headers['x-api-key'];
    const good = bearer !== null && (!wantsKey || (typeof key === 'string' && keys.includes(key)));
    statuses.push(good ? 200 : 401);
    response
      .writeHead(good ? 200 : 401, { 'content-type': 'application/json' })
      .end(good ? JSON.stringify({ person: bearer.person ?? 'evan', a: bearer.person ?? 'sotto' }) : '{}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'sotto-signed-'));
  writeFileSync(
    join(folder, 'hr.yaml'),
    `backend: hr
baseUrl: http://127.0.0.1:${port}
timeoutMs: 3000
${o.rest ?? ''}
signIn:
  oauth: { tokenUrl: "${authority.url}", clientId: sotto, audience: "${AUDIENCE}", ${o.oauth} }
${o.more ?? ''}
operations:
  hr.one: { method: GET, path: "/one/{subject}", data: leave, subject: person, fields: { a: text } }
`,
  );
  const secret = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });
  return {
    authority,
    folder,
    vault: new Map([
      ['hr-client', secret('first secret: of 2')],
      ['hr-key', secret('key-one')],
    ]),
    setKeys: (next) => {
      keys = next;
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
