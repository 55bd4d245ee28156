/** A throw-away redis-server on a free port, in a folder of its own, as durable as it can be; and everything that can befall one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const REDIS_PROGRAM = '/usr/bin/redis-server';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  /** Starts it again on its port, with its data. */
  start(): Promise<void>;
  /** SIGTERM, and waits. */
  stop(): Promise<void>;
  /** SIGKILL, and waits. */
  kill(): Promise<void>;
  /** Takes its data away while it is down. */
  lose(): void;
  /** It stands still, its connections open. */
  pause(): void;
  resume(): void;
  /** Stops it for good and takes its folder away. */
  end(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
};

/** Resolves when it takes connections; rejects with what it said where it ended instead. */
const started = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (said.includes('eady to accept connections')) return;
      said += chunk;
      if (said.includes('eady to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`redis-server ended with ${code}: ${said.slice(-2_000)}`)));
  });

/** Of a Redis that speaks TLS and nothing else. */
export interface RedisTlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Whose clients it takes; absent: anybody's, without a certificate. */
  readonly clientCaFile?: string;
}

const tlsArgs = (port: number, { certFile, keyFile, clientCaFile }: RedisTlsFiles): readonly string[] => {
  const clients = clientCaFile === undefined ? ['--tls-auth-clients', 'no'] : ['--tls-ca-cert-file', clientCaFile];
  return ['--port', '0', '--tls-port', `${port}`, '--tls-cert-file', certFile, '--tls-key-file', keyFile, ...clients];
};

/** `settings` are added to its command line, and win over ours: `['--requirepass', 'x']`. */
export const startRedis = async (
  settings: readonly string[] = [],
  tls: RedisTlsFiles | null = null,
): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-redis-'));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const last = (): void => void child?.kill('SIGKILL');
  process.on('exit', last);

  const start = async (): Promise<void> => {
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const ports = tls === null ? ['--port', `${port}`] : tlsArgs(port, tls);
    const args = [...ports, '--bind', '127.0.0.1', '--dir', folder, ...durable, ...settings];
    child = spawn(REDIS_PROGRAM, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    await started(child);
  };

  const endWith = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const closed = once(ending, 'close');
    ending.kill(signal);
    // One that stands still hears of its end when it goes on; -9 ends it as it stands.
    if (signal === 'SIGTERM') ending.kill('SIGCONT');
    await closed;
  };

  await start();
  return {
    port,
    url: `${tls === null ? 'redis' : 'rediss'}://127.0.0.1:${port}`,
    folder,
    start,
    stop: () => endWith('SIGTERM'),
    kill: () => endWith('SIGKILL'),
    lose: () => rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true }),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    end: async () => {
      await endWith('SIGKILL');
      process.off('exit', last);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
