import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { startRedis } from '../support/redis.ts';
import { ROOT } from './files.ts';
import { EVICTING, goodSetUp, LISTENED, said, serve, tableOf } from './start-ups.ts';

it('does not start: a Redis that drops keys', async () => {
  const redis = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
  const { folder, env } = await goodSetUp();
  try {
    const { status, err, out } = await serve({ env: { ...env, SOTTO_STORE: redis.url } }).ended;
    const table = tableOf(readFileSync(join(ROOT, 'docs/operations.md'), 'utf8'));
    expect([status, said(err, folder)]).toEqual([2, table.get(EVICTING)]);
    expect(err + out).not.toContain(LISTENED);
  } finally {
    await redis.end();
    rmSync(folder, { recursive: true, force: true });
  }
});
