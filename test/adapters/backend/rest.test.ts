import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { type BackendStandIn, createBackendStandIn } from '../../../playground/backend/stand-in.ts';
import { takeAt } from '../../../src/adapters/backend/describing/taking.ts';
import { recordsOf } from '../../../src/adapters/backend/records.ts';
import { createRestBackend } from '../../../src/adapters/backend/rest.ts';
import type { Backend, Secret } from '../../../src/core/ports.ts';
import { SAMPLE_BACKENDS, SAMPLE_HR_DATA } from '../../../src/policies/pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-backend-'));
const described = (name: string, yaml: string): string => {
  const path = join(folder, name);
  rmSync(path, { recursive: true, force: true });
  const at = mkdtempSync(`${path}-`);
  writeFileSync(join(at, 'one.yaml'), yaml);
  return at;
};
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a backend behind the sample’s description', () => {
  let app: FastifyInstance;
  let standIn: BackendStandIn;
  let backend: Backend;
  beforeAll(async () => {
    standIn = createBackendStandIn({ dataFile: SAMPLE_HR_DATA });
    app = Fastify({ forceCloseConnections: true });
    standIn.routes(app);
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    const yaml = readFileSync(join(SAMPLE_BACKENDS, 'hr.yaml'), 'utf8').replace(
      /^baseUrl: .*$/m,
      `baseUrl: ${base}/standin/backend`,
    );
    backend = createRestBackend({ folder: described('sample', yaml.replace('timeoutMs: 5000', 'timeoutMs: 300')) });
  });
  afterAll(() => app.close());

  const fetching = (operation: string, subject = 'evan'): ReturnType<Backend['fetch']> =>
    backend.fetch({ operation, subject, asker: 'evan', id: 'q1' });

  it('reads one record with its declared fields and its subject', async () => {
    expect(await fetching('pay.compensation', 'mona')).toEqual({
      ok: true,
      records: [
        {
          subject: 'mona',
          fields: { annual: { type: 'money', value: 97_400, currency: 'EUR' }, grade: { type: 'text', value: 'L5' } },
        },
      ],
    });
  });

  it('answers every operation of the description that reads, and what looks for a write by its key alone', async () => {
    const yaml = readFileSync(join(SAMPLE_BACKENDS, 'hr.yaml'), 'utf8');
    const named = (shape: RegExp): readonly string[] => Array.from(yaml.matchAll(shape), ([, name = '']) => name);
    const names = named(/^ {2}([a-z]+\.[a-z]+):$/gm).filter((name) => backend.operation(name)?.writes === undefined);
    const finders = named(/find: ([a-z]+\.[a-z]+)/g);
    expect(names.length).toBeGreaterThanOrEqual(15);
    for (const name of names) expect([name, (await fetching(name)).ok]).toEqual([name, !finders.includes(name)]);
  });

  it('says which operations are about one person', () => {
    expect(backend.operation('leave.balance')).toMatchObject({ bySubject: true, list: false, dataClass: 'leave' });
    expect(backend.operation('pay.overview')).toMatchObject({ bySubject: false, list: true, dataClass: 'pay' });
    expect(backend.operation('constructor')).toBeNull();
  });

  it('tells what is not there from what did not answer', async () => {
    expect(await fetching('leave.balance', 'carl')).toEqual({ ok: false, code: 'not-found' });
    for (const fault of ['500', 'hang'] as const) {
      standIn.fail(fault);
      expect([fault, await fetching('leave.balance')]).toEqual([fault, { ok: false, code: 'unreachable' }]);
    }
  });

  it('asks once more where the connection broke, and not where the system answered', async () => {
    const asked = async (fault: 'reset' | '500'): Promise<readonly [boolean, number]> => {
      const before = standIn.requests().length;
      standIn.fail(fault);
      return [(await fetching('leave.balance')).ok, standIn.requests().length - before];
    };
    expect(await asked('reset')).toEqual([true, 2]);
    expect(await asked('500')).toEqual([false, 1]);
  });

  it('hands on a record without a subject as one without a subject', async () => {
    standIn.fail('no-subject');
    expect(await fetching('leave.balance')).toMatchObject({ ok: true, records: [{ subject: null }] });
  });

  it('cannot be led to another path by an id', async () => {
    const before = standIn.requests().length;
    expect(await fetching('leave.balance', '../people/mona/payslip?')).toEqual({ ok: false, code: 'not-found' });
    expect(
      standIn
        .requests()
        .slice(before)
        .some(({ operation }) => operation === 'pay.payslip'),
    ).toBe(false);
  });

  it('asks nothing about an id that cannot be one segment of a path', async () => {
    const before = standIn.requests().length;
    for (const subject of ['', '.', '..', 'half\ud800', 'x'.repeat(201)]) {
      expect([subject, await fetching('leave.balance', subject)]).toEqual([subject, { ok: false, code: 'not-found' }]);
    }
    expect(standIn.requests().length).toBe(before);
  });
});

