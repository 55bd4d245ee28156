import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRestBackend } from '../../../../src/adapters/backend/rest.ts';
import { provedWebhook } from '../../../../src/adapters/bounded/webhooks.ts';
import { OTHER_WHSEC, secretOf, WHSEC } from './stage.ts';

const description = (base: string): string => `backend: desk
baseUrl: ${base}
signIn: { hmac: { secret: out-secret } }
operations:
  desk.opened:
    method: POST
    path: /hooks/opened
    body: { who: "{subject}", text: "{words.text}" }
    data: ticket
    subject: who
    fields: { number: text }
    write:
      again: never
      words: { text: { label: { en: Text, de: Text } } }
`;

/** Whoever takes webhooks of ours: proves each as anybody would, by the specification alone. */
describe('a webhook out', () => {
  let folder: string;
  let server: Server;
  let seen: { readonly headers: IncomingHttpHeaders; readonly body: Buffer; readonly status: number }[];
  let accepted: readonly string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-out-'));
    seen = [];
    accepted = [WHSEC];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const header = (name: string): string => String(request.headers[name] ?? '');
        const proved = provedWebhook({
          secrets: accepted,
          headers: {
            id: header('webhook-id'),
            timestamp: header('webhook-timestamp'),
            signature: header('webhook-signature'),
          },
          body,
        });
        const fresh = proved !== null && Math.abs(Date.now() - proved.at) < 300_000;
        const status = fresh ? 200 : 401;
        seen.push({ headers: request.headers, body, status });
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(fresh ? JSON.stringify({ who: 'evan', number: 'INC-9' }) : '{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(folder, 'desk.yaml'), description(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = (...secrets: readonly string[]) => {
    const backend = createRestBackend({ folder, secrets: { get: async () => secretOf(...secrets) } });
    return backend.write?.({
      operation: 'desk.opened',
      subject: 'evan',
      asker: 'evan',
      id: 'question-1',
      key: 'key-1',
      words: { text: 'It is broken.' },
      again: false,
    });
  };

  it('is signed as what comes in must be, and so is proved', async () => {
    expect(await opened(WHSEC)).toMatchObject({ ok: true, record: { subject: 'evan' } });
    expect(seen).toMatchObject([{ status: 200 }]);
    expect(JSON.parse(seen[0]?.body.toString() ?? '')).toEqual({ who: 'evan', text: 'It is broken.' });
  });

  it('is signed by both secrets while one is changed, so that it is proved whichever they have there', async () => {
    accepted = [OTHER_WHSEC];
    expect(await opened(WHSEC, OTHER_WHSEC)).toMatchObject({ ok: true });
    expect(seen.map(({ status }) => status)).toEqual([200]);
    expect(String(seen[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  it('is never sent unsigned', async () => {
    expect(await opened('not a secret of Standard Webhooks')).toMatchObject({ ok: false });
    expect(seen).toEqual([]);
  });

  it('is proved by nobody who has another secret', async () => {
    expect(await opened(OTHER_WHSEC)).toMatchObject({ ok: false });
    expect(seen.map(({ status }) => status)).toEqual([401]);
  });
});
