import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import type { RedisTls } from '../../../src/adapters/redis/address.ts';
import { createRedisStore } from '../../../src/adapters/redis/store.ts';
import { systemClock, systemRandom } from '../../../src/adapters/system/system.ts';
import { type RedisTlsConfig, readTransitConfig } from '../../../src/config.ts';
import { openStore } from '../../../src/main/opening.ts';
import { redisTls } from '../../../src/main/transit.ts';
import {
  type Authority,
  type CertificateFolder,
  createAuthority,
  createCertificateFolder,
  type Issued,
  type Wanted,
} from '../../support/certificates.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

const DAY_MS = 24 * 60 * 60_000;
const PASSWORD = 'hunter2';

let authority: Authority;
let other: Authority;
let own: Issued;
let shown: CertificateFolder;
let caFile: string;
let server: RedisServer;
beforeAll(async () => {
  [authority, other] = [await createAuthority(), await createAuthority({ name: 'Another authority' })];
  own = await authority.issue({ names: ['redis.example.com', '127.0.0.1'] });
  shown = createCertificateFolder();
  shown.put(own);
  caFile = join(shown.certFile, '..', 'ca.pem');
  writeFileSync(caFile, authority.cert);
  server = await startRedis(['--requirepass', PASSWORD], shown);
});
afterAll(async () => {
  await server.end();
  shown.end();
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const passwords = async (): Promise<readonly string[]> => [PASSWORD];

const opened = async (url: string, tls: RedisTls) => {
  const store = await createRedisStore({ url, passwords, tls: async () => tls });
  closing.push(store.close);
  return store;
};

const refusal = (url: string, tls: RedisTls): Promise<Error & { readonly code?: unknown; readonly cause?: unknown }> =>
  createRedisStore({ url, passwords, tls: async () => tls }).then(
    async (store) => {
      await store.close();
      throw new Error('it opened');
    },
    (error: unknown) => error as Error,
  );

/** Somebody who passes for Redis and keeps what is said to them. */
const impostor = async (made: Server): Promise<{ readonly url: string; heard(): string }> => {
  let heard = '';
  const sockets = new Set<Socket>();
  const listen = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
    });
  };
  made.on('secureConnection', listen);
  made.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (!('setSecureContext' in made)) listen(socket);
  });
  made.on('tlsClientError', () => undefined);
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => made.close(resolve));
  });
  return { url: `rediss://127.0.0.1:${(made.address() as { port: number }).port}`, heard: () => heard };
};

const showing = ({ cert, key }: Issued): Promise<{ readonly url: string; heard(): string }> =>
  impostor(createTlsServer({ cert, key }));

