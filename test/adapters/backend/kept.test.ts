import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRestBackend } from '../../../src/adapters/backend/rest.ts';
import type { Backend } from '../../../src/core/ports.ts';

describe('what is kept of a system’s answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-kept-'));
  let server: Server;
  let backend: Backend;
  let left = 20;
  let booking = 200;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.method === 'POST' && booking === 200) left -= 1;
      const status = request.method === 'POST' ? booking : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ person: 'evan', left }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(
      join(folder, 'x.yaml'),
      [
        'backend: x',
        `baseUrl: ${base}`,
        'operations:',
        '  x.left: { method: GET, path: "/left", data: x, subject: person, fields: { left: number }, cacheSeconds: 600 }',
        '  x.book: { method: POST, path: "/book", data: x, subject: person, fields: { left: number }, write: { again: never } }',
      ].join('\n'),
    );
    backend = createRestBackend({ folder });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true, force: true });
  });

  const of = { subject: 'evan', asker: 'evan', id: 'q' };
  const read = async (): Promise<unknown> => {
    const fetched = await backend.fetch({ operation: 'x.left', ...of, mayCache: true });
    return fetched.ok ? fetched.records[0]?.fields['left'] : fetched.code;
  };
  const book = (key: string) => backend.write?.({ operation: 'x.book', ...of, key, words: {}, again: false });

  it('is forgotten once something was written there, or may have been, and not where for sure nothing was', async () => {
    expect(await read()).toMatchObject({ value: 20 });
    left = 30;
    expect(await read()).toMatchObject({ value: 20 });
    booking = 422;
    expect(await book('k0')).toMatchObject({ ok: false });
    expect(await read()).toMatchObject({ value: 20 });
    booking = 200;
    expect(await book('k1')).toMatchObject({ ok: true });
    expect(await read()).toMatchObject({ value: 29 });
    left = 10;
    booking = 500;
    expect(await book('k2')).toEqual({ ok: false, code: 'doubt' });
    expect(await read()).toMatchObject({ value: 10 });
  });
});
