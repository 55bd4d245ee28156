/** One load over both stores, each in a process of its own: a platform must not be slowed down by what was measured before it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { REDIS_PROGRAM, startRedis } from '../../test/support/redis.ts';
import type { Figure } from '../figure.ts';

const order = z.object({
  /** Of the store, for people. */
  name: z.string(),
  /** Its address; null: the embedded one. */
  store: z.string().nullable(),
  events: z.number(),
  /** After which answers leave that must. */
  expiresSeconds: z.number(),
  /** What has not come after so long, ms, is lost. */
  mostMs: z.number(),
});

export type LoadOrder = z.infer<typeof order>;

/** Short rounds show that it works; else it is the load that the aim speaks of. */
const loadOf = (seconds: number) =>
  seconds < 2
    ? { events: 150, expiresSeconds: 3, mostMs: 60_000 }
    : { events: 10_000, expiresSeconds: 20, mostMs: 600_000 };

const inChild = async (module: string, o: LoadOrder): Promise<readonly Figure[]> => {
  const child = fork(module, [JSON.stringify(o)]);
  const told = once(child, 'message') as Promise<[readonly Figure[]]>;
  const ended = once(child, 'exit').then(([status]) => {
    throw new Error(`the load over ${o.name} ended with ${status} and said nothing`);
  });
  const [figures] = await Promise.race([told, ended]);
  ended.catch(() => undefined);
  return figures;
};

/** `module`: the file of a load, which ends with `runAsChild`. Redis is left out where it is not installed. */
export const overBothStores = async (module: string, seconds: number): Promise<readonly Figure[]> => {
  const figures = [...(await inChild(module, { name: 'sqlite', store: null, ...loadOf(seconds) }))];
  if (!existsSync(REDIS_PROGRAM)) return figures;
  const server = await startRedis([]);
  try {
    figures.push(...(await inChild(module, { name: 'Redis', store: server.url, ...loadOf(seconds) })));
  } finally {
    await server.end();
  }
  return figures;
};

/** Runs the load where this file was started for it, and says what it measured. */
export const runAsChild = async (module: string, load: (o: LoadOrder) => Promise<readonly Figure[]>): Promise<void> => {
  if (process.send === undefined || process.argv[1] !== module) return;
  process.send(await load(order.parse(JSON.parse(process.argv[2] ?? ''))));
  process.disconnect();
};