describe('a backend that misbehaves', () => {
  let server: Server;
  let answer: (
    path: string,
    headers: IncomingHttpHeaders,
  ) => { status?: number; headers?: Record<string, string>; body: string | Uint8Array };
  let backend: Backend;
  const yaml = (base: string): string =>
    `backend: x\nbaseUrl: ${base}\noperations:\n  x.one: { method: GET, path: "/one", data: x, subject: person, fields: { a: text } }\n`;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const {
        status = 200,
        headers = { 'content-type': 'application/json' },
        body,
      } = answer(request.url ?? '', request.headers);
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    backend = createRestBackend({ folder: described('bad', yaml(`http://127.0.0.1:${port}`)) });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const fetching = (): ReturnType<Backend['fetch']> =>
    backend.fetch({ operation: 'x.one', subject: 'evan', asker: 'evan', id: 'q' });

  it.each([
    ['not JSON', 'hello'],
    ['a list instead of a record', '[]'],
    ['a field of another type', '{"person":"evan","a":5}'],
    ['a missing field', '{"person":"evan"}'],
    ['nested far too deep', `{"person":"evan","a":"b","c":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['far too large', `{"person":"evan","a":"${'x'.repeat(300_000)}"}`],
  ])('takes nothing from a response that is %s', async (_, body) => {
    answer = () => ({ body });
    expect(await fetching()).toEqual({ ok: false, code: 'malformed' });
  });

  it('takes nothing that does not call itself JSON', async () => {
    answer = () => ({ headers: { 'content-type': 'text/html' }, body: '{"person":"evan","a":"b"}' });
    expect(await fetching()).toEqual({ ok: false, code: 'malformed' });
  });

  it.each([
    [401, 'refused'],
    [403, 'refused'],
    [404, 'not-found'],
    [429, 'unreachable'],
    [503, 'unreachable'],
  ])('reads status %i as %s', async (status, code) => {
    answer = () => ({ status, body: '{"person":"evan","a":"b"}' });
    expect(await fetching()).toEqual({ ok: false, code });
  });

  it('is sent the id of the question where a header can hold it, and never broken by one that cannot', async () => {
    const seen: unknown[] = [];
    answer = (_, headers) => {
      seen.push(headers['x-request-id']);
      return { body: '{"person":"evan","a":"b"}' };
    };
    await fetching();
    await backend.fetch({ operation: 'x.one', subject: 'evan', asker: 'evan', id: 'q\r\nx-admin: 1' });
    expect(seen).toEqual(['q', undefined]);
  });

  it('gets the token of its secret, fresh for each call, and none that would break a header', async () => {
    let current = 'one';
    const tokens: unknown[] = [];
    answer = (_, headers) => {
      tokens.push(headers.authorization);
      return { body: '{"person":"evan","a":"b"}' };
    };
    const { port } = server.address() as AddressInfo;
    const withAuth = yaml(`http://127.0.0.1:${port}`).replace(
      'operations:',
      'timeoutMs: 200\nauth: { scheme: bearer, secret: hr-token }\noperations:',
    );
    let get = async (): Promise<Secret> => ({ current, accepted: [current] });
    const guarded = createRestBackend({ folder: described('auth', withAuth), secrets: { get: () => get() } });
    const call = (): ReturnType<Backend['fetch']> =>
      guarded.fetch({ operation: 'x.one', subject: 'evan', asker: 'evan', id: 'q' });
    await call();
    current = 'two';
    await call();
    current = 'three\n';
    expect(await call()).toEqual({ ok: false, code: 'refused' });
    get = () => new Promise(() => undefined);
    expect(await call()).toEqual({ ok: false, code: 'unreachable' });
    expect(tokens).toEqual(['Bearer one', 'Bearer two']);
  });

  it('is asked again by the other token where it refuses one (401), and by no other where it refuses for another reason', async () => {
    let good = 'old';
    let status = 401;
    const tokens: unknown[] = [];
    answer = (_, { authorization }) => {
      tokens.push(authorization);
      return authorization === `Bearer ${good}` ? { body: '{"person":"evan","a":"b"}' } : { status, body: '' };
    };
    const { port } = server.address() as AddressInfo;
    const withAuth = yaml(`http://127.0.0.1:${port}`).replace(
      'operations:',
      'auth: { scheme: bearer, secret: hr-token }\noperations:',
    );
    let secret: Secret = { current: 'new', accepted: ['new', 'old'] };
    const guarded = createRestBackend({ folder: described('auth', withAuth), secrets: { get: async () => secret } });
    const call = async (): Promise<unknown> => {
      const fetched = await guarded.fetch({ operation: 'x.one', subject: 'evan', asker: 'evan', id: 'q' });
      return [fetched.ok, ...tokens.splice(0)];
    };
    expect(await call()).toEqual([true, 'Bearer new', 'Bearer old']);
    expect(await call()).toEqual([true, 'Bearer old']);
    good = 'new';
    expect(await call()).toEqual([true, 'Bearer old', 'Bearer new']);
    secret = { current: 'new', accepted: ['new'] };
    expect(await call()).toEqual([true, 'Bearer new']);
    good = 'newer';
    expect(await call()).toEqual([false, 'Bearer new']);
    secret = { current: 'newer', accepted: ['newer', 'new'] };
    status = 403;
    good = 'new';
    expect(await call()).toEqual([false, 'Bearer newer']);
  });

  it('follows no redirect', async () => {
    let second = false;
    answer = (path) => {
      second ||= path === '/two';
      return { status: 302, headers: { location: '/two' }, body: '' };
    };
    expect(await fetching()).toEqual({ ok: false, code: 'unreachable' });
    expect(second).toBe(false);
  });

  it('is refused as a description when it would talk plain http beyond this machine, or know an unknown key', () => {
    expect(() => createRestBackend({ folder: described('http', yaml('http://hr.example.com')) })).toThrow(
      /baseUrl must be an https address/,
    );
    expect(() =>
      createRestBackend({ folder: described('key', `${yaml('https://hr.example.com')}colour: red\n`) }),
    ).toThrow(/colour/);
    expect(() => createRestBackend({ folder: join(folder, 'missing') })).toThrow(/cannot be read/);
    const climbing = yaml('https://hr.example.com').replace('"/one"', '"/../one"');
    expect(() => createRestBackend({ folder: described('dots', climbing) })).toThrow(/line 4, .*must begin with \//);
    const alias = yaml('https://hr.example.com').replace('backend: x', 'backend: &x x').replace('data: x', 'data: *x');
    expect(() => createRestBackend({ folder: described('alias', alias) })).toThrow(/uses an alias/);
  });
});

describe('records', () => {
  const field = {
    type: 'text',
    take: takeAt('a'),
    currency: null,
    optional: false,
    values: new Map(),
    holds: [],
  } as const;
  const one: Parameters<typeof recordsOf>[0] = {
    backend: { limits: { records: 1_000 } } as Parameters<typeof recordsOf>[0]['backend'],
    records: null,
    recordsMayLack: false,
    pages: null,
    one: null,
    oneMayLack: false,
    subject: takeAt('person'),
    fields: new Map([['a', field]]),
  };

  it('never hold an undeclared field, whatever comes, and reading them never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, list) => {
        const records = recordsOf(
          { ...one, records: list ? takeAt('items') : null },
          list ? { items: [value] } : value,
        );
        for (const record of records ?? []) expect(Object.keys(record.fields)).toEqual(['a']);
      }),
    );
  });
});
