import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificateKeeper } from '../../src/adapters/files/certificate-keeper.ts';
import { createHttpServer } from '../../src/adapters/http/server.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import type { RedisTlsConfig, StoreConfig, TransitConfig } from '../../src/config.ts';
import { checkTransit, openServerCertificate, redisTls } from '../../src/main/transit.ts';
import { askOver } from '../support/asking.ts';
import {
  type Authority,
  type CertificateFolder,
  createAuthority,
  createCertificateFolder,
  type Issued,
} from '../support/certificates.ts';
import { until } from '../support/until.ts';

const DAY_MS = 24 * 60 * 60_000;
const SQLITE: StoreConfig = { kind: 'sqlite', path: '/x' };

let authority: Authority;
let own: Issued;
let files: CertificateFolder;
beforeAll(async () => {
  authority = await createAuthority();
  own = await authority.issue();
  files = createCertificateFolder();
  files.put(own);
});
afterAll(() => files.end());

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const logged: string[] = [];
const note = (event: string): void => void logged.push(event);
const log = { info: note, warn: note, error: note };

const transit = (over: Partial<TransitConfig> = {}): TransitConfig => ({
  tls: { certFile: files.certFile, keyFile: files.keyFile },
  behindProxy: false,
  publicUrl: null,
  ...over,
});

const redis = (tls: Partial<RedisTlsConfig>): StoreConfig => ({
  kind: 'redis',
  url: 'rediss://redis.example.com',
  tls: { caFile: null, name: null, client: null, ...tls },
});

describe('what the settings name', () => {
  it('is found good, and when it ends is told', async () => {
    const checked = await checkTransit({ transit: transit(), store: SQLITE }, Date.now());
    expect(checked).toMatchObject({ findings: [], ends: [{ of: 'server' }] });
    expect((checked.ends[0]?.end ?? 0) - Date.now()).toBeGreaterThan(80 * DAY_MS);
    expect(await checkTransit({ transit: transit({ tls: null }), store: SQLITE }, Date.now())).toEqual({
      findings: [],
      ends: [],
    });
  });

  it('must be for the host that people see, unless a proxy stands between', async () => {
    const publicUrl = 'https://sotto.example.com';
    const { findings } = await checkTransit({ transit: transit({ publicUrl }), store: SQLITE }, Date.now());
    expect(findings).toEqual([expect.stringContaining('not good for "sotto.example.com"')]);
    const proxied = transit({ publicUrl, behindProxy: true });
    expect((await checkTransit({ transit: proxied, store: SQLITE }, Date.now())).findings).toEqual([]);
    const local = transit({ publicUrl: 'https://127.0.0.1:8443' });
    expect((await checkTransit({ transit: local, store: SQLITE }, Date.now())).findings).toEqual([]);
  });

  it('is said all at once where it will not do: the server’s, and those of a Redis', async () => {
    const client = { certFile: files.certFile, keyFile: files.keyFile };
    const store = redis({ caFile: '/nowhere/ca.pem', client });
    const nowhere = transit({ tls: { certFile: '/nowhere/tls.crt', keyFile: '/nowhere/tls.key' } });
    const { findings } = await checkTransit({ transit: nowhere, store }, Date.now());
    expect(findings).toEqual([
      expect.stringContaining('/nowhere/tls.crt cannot be read'),
      expect.stringContaining('/nowhere/tls.key is not there'),
      expect.stringMatching(/SOTTO_REDIS_CERT .* not meant for clients/),
      expect.stringContaining('/nowhere/ca.pem cannot be read'),
    ]);
  });

  it('is what a Redis is spoken to with, and refused where it will not do', async () => {
    const us = await authority.issue({ names: ['sotto'], use: 'client' });
    const mine = createCertificateFolder();
    closing.push(mine.end);
    mine.put(us);
    const clock = systemClock();
    const tls = { caFile: files.certFile, name: 'redis.example.com', client: mine };
    expect(await redisTls(tls, clock)()).toEqual({
      ca: own.cert,
      servername: 'redis.example.com',
      cert: us.cert,
      key: us.key.trim(),
    });
    mine.put({ cert: own.cert, key: us.key });
    await expect(redisTls(tls, clock)()).rejects.toMatchObject({ code: 'settings' });
  });

  it('keeps a start from happening', async () => {
    const clock = systemClock();
    expect(await openServerCertificate({ transit: transit({ tls: null }), clock, log, warnMs: 0 })).toBeNull();
    const nowhere = transit({ tls: { certFile: '/nowhere/tls.crt', keyFile: files.keyFile } });
    await expect(openServerCertificate({ transit: nowhere, clock, log, warnMs: 0 })).rejects.toMatchObject({
      code: 'settings',
    });
  });
});

describe('a certificate that is renewed', () => {
  it('twenty times under load, half written in between, costs nobody a request', async () => {
    const renewed = createCertificateFolder();
    renewed.put(own);
    const keeper = await createCertificateKeeper({
      ...renewed,
      settings: ['SOTTO_TLS_CERT', 'SOTTO_TLS_KEY'],
      use: 'server',
      host: null,
      clock: systemClock(),
      log,
      warnMs: 0,
      everyMs: 20,
    });
    const server = await createHttpServer({
      host: '127.0.0.1',
      port: 0,
      opsPort: 0,
      tls: keeper,
      routes: [
        {
          method: 'POST',
          path: '/in',
          bodyLimit: 1_000,
          handle: async ({ body }) => ({ status: 200, body: body.toString() }),
        },
      ],
      ready: () => ({ ok: true }),
      metrics: async () => '',
      log,
    });
    const kept = new Agent({ keepAlive: true, maxSockets: 4 });
    closing.push(
      () => server.close({ graceMs: 100 }),
      keeper.stop,
      renewed.end,
      () => kept.destroy(),
    );

    const others = await Promise.all(Array.from({ length: 20 }, () => authority.issue()));
    let asking = true;
    const serials = new Set<string>();
    const answers: string[] = [];
    const ask = async (agent: Agent | false): Promise<void> => {
      for (let n = 0; asking; n++) {
        const o = { method: 'POST', body: `${n}`, ca: authority.cert, agent };
        const { status, body, serial } = await askOver(`${server.url}/in`, o);
        answers.push(`${status} ${body === `${n}`}`);
        if (agent === false) serials.add(serial);
      }
    };
    const crowd = Promise.all([
      ...Array.from({ length: 4 }, () => ask(false)),
      ...Array.from({ length: 4 }, () => ask(kept)),
    ]);
    for (const { cert, key } of others) {
      writeFileSync(renewed.certFile, cert.slice(0, cert.length / 2));
      await new Promise((resolve) => setTimeout(resolve, 30));
      writeFileSync(renewed.certFile, cert);
      await new Promise((resolve) => setTimeout(resolve, 30));
      writeFileSync(renewed.keyFile, key);
      await until(() => keeper.current().cert === cert);
      await askOver(`${server.url}/health/live`, { ca: authority.cert, agent: false });
    }
    asking = false;
    await crowd;
    expect(answers.length).toBeGreaterThan(200);
    expect(new Set(answers)).toEqual(new Set(['200 true']));
    expect(serials.size).toBeGreaterThan(15);
  });
});
