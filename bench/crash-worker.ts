/** Removes what is due and says so on stdout; one that hangs never hears an answer, so that it can be killed in the middle. */
import { writeSync } from 'node:fs';
import { createRedisStore } from '../src/adapters/redis/store.ts';
import { systemClock } from '../src/adapters/system/system.ts';
import { connectionTo, loadBullmq } from './bullmq.ts';
import { engineOver } from './removing.ts';

const [kind = '', port = '', later = '0', mode = ''] = process.argv.slice(2);

const call = async (id: string): Promise<void> => {
  writeSync(1, `begun ${id}\n`);
  if (mode === 'hang') await new Promise(() => undefined);
  writeSync(1, `done ${id}\n`);
};

if (kind === 'ours') {
  const store = await createRedisStore({ url: `redis://127.0.0.1:${port}` });
  const system = systemClock();
  const clock = { ...system, now: () => system.now() + Number(later) };
  const remove = async ({ tenant, id }: { readonly tenant: string; readonly id: string }) => {
    await call(`${tenant}/${id}`);
    return { ok: true } as const;
  };
  engineOver({ store, remove, clock }).start();
} else {
  const bullmq = await loadBullmq();
  if (bullmq === null) throw new Error('bullmq is not here');
  const options = { ...connectionTo(Number(port)), concurrency: 200, lockDuration: 1_000, stalledInterval: 1_000 };
  const worker = new bullmq.Worker('crash', async ({ data }) => call(JSON.stringify(data)), options);
  worker.on('error', () => undefined);
}
