/** A system of record over real http that gives a list in pages, in one of the ways that systems do, and refuses what it does not know. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import type { Backend, Fetched } from '../../src/core/ports.ts';

export interface PagedRow {
  readonly id: string;
  readonly person: string;
  readonly a: string;
}

export const KINDS = ['cursor', 'link', 'offset', 'number', 'index'] as const;
export type Kind = (typeof KINDS)[number];

/** As a description says it, of pages of so many. */
const SAID: { readonly [K in Kind]: (size: number) => readonly string[] } = {
  cursor: () => ['pages: { cursor: after, next: $.meta.next, id: id, most: MOST }'],
  link: () => ['pages: { cursor: after, link: $.links.next, id: id, most: MOST }'],
  offset: (size) => [
    `query: { limit: "${size}" }`,
    'total: { header: X-Total-Count }',
    'pages: { offset: skip, size: limit, id: id, most: MOST }',
  ],
  number: (size) => [`pages: { number: page, size: ${size}, id: id, most: MOST }`],
  // As RFC 7644, 3.4.2.4 has it: from 1, and as many as come.
  index: () => ['total: $.totalResults', 'pages: { offset: startIndex, first: 1, id: id, most: MOST }'],
};

/** What it gives for a request: a status, a body and headers. */
type Reply = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

/** `overlap`: so many of a page come on the next one again. */
export const paging =
  (kind: Kind, rows: readonly PagedRow[], size: number, overlap = 0) =>
  (url: URL): Reply => {
    const asked = url.searchParams;
    const known = {
      cursor: ['after'],
      link: ['after'],
      offset: ['limit', 'skip'],
      number: ['page'],
      index: ['startIndex'],
    };
    if ([...asked.keys()].some((name) => !known[kind].includes(name) || asked.getAll(name).length > 1))
      return [400, {}];
    const numbers = [...asked.values()].map((value) => Number(value.replace('after-', '')));
    if (numbers.some((value) => !Number.isSafeInteger(value) || value < 0)) return [400, {}];
    const at = (name: string, otherwise: number): number => Number(asked.get(name)?.replace('after-', '') ?? otherwise);
    const from = {
      cursor: at('after', 0),
      link: at('after', 0),
      offset: at('skip', 0),
      number: (at('page', 1) - 1) * size,
      index: at('startIndex', 1) - 1,
    }[kind];
    const items = rows.slice(Math.max(0, from - overlap), from + size);
    const isLast = from + size >= rows.length;
    const next = isLast ? null : `after-${from + size}`;
    switch (kind) {
      case 'cursor':
        return [200, { items, meta: { next } }];
      case 'link':
        return [200, { items, links: next === null ? {} : { next: `https://evil.example/x?y=1&after=${next}` } }];
      case 'offset':
        return [200, { items }, { 'x-total-count': `${rows.length}` }];
      case 'number':
        return [200, { items }];
      case 'index':
        return [200, { items: rows.slice(from, from + size), totalResults: rows.length }];
    }
  };

export interface PagedSystem {
  readonly backend: Backend;
  answers(reply: (url: URL, nth: number) => Reply | 'hang'): void;
  /** Paths with their queries, oldest first. */
  readonly asked: string[];
  fetch(o?: { readonly asker?: string; readonly mayCache?: boolean }): Promise<Fetched>;
}

/** Several of them on one server; close it at the end. */
export const createPagedSystems = async (): Promise<{
  make(o: {
    readonly lines: readonly string[];
    readonly head?: string;
    readonly clock?: { now(): number };
  }): PagedSystem;
  close(): Promise<void>;
}> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-paged-'));
  const replies = new Map<string, (url: URL) => Reply | 'hang'>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const reply = replies.get(url.pathname.split('/')[1] ?? '')?.(url) ?? ([404, {}] as const);
    if (reply === 'hang') return;
    const [status, body, headers = {}] = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let made = 0;
  return {
    make: ({ lines, head = '', clock }) => {
      made += 1;
      const own = mkdtempSync(join(folder, 'x-'));
      const described = [
        'method: GET',
        'path: /list',
        'data: x',
        'subject: person',
        'records: items',
        'fields: { a: text }',
        ...lines,
      ];
      writeFileSync(
        join(own, 'x.yaml'),
        `backend: x\nbaseUrl: ${base}/${made}\nretries: 0\n${head}operations:\n  x.list:\n${described.map((line) => `    ${line}\n`).join('')}`,
      );
      const asked: string[] = [];
      const backend = createRestBackend({ folder: own, ...(clock === undefined ? {} : { clock }) });
      return {
        backend,
        asked,
        answers: (reply) => {
          let nth = 0;
          replies.set(`${made}`, (url) => {
            nth += 1;
            asked.push(`${url.pathname.replace(/^\/\d+/, '')}${url.search}`);
            return reply(url, nth);
          });
        },
        fetch: (o = {}) => backend.fetch({ operation: 'x.list', subject: 'evan', asker: 'evan', id: 'q', ...o }),
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** The lines of a description of such a list. */
export const pagesSaid = (kind: Kind, size: number, most: number): readonly string[] =>
  SAID[kind](size).map((line) => line.replace('MOST', `${most}`));

export const rowsOf = (count: number, person = 'evan'): readonly PagedRow[] =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, person, a: `${at}` }));
