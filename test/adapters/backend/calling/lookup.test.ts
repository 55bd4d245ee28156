import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRestBackend } from '../../../../src/adapters/backend/rest.ts';
import type { Backend } from '../../../../src/core/ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-lookup-'));
const paths: string[] = [];
let people: readonly unknown[] = [];
let things: readonly unknown[] = [];
let status = 200;
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://x');
  paths.push(`${url.pathname}${url.search}`);
  const body = url.pathname === '/users' ? { people } : { things };
  response
    .writeHead(url.pathname === '/users' ? status : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(body));
});
let base = '';
let now = 1_000_000;
let backend: Backend;

const yaml = (o: { goesBy?: string; path?: string } = {}): string => `backend: x
baseUrl: ${base}
goesBy: ${o.goesBy ?? 'email'}
lookup:
  path: /users
  query: { filter: 'mail eq "{subject}"' }
  id: $.people[0].id
  proof: $.people[*].mail
  seconds: 60
operations:
  x.one: { method: GET, path: "${o.path ?? '/things/{subject}'}", data: x, subject: owner, records: things, fields: { a: text } }
`;

const making = (o: { goesBy?: string; path?: string } = {}): Backend => {
  const at = mkdtempSync(join(folder, 'x-'));
  writeFileSync(join(at, 'x.yaml'), yaml(o));
  return createRestBackend({ folder: at, clock: { now: () => now } });
};

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  people = [{ id: 'u-7', mail: 'evan@example.com' }];
  things = [{ owner: 'u-7', a: 'b' }];
  status = 200;
  now = 1_000_000;
  paths.splice(0);
  backend = making();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const fetching = (it = backend, o: { subject?: string; asker?: string } = {}) =>
  it.fetch({
    operation: 'x.one',
    subject: 'evan',
    asker: 'mona',
    called: { subject: o.subject ?? 'evan@example.com', asker: o.asker ?? 'mona@example.com' },
    id: 'q',
  });

describe('a system with ids of its own', () => {
  it('is asked for the id by what the directory calls a person, and its records come back under that name', async () => {
    expect(await fetching()).toEqual({
      ok: true,
      records: [{ subject: 'evan@example.com', fields: { a: { type: 'text', value: 'b' } } }],
    });
    expect(paths).toEqual(['/users?filter=mail%20eq%20%22evan%40example.com%22', '/things/u-7']);
  });

  it('gives what is about anybody else as somebody, however that one is called', async () => {
    things = ['u-8', 'evan@example.com', 'mona@example.com', 'evan', 'U-7'].map((owner) => ({ owner, a: 'b' }));
    const fetched = await fetching();
    expect(fetched.ok && fetched.records.map(({ subject }) => subject)).toEqual(['~', '~', '~', '~', '~']);
    things = [{ a: 'b' }];
    expect(await fetching()).toMatchObject({ ok: true, records: [{ subject: null }] });
  });

  it.each([
    ['nobody', []],
    ['somebody else', [{ id: 'u-8', mail: 'mona@example.com' }]],
    [
      'several',
      [
        { id: 'u-7', mail: 'evan@example.com' },
        { id: 'u-8', mail: 'evan@example.com' },
      ],
    ],
    ['somebody of a like name', [{ id: 'u-7', mail: 'evan@example.com.evil.example' }]],
    ['somebody without an id', [{ mail: 'evan@example.com' }]],
    ['an id that is none', [{ id: '../admin', mail: 'evan@example.com' }]],
    ['an id that is no text', [{ id: { a: 1 }, mail: 'evan@example.com' }]],
  ])('has nothing of a person where it finds %s', async (_, found) => {
    people = found;
    expect(await fetching()).toEqual({ ok: false, code: 'not-found' });
    expect(paths).toHaveLength(1);
  });

  it('takes a mail address in whichever case, and any other name as it is', async () => {
    people = [{ id: 7, mail: 'Evan@Example.COM' }];
    things = [{ owner: 7, a: 'b' }];
    expect(await fetching()).toMatchObject({ ok: true, records: [{ subject: 'evan@example.com' }] });
    expect(await fetching(making({ goesBy: 'user-name' }))).toEqual({ ok: false, code: 'not-found' });
  });

  it('remembers an id for as long as is said, and that there is none not at all', async () => {
    await fetching();
    now += 59_999;
    await fetching();
    expect(paths.filter((path) => path.startsWith('/users'))).toHaveLength(1);
    now += 1;
    await fetching();
    expect(paths.filter((path) => path.startsWith('/users'))).toHaveLength(2);
    people = [];
    const other = { subject: 'nobody@example.com' };
    await fetching(backend, other);
    await fetching(backend, other);
    expect(paths.filter((path) => path.startsWith('/users'))).toHaveLength(4);
  });

  it('looks for who asks only where that is asked for, and asks nothing where they are not found', async () => {
    const both = making({ path: '/of/{asker}/things/{subject}' });
    expect(await fetching(both)).toEqual({ ok: false, code: 'not-found' });
    expect(paths).toHaveLength(2);
    expect(await fetching(both, { asker: 'evan@example.com' })).toMatchObject({ ok: true });
    expect(paths.at(-1)).toBe('/of/u-7/things/u-7');
  });

  it('keeps for nobody what was named for somebody else', async () => {
    const folderOf = mkdtempSync(join(folder, 'x-'));
    writeFileSync(join(folderOf, 'x.yaml'), yaml({ path: '/things' }).replace('data: x', 'cacheSeconds: 60, data: x'));
    const keeping = createRestBackend({ folder: folderOf, clock: { now: () => now } });
    const own = async (mail: string): Promise<unknown> => {
      const called = { subject: mail, asker: mail };
      const o = { operation: 'x.one', subject: mail, asker: mail, called, id: 'q', mayCache: true };
      const came = await keeping.fetch(o);
      return came.ok && came.records.map(({ subject }) => subject);
    };
    things = ['u-7', 'u-8'].map((owner) => ({ owner, a: 'b' }));
    expect(await own('evan@example.com')).toEqual(['evan@example.com', '~']);
    people = [{ id: 'u-8', mail: 'mona@example.com' }];
    expect(await own('mona@example.com')).toEqual(['~', 'mona@example.com']);
    await own('evan@example.com');
    expect(paths.filter((path) => path === '/things')).toHaveLength(2);
  });

  it('says what came of the search where it failed', async () => {
    for (const [code, came] of [
      [500, 'unreachable'],
      [403, 'refused'],
      [404, 'not-found'],
    ] as const) {
      status = code;
      expect([code, await fetching()]).toEqual([code, { ok: false, code: came }]);
    }
  });

  it('is asked with nothing that its grammar could read as more than a name', async () => {
    for (const subject of ['evan" or mail pr', "evan'", 'a b', 'evan\\'])
      expect(await fetching(backend, { subject })).toEqual({ ok: false, code: 'not-found' });
    expect(paths).toEqual([]);
  });
});
