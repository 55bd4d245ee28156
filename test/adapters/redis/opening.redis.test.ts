import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { generate } from 'selfsigned';
import { createRedisStore, type RedisStoreOptions } from '../../../src/adapters/redis/store.ts';
import type { Log, Store } from '../../../src/core/ports.ts';
import { questionOf } from '../../contracts/making.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});

const redis = async (...settings: readonly string[]): Promise<RedisServer> => {
  const server = await startRedis(settings);
  ended.push(() => server.end());
  return server;
};

const open = async (o: RedisStoreOptions): Promise<Store> => {
  const store = await createRedisStore(o);
  ended.push(() => store.close());
  return store;
};

/** Everything that was logged, as one text. */
const createLog = (): Log & { said(): string } => {
  const lines: string[] = [];
  const say = (event: string, fields?: object): void => void lines.push(`${event} ${JSON.stringify(fields ?? {})}`);
  return { info: say, warn: say, error: say, said: () => lines.join('\n') };
};

/** The error of a call that must fail. */
const failure = async (call: Promise<unknown>): Promise<Error> => {
  const error = await call.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('it failed with something that is no error');
  return error;
};

describe('the redis store opens', () => {
  it('without a word where an acknowledged change is on the disk', async () => {
    const log = createLog();
    await open({ url: (await redis()).url, log });
    expect(log.said()).toBe('');
  });

  it('and says so where a power cut may lose what was acknowledged', async () => {
    const [everysec, never] = [createLog(), createLog()];
    await open({ url: (await redis('--appendfsync', 'everysec')).url, log: everysec });
    expect(everysec.said()).toBe('redis.durability {"name":"appendfsync","code":"everysec"}');
    await open({ url: (await redis('--appendonly', 'no')).url, log: never });
    expect(never.said()).toBe('redis.durability {"name":"appendonly","code":"no"}');
  });

  it('and says that it could not look, where it may not', async () => {
    const log = createLog();
    const server = await redis(
      '--user',
      'sotto',
      'on',
      '>hunter2',
      '~*',
      '+@all',
      '-config',
      '--user',
      'default',
      'off',
    );
    const url = server.url.replace('redis://', 'redis://sotto@');
    const store = await open({ url, passwords: async () => ['hunter2'], log });
    expect(log.said()).toBe('redis.durability-unknown {"name":"CONFIG","code":"NOPERM"}');
    expect(await store.inbox.accept(questionOf('q1'))).toMatchObject({ status: 'claimed' });
  });

  it('over TLS, with a certificate that names the host and comes from the authority that is given', async () => {
    const name = [{ name: 'commonName', value: 'store.example' }];
    const pem = await generate(name, {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'store.example' }] }],
    });
    const files = await redis();
    const [cert, key] = [join(files.folder, 'cert.pem'), join(files.folder, 'key.pem')];
    writeFileSync(cert, pem.cert);
    writeFileSync(key, pem.private);
    const secured = await startTls(cert, key);
    const url = `rediss://127.0.0.1:${secured}`;
    const store = await open({ url, tls: async () => ({ ca: pem.cert, servername: 'store.example' }) });
    expect(await store.inbox.accept(questionOf('q1'))).toMatchObject({ status: 'claimed' });
    for (const tls of [
      {},
      { servername: 'store.example' },
      { ca: pem.cert },
      { ca: pem.cert, servername: 'other.example' },
    ]) {
      expect([tls, await failure(createRedisStore({ url, tls: async () => tls }))]).toMatchObject([
        tls,
        { code: 'store-unavailable' },
      ]);
    }
  });
});

/** Serves TLS on a second port: the test's own server keeps its plain one. */
const startTls = async (cert: string, key: string): Promise<number> => {
  const tls = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no'];
  const probe = createServer().listen(0, '127.0.0.1');
  const port = await new Promise<number>((resolve) => {
    probe.once('listening', () => resolve(Number((probe.address() as { port: number }).port)));
  });
  await new Promise((resolve) => probe.close(resolve));
  await redis('--tls-port', `${port}`, ...tls);
  return port;
};

