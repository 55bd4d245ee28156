import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answered, askControl } from '../../../src/adapters/control/client.ts';
import { reachable } from '../../../src/adapters/control/path.ts';
import {
  type Control,
  type ControlLimits,
  type ControlRoute,
  createControl,
} from '../../../src/adapters/control/server.ts';
import { SottoError } from '../../../src/core/errors.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const ROUTES: readonly ControlRoute[] = [
  { method: 'POST', path: '/order', handle: async ({ body }) => ({ status: 201, body: { got: body } }) },
  { method: 'GET', path: '/order/', handle: async ({ rest }) => ({ status: 200, body: { rest } }) },
  {
    method: 'GET',
    path: '/away',
    handle: async () => {
      throw new SottoError('store-unavailable', 'The store is away. Nothing was changed.');
    },
  },
  {
    method: 'GET',
    path: '/broken',
    handle: async () => {
      throw new Error('words of somebody');
    },
  },
  { method: 'GET', path: '/slow', handle: () => new Promise(() => undefined) },
];

describe('the control socket', () => {
  let folder: string;
  let opened: Control[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-control-'));
    opened = [];
  });
  afterEach(async () => {
    for (const control of opened) await control.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (o: { readonly in?: string; readonly limits?: Partial<ControlLimits> } = {}): Control => {
    const control = createControl({ folder: o.in ?? folder, routes: ROUTES, log, limits: o.limits ?? {} });
    opened.push(control);
    return control;
  };
  const ask = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answered> =>
    askControl({ folder, method, path, ...(body === undefined ? {} : { body }) });
  const socket = (): string => join(folder, 'control.sock');
  /** What a process leaves that was killed. */
  const leaveBehind = async (): Promise<void> => {
    const server = createServer().listen(`${socket()}.dead`);
    await new Promise((resolve) => server.once('listening', resolve));
    renameSync(`${socket()}.dead`, socket());
    await new Promise((resolve) => server.close(resolve));
    expect(existsSync(socket())).toBe(true);
  };

  it('is this user’s alone, and is taken away in the end', async () => {
    const control = open();
    expect(await control.keep()).toBe('held');
    expect(statSync(socket()).isSocket()).toBe(true);
    expect(statSync(socket()).mode & 0o777).toBe(0o600);
    await control.close();
    expect(existsSync(socket())).toBe(false);
  });

  it('stays away once it was closed, however often it is kept after', async () => {
    const control = open();
    const keeping = control.keep();
    await control.close();
    await keeping;
    expect(existsSync(socket())).toBe(false);
    expect(await control.keep()).toBe('closed');
    expect(existsSync(socket())).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('answers what it knows, in JSON, and says what it does not know', async () => {
    await open().keep();
    expect(await ask('POST', '/order', { kind: 'pause' })).toEqual({ status: 201, body: { got: { kind: 'pause' } } });
    expect(await ask('GET', '/order/a-B_9')).toEqual({ status: 200, body: { rest: 'a-B_9' } });
    for (const path of ['/other', '/order', '/order/', '/order/a/b', '/order/%2e%2e', `/order/${'a'.repeat(65)}`])
      expect((await ask('GET', path)).status).toBe(404);
  });

  it('says ours where something failed, and nothing of what others say', async () => {
    await open().keep();
    expect(await ask('GET', '/away')).toEqual({
      status: 503,
      body: { error: 'The store is away. Nothing was changed.' },
    });
    const broken = await ask('GET', '/broken');
    expect(broken.status).toBe(500);
    expect(JSON.stringify(broken)).not.toContain('somebody');
  });

  it('takes bodies of a bounded size, and JSON only', async () => {
    await open({ limits: { bodyBytes: 100 } }).keep();
    expect((await ask('POST', '/order', 'x'.repeat(98))).status).toBe(201);
    expect((await ask('POST', '/order', 'x'.repeat(99))).status).toBe(413);
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: socket(), method: 'POST', path: '/order' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end('{"kind":');
    });
    expect(status).toBe(400);
  });

  it('lets nobody wait for ever, on either side', async () => {
    await open({ limits: { handlerMs: 50, requestMs: 200 } }).keep();
    expect((await ask('GET', '/slow')).status).toBe(503);
    const idle = connect(socket());
    await new Promise((resolve) => idle.once('close', resolve));
  });

  it('takes a bounded number of connections', async () => {
    await open({ limits: { connections: 2 } }).keep();
    const idle = [connect(socket()), connect(socket())];
    await Promise.all(idle.map((each) => new Promise((resolve) => each.once('connect', resolve))));
    await expect(ask('GET', '/order/a')).rejects.toThrow('did not answer');
    for (const each of idle) each.destroy();
    for (let tries = 0; tries < 100; tries++) {
      const answered = await ask('GET', '/order/a').catch(() => null);
      if (answered?.status === 200) return;
    }
    throw new Error('no place became free');
  });

  it('takes the place of one that a dead process left behind', async () => {
    await leaveBehind();
    expect(await open().keep()).toBe('held');
    expect((await ask('GET', '/order/a')).status).toBe(200);
  });

  it('leaves that of a living process alone, and follows it', async () => {
    const first = open();
    const second = open();
    expect(await first.keep()).toBe('held');
    expect(await second.keep()).toBe('elsewhere');
    expect(await first.keep()).toBe('held');
    await second.close();
    expect((await ask('GET', '/order/a')).status).toBe(200);
    await first.close();
    expect(await open().keep()).toBe('held');
  });

  it('stands again where somebody took it away', async () => {
    const control = open();
    await control.keep();
    rmSync(socket());
    expect(await control.keep()).toBe('held');
    expect((await ask('GET', '/order/a')).status).toBe(200);
  });

  it('is left to whoever took its name over', async () => {
    const [first, second] = [open(), open()];
    await first.keep();
    rmSync(socket());
    expect(await second.keep()).toBe('held');
    expect(await first.keep()).toBe('elsewhere');
    await first.close();
    expect((await ask('GET', '/order/a')).status).toBe(200);
  });

  it('never stops a start: where it cannot be opened the log says so', async () => {
    const seen: unknown[] = [];
    const control = createControl({
      folder: join(folder, 'missing'),
      routes: ROUTES,
      log: { ...log, error: (event, fields) => seen.push([event, fields]) },
    });
    expect(await control.keep()).toBe('failed');
    expect(await control.keep()).toBe('failed');
    expect(seen).toHaveLength(1);
    await control.close();
  });

  it('is reached in a folder whose path is longer than a socket’s may be', async () => {
    const deep = join(folder, 'd'.repeat(120), 'e'.repeat(120));
    mkdirSync(deep, { recursive: true });
    const control = open({ in: deep });
    expect(await control.keep()).toBe('held');
    expect(statSync(join(deep, 'control.sock')).mode & 0o777).toBe(0o600);
    expect(await askControl({ folder: deep, method: 'GET', path: '/order/a' })).toMatchObject({ status: 200 });
    await control.close();
    expect(existsSync(join(deep, 'control.sock'))).toBe(false);
  });

  it('has a path that the system takes, or says what to do', () => {
    const long = `/${'d'.repeat(120)}`;
    const name = 'control.sock';
    expect(reachable({ folder: '/data', name }).path).toBe('/data/control.sock');
    expect(reachable({ folder: `${long}/data`, name, workingFolder: long }).path).toBe('data/control.sock');
    expect(() => reachable({ folder: long, name, workingFolder: '/', system: 'darwin' })).toThrow(
      'Name a shorter SOTTO_DATA',
    );
  });
});

describe('a command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-control-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const refusal = (): Promise<SottoError> =>
    askControl({ folder, method: 'GET', path: '/order/a' }).then(
      () => Promise.reject(new Error('it was answered')),
      (error: SottoError) => error,
    );

  it('says so where nothing runs, and how to mend it', async () => {
    expect(await refusal()).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/No Sotto runs on .*Start it/),
    });
  });

  it('says so where the socket’s process is gone', async () => {
    const path = join(folder, 'control.sock');
    const server = createServer().listen(`${path}.dead`);
    await new Promise((resolve) => server.once('listening', resolve));
    renameSync(`${path}.dead`, path);
    await new Promise((resolve) => server.close(resolve));
    expect(await refusal()).toMatchObject({ code: 'usage', message: expect.stringContaining('No Sotto runs on') });
  });

  it('is not misled by something else of that name', async () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'file'), join(folder, 'control.sock'));
    expect((await refusal()).code).toBe('usage');
  });
});
