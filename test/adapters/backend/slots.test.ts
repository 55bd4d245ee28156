import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRestBackend } from '../../../src/adapters/backend/rest.ts';
import type { Backend } from '../../../src/core/ports.ts';

const root = mkdtempSync(join(tmpdir(), 'sotto-backend-slots-'));

const folderOf = (base: string, place: string): string => {
  const at = mkdtempSync(`${root}/x-`);
  writeFileSync(
    join(at, 'x.yaml'),
    `backend: x\nbaseUrl: ${base}\noperations:\n  x.one: { method: GET, ${place}, data: x, subject: person, fields: { a: text } }\n`,
  );
  return at;
};

describe('where a slot stands in a description', () => {
  let server: Server;
  let base: string;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('content-type', 'application/json').end('{"person":"evan","a":"b"}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((done) => server.close(done));
    rmSync(root, { recursive: true, force: true });
  });

  const backendWith = (place: string): Backend => createRestBackend({ folder: folderOf(base, place) });
  const fetching = async (backend: Backend, slots: Readonly<Record<string, string>>) => {
    asked.length = 0;
    const { ok } = await backend.fetch({ operation: 'x.one', subject: 'evan', asker: 'evan', id: 'q', slots });
    return ok ? asked.join(' ') : 'not asked';
  };

  it('its value is put there, encoded, and left out of the query where it is empty', async () => {
    const backend = backendWith(
      'path: "/{subject}/one", query: { m: "{slot.month}", "p": "{slot.span}", from: "{slot.span.from}", to: "{slot.span.to}" }',
    );
    expect(await fetching(backend, {})).toBe('/evan/one');
    expect(await fetching(backend, { month: '2026-10' })).toBe('/evan/one?m=2026-10');
    expect(await fetching(backend, { span: '2026-10-01/2026-10-31' })).toBe(
      '/evan/one?p=2026-10-01%2F2026-10-31&from=2026-10-01&to=2026-10-31',
    );
    expect(backend.operation('x.one')?.slots).toEqual([
      { name: 'month', needed: false, part: false },
      { name: 'span', needed: false, part: true },
    ]);
  });

  it('it is a segment of the path, which is never called without it', async () => {
    const backend = backendWith('path: "/{subject}/{slot.year}/one"');
    expect(await fetching(backend, { year: '2025' })).toBe('/evan/2025/one');
    expect(await fetching(backend, { year: '2025-01-01/2025-12-31' })).toBe('/evan/2025-01-01%2F2025-12-31/one');
    for (const slots of [{}, { year: '' }, { year: '..' }, { year: '.' }, { year: '2025/..' }, { other: '2025' }])
      expect([slots, await fetching(backend, slots as Record<string, string>)]).toEqual([slots, 'not asked']);
    expect(backend.operation('x.one')?.slots).toEqual([{ name: 'year', needed: true, part: false }]);
  });

  it('an end of a period is no other value', async () => {
    const backend = backendWith('path: "/one", query: { from: "{slot.span.from}" }');
    for (const span of ['2026-10', '2026-10-01/2026-10-31/2026-11-01', '/', '2026-10-01/'])
      expect([span, await fetching(backend, { span })]).toEqual([span, 'not asked']);
  });

  it('nothing else can be asked by it, whatever stands in its place', async () => {
    const backend = backendWith('path: "/{slot.a}/one", query: { b: "{slot.b}" }');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (a, b) => {
        const path = await fetching(backend, { a, b });
        if (path !== 'not asked') expect(path).toMatch(/^\/[A-Za-z0-9%-]+\/one(?:\?b=[A-Za-z0-9%-]+)?$/);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['path: "/one", query: { a: "{words.a}" }', /query\.a must be plain text with \{slot\.NAME\}/],
    ['path: "/one", query: { a: "plain }" }', /query\.a must be plain text/],
    ['path: "/one", query: { a: "{slot.A}" }', /query\.a must be plain text with \{slot\.NAME\}/],
    ['path: "/one", query: { "a b": "{slot.a}" }', /query/],
    ['path: "/{slot.}"', /must begin with \//],
    ['path: "/{slot.a.b}"', /must begin with \//],
    [
      `path: "/one", query: { ${Array.from({ length: 11 }, (_, n) => `a${n}: "{slot.a}"`).join(', ')} }`,
      /more than ten/,
    ],
  ])('a description that says it otherwise is refused: %s', (place, why) => {
    expect(() => backendWith(place)).toThrow(why);
  });
});