describe('the redis store does not open', () => {
  it('where nobody answers, and says so with the cause', async () => {
    const server = await redis();
    await server.stop();
    const error = await failure(createRedisStore({ url: server.url }));
    expect(error).toMatchObject({ code: 'store-unavailable', cause: { code: 'ECONNREFUSED' } });
    expect(error.message).toMatch(/could not be opened.*See that it runs/s);
  });

  it('where somebody takes the connection and never says a word', async () => {
    const sockets: Socket[] = [];
    const mute: Server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const error = await failure(createRedisStore({ url: `redis://127.0.0.1:${address.port}` }));
    expect(error).toMatchObject({ code: 'store-unavailable', cause: { code: 'TIMEOUT' } });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  it('where keys would be dropped when the memory is full', async () => {
    for (const policy of ['allkeys-lru', 'volatile-ttl']) {
      const { url } = await redis('--maxmemory-policy', policy);
      const error = await failure(createRedisStore({ url }));
      expect(error).toMatchObject({ code: 'store-unavailable' });
      expect(error.message).toMatch(new RegExp(`${policy}.*noeviction`, 's'));
    }
  });

  it('where a newer program wrote, and leaves it as it was', async () => {
    const { url, port } = await redis();
    const raw = new Redis(port);
    await raw.set('sotto:{all}:schema', '99');
    expect(await failure(createRedisStore({ url }))).toMatchObject({ code: 'store-newer' });
    expect(await raw.keys('*')).toEqual(['sotto:{all}:schema']);
    expect(await raw.get('sotto:{all}:schema')).toBe('99');
    raw.disconnect();
  });

  it('with a wrong password or none, and neither says nor holds what it tried', async () => {
    const { url } = await redis('--requirepass', 'hunter2');
    const log = createLog();
    const wrong = await failure(createRedisStore({ url, passwords: async () => ['correct-horse'], log }));
    expect(wrong).toMatchObject({ code: 'store-unavailable', cause: { code: 'WRONGPASS' } });
    expect(`${inspect(wrong, { depth: 6 })} ${log.said()}`).not.toContain('correct-horse');
    const none = await failure(createRedisStore({ url, log }));
    expect(none).toMatchObject({ code: 'store-unavailable', cause: { code: 'NOAUTH' } });
    await open({ url, passwords: async () => ['hunter2'] });
    await open({ url, passwords: async () => ['correct-horse', 'hunter2'] });
  });
});

describe('the password of the redis store', () => {
  it('may change while it runs: whichever counts is found, before and after Redis takes the new one', async () => {
    const server = await redis('--requirepass', 'first');
    const raw = new Redis({ port: server.port, password: 'first' });
    ended.push(async () => raw.disconnect());
    let known: readonly string[] = ['first'];
    const log = createLog();
    const store = await open({ url: server.url, passwords: async () => known, log });
    const hangUp = async (): Promise<void> => {
      const lost = log.said().split('redis.lost').length;
      await raw.call('CLIENT', 'KILL', 'SKIPME', 'yes');
      await until(() => log.said().split('redis.lost').length > lost);
    };
    const answers = (): Promise<void> =>
      until(() =>
        store.grants.find({ owners: ['erin'], now: 1 }).then(
          () => true,
          () => false,
        ),
      );
    known = ['second', 'first'];
    await hangUp();
    await answers();
    await raw.config('SET', 'requirepass', 'second');
    await hangUp();
    await answers();
    known = ['second'];
    await hangUp();
    await answers();
    expect(log.said()).not.toMatch(/first|second/);
  });
});

describe('the redis store, once closed,', () => {
  it('refuses everything, and may be closed again', async () => {
    const store = await open({ url: (await redis()).url });
    await store.close();
    await store.close();
    expect(await failure(store.inbox.accept(questionOf('q1')))).toMatchObject({ code: 'store-unavailable' });
    expect(await failure(store.expiries.next())).toMatchObject({ code: 'store-unavailable' });
  });

  it('has done what it was told before, and counted it', async () => {
    const server = await redis();
    const store = await open({ url: server.url });
    const counts = [{ name: 'person', key: 'p', windowMs: 60_000 }];
    const last = store.inbox.accept(questionOf('q1', { counts }));
    await last;
    await store.close();
    const other = await open({ url: server.url });
    expect(await other.counters.read({ key: 'p', windowMs: 60_000, now: questionOf('q1').now })).toBe(1);
  });

  it('is closed in a bounded time though Redis does not answer', async () => {
    const server = await redis();
    const store = await open({ url: server.url });
    server.pause();
    const asked = failure(store.inbox.accept(questionOf('q1')));
    const begun = performance.now();
    await store.close();
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(await asked).toMatchObject({ code: 'store-unavailable' });
  });
});
