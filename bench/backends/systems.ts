/** Systems of record of one's own, each a small server in a process beside, and the backend that calls them. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import type { Backend } from '../../src/core/ports.ts';

/** `trickles`: a byte now and then, with no end. */
export type Behaviour = 'well' | 'hangs' | 'errors' | 'trickles';

const RECORD = JSON.stringify({
  person: 'evan',
  remaining: 12,
  total: 30,
  planned: 3,
  note: 'x'.repeat(400),
});

const TRICKLE_MS = 50;

const trickle = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), TRICKLE_MS);
  response.on('close', () => clearInterval(timer));
};

/** In the child: serves until it is killed. `/BEHAVIOUR/…` says how. */
const serve = (): void => {
  const server = createServer((request, response) => {
    const behaviour = request.url?.split('/')[1];
    if (behaviour === 'hangs') return;
    if (behaviour === 'trickles') return trickle(response);
    if (behaviour === 'errors') return void response.writeHead(500).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(RECORD);
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
};

export interface Systems {
  /** Of a system that behaves so. */
  readonly base: (behaviour: Behaviour) => string;
  /** A backend with systems of these names, each behaving so; operations are `NAME.one`. */
  readonly backend: (systems: Readonly<Record<string, Behaviour>>) => Backend;
  readonly stop: () => void;
}

const SERVE = 'serve';

export const startSystems = async (): Promise<Systems> => {
  const child = fork(new URL(import.meta.url), [SERVE]);
  const [message] = await once(child, 'message');
  const { port } = z.object({ port: z.number() }).parse(message);
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-backends-'));
  const base = (behaviour: Behaviour): string => `http://127.0.0.1:${port}/${behaviour}`;
  return {
    base,
    backend: (systems) => {
      const own = mkdtempSync(join(folder, 'x-'));
      for (const [name, behaviour] of Object.entries(systems))
        writeFileSync(
          join(own, `${name}.yaml`),
          `backend: ${name}
baseUrl: ${base(behaviour)}
timeoutMs: 1000
limits: { perMinute: 100000, personPerMinute: 1000 }
breaker: { failures: 5, pauseSeconds: 2 }
operations:
  ${name}.one:
    method: GET
    path: /people/{subject}/leave
    data: leave
    subject: person
    fields: { remaining: number, total: number, planned: number }
`,
        );
      return createRestBackend({ folder: own });
    },
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

if (process.argv[2] === SERVE && process.send !== undefined) serve();
