import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { createRestBackend } from '../../../src/adapters/backend/rest.ts';
import { type Again, backendWriteContract, type WriteFault } from '../../contracts/backend-write.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-writes-'));
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

const MODES: Readonly<Record<Again, string>> = {
  key: '{ header: Idempotency-Key }',
  look: '{ find: x.find }',
  never: 'never',
};

const described = (base: string, again: Again): string => `backend: x
baseUrl: ${base}
timeoutMs: 600
operations:
  x.write:
    method: POST
    path: /things
    body: { person: "{subject}", title: "{words.title}"${again === 'key' ? '' : ', key: "{key}"'} }
    data: x
    subject: person
    one: $.result
    fields: { number: text }
    write:
      again: ${MODES[again]}
      result: { id: $.result.id }
      words: { title: { label: { en: Title, de: Titel } } }
  x.find:
    method: GET
    path: /things
    query: { key: "{key}" }
    data: x
    subject: person
    records: result
    fields: { number: text, id: text }
  x.read: { method: GET, path: "/things/{subject}", data: x, subject: person, fields: { number: text } }
`;

interface Thing {
  readonly key: string;
  readonly person: string;
  readonly number: string;
  readonly id: string;
}

/** Does one key once where it is told by a header, and everything that it is asked to otherwise. */
const thingsServer = async () => {
  const things: Thing[] = [];
  const faults: WriteFault[] = [];
  let asked = 0;
  const bodyOf = async (request: IncomingMessage): Promise<Record<string, string>> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return JSON.parse(text) as Record<string, string>;
  };
  const json = (response: ServerResponse, status: number, body: unknown): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const make = (person: string, key: string): Thing => {
    const number = `N-${things.length + 1}`;
    const thing = { key, person, number, id: `id-${things.length + 1}` };
    things.push(thing);
    return thing;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (request.method === 'GET')
      return json(response, 200, { result: things.filter(({ key }) => key === url.searchParams.get('key')) });
    asked += 1;
    const { person = '', key: named } = await bodyOf(request);
    const header = request.headers['idempotency-key'];
    const key = named ?? (typeof header === 'string' ? header : null);
    const fault = faults.shift();
    if (fault === '500') return json(response, 500, {});
    if (fault === 'lost-before') return;
    if (typeof fault === 'number')
      return void response.writeHead(fault, { location: '/elsewhere', 'content-type': 'application/json' }).end('{}');
    const known = header === undefined ? undefined : things.find((one) => one.key === header);
    const thing = known ?? make(person, key ?? `unnamed-${things.length}`);
    if (fault === 'lost') return;
    if (fault === 'reset') return void request.socket.destroy();
    if (fault === '500-done') return json(response, 500, {});
    if (fault === 'unreadable') return void response.writeHead(201, { 'content-type': 'text/html' }).end('<p>done');
    return json(response, 201, { result: thing });
  };
  const server = createServer((request, response) => void handle(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { base, server, things, faults, asked: () => asked };
};

backendWriteContract('the REST backend', ['key', 'look', 'never'], async (again) => {
  const { base, server, things, faults, asked } = await thingsServer();
  const own = mkdtempSync(join(folder, 'x-'));
  writeFileSync(join(own, 'x.yaml'), described(base, again));
  return {
    backend: createRestBackend({ folder: own }),
    fail: (fault) => {
      if (fault === 'gone') {
        server.closeAllConnections();
        server.close();
      } else faults.push(fault);
    },
    done: () => things.map(({ key }) => key),
    asked,
  };
});
