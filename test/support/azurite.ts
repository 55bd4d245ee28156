/** Azurite, Microsoft's own stand-in for Blob Storage, over https with a throw-away certificate, and tokens by the stand-in for Entra. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerClient, newPipeline, type StoragePipelineOptions } from '@azure/storage-blob';
import { createAzureCredential, type TokenCredential } from '../../src/adapters/azure/credential.ts';
import type { AuthorityOptions } from '../stand-ins/azure/authority.ts';
import { type AzureStage, CLIENT, openAzureStage, TENANT } from '../stand-ins/azure/stage.ts';

const PROGRAM = join(import.meta.dirname, '../azurite/node_modules/azurite/dist/src/blob/main.js');

export const STORAGE_SCOPE = 'https://storage.azure.com/.default';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as Entra's look: azurite reads its times, issuer and audience, and checks no signature. */
export const entraToken: NonNullable<AuthorityOptions['mint']> = ({ client, tenant, scope, from, until }) => {
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  const claims = {
    aud: scope.replace(/\/\.default$/, ''),
    iss: `https://sts.windows.net/${tenant}/`,
    iat: seconds(from),
    nbf: seconds(from),
    exp: seconds(until),
    appid: client,
    tid: tenant,
    ver: '1.0',
  };
  return [encoded({ typ: 'JWT', alg: 'RS256' }), encoded(claims), randomBytes(64).toString('base64url')].join('.');
};

export interface Azurite {
  readonly azure: AzureStage;
  readonly credential: TokenCredential;
  /** Makes a new container; its address. */
  container(): Promise<string>;
  /** The vendor's own client for a container, without anything of ours. */
  client(url: string): ContainerClient;
  /** SIGKILL; what it held is gone, its port stays ours. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Its account as Azure would name it; the certificate is good for it, and azurite answers to it. */
export const AZURITE_HOST = 'devstoreaccount1.blob.core.windows.net';

export const startAzurite = async (): Promise<Azurite> => {
  const azure = await openAzureStage({ scopes: [STORAGE_SCOPE], mint: entraToken, names: [AZURITE_HOST] });
  const folder = mkdtempSync(join(tmpdir(), 'sotto-azurite-'));
  writeFileSync(join(folder, 'cert.pem'), azure.certificate.cert);
  writeFileSync(join(folder, 'key.pem'), azure.certificate.key, { mode: 0o600 });
  const ca = azure.certificate.cert;
  const credential = createAzureCredential({
    kind: 'workload-identity',
    tenantId: TENANT,
    clientId: CLIENT,
    tokenFile: azure.tokenFile,
    unsafeAuthorityHost: azure.authority.url,
    ca,
  });
  let port = 0;
  let child: ChildProcess | null = null;
  const last = (): void => void child?.kill('SIGKILL');
  process.on('exit', last);

  const start = async (): Promise<void> => {
    const args = ['--blobPort', `${port}`, '--inMemoryPersistence', '--disableTelemetry', '--silent'];
    const secure = ['--oauth', 'basic', '--cert', join(folder, 'cert.pem'), '--key', join(folder, 'key.pem')];
    child = spawn(process.execPath, [PROGRAM, ...args, ...secure], { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
    port = await listening(child);
  };

  const kill = async (): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const closed = once(ending, 'close');
    ending.kill('SIGKILL');
    await closed;
  };

  const client = (url: string): ContainerClient => {
    const options: StoragePipelineOptions & { readonly tlsOptions: object } = { tlsOptions: { ca } };
    return new ContainerClient(url, newPipeline(credential, options));
  };

  await start();
  let made = 0;
  return {
    azure,
    credential,
    container: async () => {
      made += 1;
      const url = `https://127.0.0.1:${port}/devstoreaccount1/backups-${made}`;
      await client(url).create();
      return url;
    },
    client,
    kill,
    start,
    close: async () => {
      await kill();
      process.off('exit', last);
      await azure.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** The port, once it listens; rejects with what it said where it ended instead. */
const listening = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: string): void => {
      said = `${said}${chunk}`.slice(-4_000);
      const port = /successfully listens on https:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`azurite ended with ${code}: ${said}`)));
  });
