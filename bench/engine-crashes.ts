/** The same removals under way at two crashes: each is to leave in the end. Beside it, what becomes of the same jobs in bullmq. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRedisStore } from '../src/adapters/redis/store.ts';
import { startRedis } from '../test/support/redis.ts';
import { connectionTo, loadBullmq } from './bullmq.ts';
import { type Figure, figure } from './figure.ts';
import { createLoader } from './removing.ts';

const MESSAGES = 100;
const TENANTS = Array.from({ length: 10 }, (_, n) => `T${n}`);

/** Longer than any lease: whoever starts after a crash lives so much later, ms. */
const LATER_MS = 31_000;
const LONGEST_MS = 15_000;

/** bullmq looks for stalled jobs every second here; what it has not run after so long in a short round, it never runs, ms. */
const PEER_SHORT_MS = 5_000;

interface Life {
  /** Ids whose call was begun, and those whose call was answered. */
  readonly begun: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
}

/** Runs a worker until it has begun (or done) so many, or the time is over, and kills it with -9. */
const live = async (o: {
  readonly args: readonly string[];
  readonly wait: keyof Life;
  readonly ms: number;
}): Promise<Life> => {
  const file = fileURLToPath(new URL('./crash-worker.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [file, ...o.args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const life = { begun: new Set<string>(), done: new Set<string>() };
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [what, id = ''] = line.split(' ');
      if (what === 'begun') life.begun.add(id);
      if (what === 'done') life.done.add(id);
    }
  });
  const closed = once(child, 'close');
  const end = Date.now() + o.ms;
  while (life[o.wait].size < MESSAGES && Date.now() < end) await pause(20);
  child.kill('SIGKILL');
  await closed;
  return life;
};

/** How many of the hundred were never answered, after two crashes and a third worker that has all the time it needs. */
const lost = async (argsOf: (life: number) => readonly string[], ms = LONGEST_MS): Promise<number> => {
  for (const crash of [0, 1]) {
    const { begun } = await live({ args: [...argsOf(crash), 'hang'], wait: 'begun', ms: LONGEST_MS });
    if (begun.size < MESSAGES) throw new Error(`only ${begun.size} were under way at crash ${crash + 1}`);
  }
  const { done } = await live({ args: [...argsOf(2), 'work'], wait: 'done', ms });
  return MESSAGES - done.size;
};

const ours = async (): Promise<number> => {
  const server = await startRedis(['--appendfsync', 'everysec']);
  try {
    const store = await createRedisStore({ url: server.url });
    const loader = await createLoader({ store, tenants: TENANTS });
    const before = Date.now() - 1_000;
    await loader.many(MESSAGES, () => before);
    await store.close();
    return await lost((life) => ['ours', `${server.port}`, `${life * LATER_MS}`]);
  } finally {
    await server.end();
  }
};

const theirs = async (ms: number): Promise<number> => {
  const bullmq = await loadBullmq();
  const server = await startRedis(['--appendfsync', 'everysec']);
  try {
    if (bullmq === null) return Number.NaN;
    const queue = new bullmq.Queue('crash', connectionTo(server.port));
    const job = (n: number) => ({
      name: 'remove',
      data: { n },
      opts: { delay: 1, removeOnComplete: true, attempts: 8 },
    });
    await queue.addBulk(Array.from({ length: MESSAGES }, (_, n) => job(n)));
    await queue.close();
    return await lost(() => ['bullmq', `${server.port}`, '0'], ms);
  } finally {
    await server.end();
  }
};

export const crashFigures = async (o: {
  readonly withPeer: boolean;
  readonly full: boolean;
}): Promise<readonly Figure[]> => {
  const id = `lost of ${MESSAGES} that were under way at two crashes (G6)`;
  const own = figure({ id, value: await ours(), unit: 'removals', target: 0, direction: 'max' });
  if (!o.withPeer) return [own];
  const value = await theirs(o.full ? LONGEST_MS : PEER_SHORT_MS);
  const peer = figure({ id: `bullmq: ${id}`, value, unit: 'jobs', target: null, direction: 'max' });
  return [own, peer];
};
