/** Slack: what an accepted event costs, and ten thousand of them over sixty workspaces within Slack's limits. */
import { existsSync } from 'node:fs';
import { REDIS_PROGRAM, startRedis } from '../test/support/redis.ts';
import type { Bench, Figure } from './figure.ts';
import { acceptedCost } from './slack/cpu.ts';
import { LOAD, loadInChild } from './slack/load.ts';

/** Short rounds show that it works; else it is the load that the aim speaks of. */
const loadOf = (seconds: number) =>
  seconds < 2
    ? { events: 300, expiresSeconds: 3, mostMs: 60_000 }
    : { events: 10_000, expiresSeconds: 20, mostMs: 600_000 };

const overRedis = async (seconds: number): Promise<readonly Figure[]> => {
  if (!existsSync(REDIS_PROGRAM)) return [];
  const server = await startRedis([]);
  try {
    return await loadInChild({ name: 'Redis', store: server.url, ...loadOf(seconds) });
  } finally {
    await server.end();
  }
};

export const bench: Bench = async ({ seconds }) => [
  ...(await acceptedCost({ seconds })),
  ...(await loadInChild({ name: 'sqlite', store: null, ...loadOf(seconds) })),
  ...(await overRedis(seconds)),
];

/** What the load is made of, for a figure is worth what it was measured with. */
export const appendix = (): string => `${LOAD}\n`;
