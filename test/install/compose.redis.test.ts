import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import { compose } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-redis-'));
const socket = join(folder, 'redis.sock');
const [program = '', ...options] = compose.services.redis.command ?? [];

const ask = (...words: readonly string[]): string =>
  spawnSync('redis-cli', ['-s', socket, ...words], { encoding: 'utf8' }).stdout.trim();

describe('the Redis of compose.yaml', () => {
  // Started as compose starts it, but for where it listens and writes.
  const redis = spawn(program, [...options, '--port', '0', '--unixsocket', socket, '--dir', folder], {
    stdio: 'ignore',
  });
  beforeAll(() => until(() => ask('ping') === 'PONG'));
  afterAll(async () => {
    redis.kill('SIGKILL');
    await until(() => redis.signalCode !== null || redis.exitCode !== null);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['appendonly', 'yes'],
    ['appendfsync', 'always'],
    ['maxmemory', String(256 * 1024 * 1024)],
    ['maxmemory-policy', 'noeviction'],
    ['save', ''],
  ])('understands its options: %s is %j', (name, value) => {
    expect(ask('config', 'get', name).split('\n').slice(1).join('')).toBe(value);
  });
});
