/** A system of record over real http that answers whatever it is told to, and what becomes of that on the way to both platforms. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import { createScreen } from '../../src/adapters/screen/screen.ts';
import { renderCard } from '../../src/adapters/slack/card.ts';
import { messageOf } from '../../src/adapters/teams/card.ts';
import { guarded, type Read, readAuthorised } from '../../src/core/data.ts';
import type { Backend } from '../../src/core/ports.ts';
import { factsOf, worded, wordingOf } from '../../src/core/redact.ts';
import type { Card } from '../../src/core/types.ts';
import { EVANS_REQUEST } from './requests.ts';
import { EVAN, intentOf, MONA, PERMIT } from './world.ts';

/** What a request was. */
export interface Came {
  readonly path: string;
  readonly body: string;
}

export interface AnsweringSystem {
  readonly backend: Backend;
  /** The body of the next answers, as it is sent, and its content type. */
  answers(body: string, type?: string): void;
  readonly came: readonly Came[];
  /** Read for Evan, about Evan, where policy permits it; `redact`: what its rule leaves out. */
  read(operation: string, redact?: readonly string[]): Promise<Read>;
  close(): Promise<void>;
}

/** `operations`: YAML, indented by two, of the system `x`. */
export const createAnsweringSystem = async (operations: string): Promise<AnsweringSystem> => {
  let answer = { body: '{}', type: 'application/json' };
  const came: Came[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      came.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(200, { 'content-type': answer.type }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const folder = mkdtempSync(join(tmpdir(), 'sotto-answering-'));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    join(folder, 'x.yaml'),
    `backend: x\nbaseUrl: http://127.0.0.1:${port}\nlimits: { perMinute: 100000, personPerMinute: 1000 }\noperations:\n${operations}`,
  );
  const backend = createRestBackend({ folder });
  return {
    backend,
    answers: (body, type = 'application/json') => {
      answer = { body, type };
    },
    came,
    read: (operation, redact = []) =>
      readAuthorised({
        backend: guarded({
          backend,
          policy: {
            decide: () => ({
              ...PERMIT,
              effect: 'permit',
              obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact },
            }),
          },
          directory: { colleague: async (id) => [EVAN, MONA].find((person) => person.id === id) ?? null },
          screen: createScreen(),
        }),
        operation,
        subject: 'evan',
        id: 'q',
        locale: 'en',
        request: EVANS_REQUEST,
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** The card that people see of what was read, in the words of the description. */
export const cardOfRead = (read: Extract<Read, { ok: true }>): Card => {
  const intent = { ...intentOf({ id: 'x.one' }), say: null, sayOf: null, each: null, none: null };
  const wording = wordingOf(intent, read.says);
  const redact = read.obligations.flatMap((each) => each.redact);
  const of = { wording, records: read.records, list: read.list, redact, locale: 'en' as const };
  return { text: worded({ ...of, name: null }), facts: factsOf(of), note: null, buttons: [], fallback: null };
};

/** Everything that both platforms are sent for it, as text. */
export const sentFor = (card: Card): string => JSON.stringify([renderCard(card), messageOf(card, null)]);
