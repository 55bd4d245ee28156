import { expect, it } from '@jest/globals';
import { createLog } from '../../../src/adapters/log/log.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { systemClock, systemRandom } from '../../../src/adapters/system/system.ts';
import { inWords } from '../../../src/cli/doctor/line.ts';
import { lookAtStore } from '../../../src/cli/doctor/store.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { startRedis } from '../../support/redis.ts';

const tools = {
  clock: systemClock(),
  random: systemRandom(),
  log: createLog({ level: 'silent' }),
  metrics: createMetrics(),
};

const look = (url: string, password?: string) =>
  lookAtStore({
    config: { store: { kind: 'redis', url } },
    secrets: {
      get: async () => {
        if (password === undefined) throw new SottoError('secret-missing', 'There is none.');
        return { current: password, accepted: [password] };
      },
    },
    tools,
  });

it('doctor asks a Redis how it stands and what time it is, and changes nothing in it', async () => {
  const redis = await startRedis([
    '--maxmemory',
    '64mb',
    '--maxmemory-policy',
    'noeviction',
    '--requirepass',
    'hush-hush',
  ]);
  try {
    const { lines, offset } = await look(redis.url, 'hush-hush');
    expect(lines.map(({ state }) => state)).toEqual(lines.map(() => 'ok'));
    expect(lines.map(inWords).join('\n')).toMatch(/Redis \d.* answers[\s\S]*noeviction[\s\S]*appendfsync always/);
    expect(Math.abs(offset?.aheadMs ?? 1_000_000)).toBeLessThan(1_000);
    const refused = await look(redis.url);
    expect(refused.lines.map(inWords).join('\n')).toMatch(/^FINDING +store/);
    expect(refused.lines.map(inWords).join('\n')).not.toContain('hush');
  } finally {
    await redis.end();
  }
});

it('doctor tells of a Redis that keeps nothing, and of one that is away', async () => {
  const redis = await startRedis(['--appendonly', 'no', '--maxmemory-policy', 'volatile-lru']);
  const { lines } = await look(redis.url);
  await redis.end();
  const words = lines.map(inWords).join('\n');
  expect(words).toMatch(/FINDING .*maxmemory-policy volatile-lru/);
  expect(words).toMatch(/FINDING .*appendonly no/);
  expect((await look(redis.url)).lines.map(({ state }) => state)).toEqual(['finding']);
});