describe('a Redis over TLS', () => {
  it('is trusted under its name and by its authority', async () => {
    const store = await opened(server.url, { ca: authority.cert });
    expect(await store.standing.current()).toMatchObject({ paused: null });
    const named = await opened(server.url, { ca: authority.cert, servername: 'redis.example.com' });
    expect(await named.standing.current()).toMatchObject({ paused: null });
  });

  it('is refused in a sentence where it has another name or another authority', async () => {
    const wrongName = await refusal(server.url, { ca: authority.cert, servername: 'store.example.com' });
    expect(wrongName).toMatchObject({ code: 'store-unavailable', cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    expect(wrongName.message).toMatch(/for another name, so nothing was sent.*SOTTO_REDIS_NAME/);
    const wrongAuthority = await refusal(server.url, { ca: other.cert });
    expect(wrongAuthority).toMatchObject({ code: 'store-unavailable' });
    expect(wrongAuthority.message).toMatch(/no authority that is trusted.*SOTTO_REDIS_CA/);
    expect((await refusal(server.url, {})).message).toContain('SOTTO_REDIS_CA');
  });

  it.each([
    ['of another authority', {}, 'SELF_SIGNED_CERT_IN_CHAIN', true],
    ['that has ended', { from: -9 * DAY_MS, until: -DAY_MS }, 'CERT_HAS_EXPIRED', false],
    ['that does not count yet', { from: DAY_MS, until: 9 * DAY_MS }, 'CERT_NOT_YET_VALID', false],
    ['for another name', { names: ['elsewhere.example.com'] }, 'ERR_TLS_CERT_ALTNAME_INVALID', false],
    ['that names nobody', { names: [] }, 'ERR_TLS_CERT_ALTNAME_INVALID', false],
  ] as const)('hears nothing under a certificate %s', async (_, wanted: Wanted, code, foreign) => {
    const somebody = await showing(await (foreign ? other : authority).issue(wanted));
    const error = await refusal(somebody.url, { ca: authority.cert });
    expect(error).toMatchObject({ code: 'store-unavailable', cause: { code } });
    expect(error.message).toContain('nothing was sent');
    expect(somebody.heard()).toBe('');
  });

  it('hears nothing but the beginning of a handshake where it does not speak TLS', async () => {
    const plain = await impostor(createServer());
    expect(await refusal(plain.url, { ca: authority.cert })).toMatchObject({ code: 'store-unavailable' });
    expect(plain.heard().startsWith('\x16\x03')).toBe(true);
    expect(plain.heard()).not.toMatch(/AUTH|hunter2|PING|INFO/i);
  });

  it('is refused where it is the plain port, or speaks CBC only, or no more than TLS 1.1', async () => {
    const plain = await startRedis(['--requirepass', PASSWORD]);
    closing.push(plain.end);
    const error = await refusal(plain.url.replace('redis:', 'rediss:'), { ca: authority.cert });
    expect(error).toMatchObject({ code: 'store-unavailable' });
    expect(error.message).toContain('TLS with rediss://');
    const { cert, key } = own;
    for (const weak of [
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384' },
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
    ] as const) {
      const somebody = await impostor(createTlsServer({ cert, key, ...weak }));
      expect(await refusal(somebody.url, { ca: authority.cert })).toMatchObject({ code: 'store-unavailable' });
      expect(somebody.heard()).toBe('');
    }
  });

  it('that asks for a certificate of ours gets it, and says so where it does not', async () => {
    const strict = await startRedis(['--requirepass', PASSWORD], { ...shown, clientCaFile: caFile });
    closing.push(strict.end);
    const us = await authority.issue({ names: ['sotto'], use: 'client' });
    const store = await opened(strict.url, { ca: authority.cert, cert: us.cert, key: us.key });
    expect(await store.standing.current()).toMatchObject({ paused: null });
    expect((await refusal(strict.url, { ca: authority.cert })).message).toContain('SOTTO_REDIS_CERT');
    const stranger = await other.issue({ names: ['sotto'], use: 'client' });
    expect(await refusal(strict.url, { ca: authority.cert, cert: stranger.cert, key: stranger.key })).toMatchObject({
      code: 'store-unavailable',
    });
  });

  it('is opened as the settings say', async () => {
    const us = createCertificateFolder();
    closing.push(us.end);
    us.put(await authority.issue({ names: ['sotto'], use: 'client' }));
    const strict = await startRedis(['--requirepass', PASSWORD], { ...shown, clientCaFile: caFile });
    closing.push(strict.end);
    const opening = (more: Readonly<Record<string, string>>) => {
      const { store } = readTransitConfig({
        SOTTO_STORE: strict.url,
        SOTTO_REDIS_CA: caFile,
        SOTTO_REDIS_CERT: us.certFile,
        SOTTO_REDIS_KEY: us.keyFile,
        ...more,
      });
      const silent = (): void => undefined;
      const log = { info: silent, warn: silent, error: silent, debug: silent };
      const tools = { clock: systemClock(), random: systemRandom(), log, metrics: createMetrics() };
      const secrets = { get: async () => ({ current: PASSWORD, accepted: [PASSWORD] }) };
      return openStore({ store, secrets, tools });
    };
    const store = await opening({ SOTTO_REDIS_NAME: 'redis.example.com' });
    closing.push(store.close);
    expect(await store.standing.current()).toMatchObject({ paused: null });
    await expect(opening({ SOTTO_REDIS_NAME: 'other.example.com' })).rejects.toThrow(/for another name/);
    await expect(opening({ SOTTO_REDIS_CA: us.certFile, SOTTO_REDIS_CERT: '', SOTTO_REDIS_KEY: '' })).rejects.toThrow();
  });

  it('that changes its authority is found again once the file of the new one is there, without a restart', async () => {
    const [files, trusted] = [createCertificateFolder(), createCertificateFolder()];
    closing.push(files.end, trusted.end);
    files.put(own);
    writeFileSync(trusted.certFile, authority.cert, { mode: 0o644 });
    const config: RedisTlsConfig = { caFile: trusted.certFile, name: 'redis.example.com', client: null };
    const redis = await startRedis([], files);
    closing.push(redis.end);
    const store = await createRedisStore({ url: redis.url, tls: redisTls(config, { now: () => Date.now() }) });
    closing.push(store.close);
    await redis.stop();
    files.put(await other.issue({ names: ['redis.example.com'] }));
    await redis.start();
    await expect(store.standing.current()).rejects.toMatchObject({ code: 'store-unavailable' });
    writeFileSync(trusted.certFile, `${authority.cert}\n${other.cert}`, { mode: 0o644 });
    await until(
      () =>
        store.standing.current().then(
          () => true,
          () => false,
        ),
      30_000,
    );
  });
});
