/**
 * bullmq, the peer of the expiry engine. It stands in `bench/package.json`, out of the product's own tree, and is installed
 * by whoever first needs it here; without a network it is said to be missing, and nothing is compared.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** As much of it as is used here. */
export interface Queue {
  addBulk(jobs: readonly { name: string; data: unknown; opts: JobOptions }[]): Promise<unknown>;
  add(name: string, data: unknown, opts: JobOptions): Promise<unknown>;
  close(): Promise<void>;
}
export interface JobOptions {
  readonly delay: number;
  readonly removeOnComplete: boolean;
  readonly attempts?: number;
}
interface Job {
  readonly data: { readonly at: number };
}
export interface Worker {
  on(event: string, heard: (...args: readonly unknown[]) => void): unknown;
  close(force?: boolean): Promise<void>;
}
interface Connecting {
  readonly connection: { readonly host: string; readonly port: number; readonly maxRetriesPerRequest: null };
}
export interface Bullmq {
  readonly Queue: new (name: string, o: Connecting) => Queue;
  readonly Worker: new (
    name: string,
    work: (job: Job) => Promise<unknown>,
    o: Connecting & {
      readonly concurrency: number;
      readonly lockDuration?: number;
      readonly stalledInterval?: number;
    },
  ) => Worker;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ENTRY = `${FOLDER}node_modules/bullmq/dist/cjs/index.js`;

export const connectionTo = (port: number): Connecting => ({
  connection: { host: '127.0.0.1', port, maxRetriesPerRequest: null },
});

/** Null: it is not here and could not be installed. */
export const loadBullmq = async (): Promise<Bullmq | null> => {
  if (!existsSync(ENTRY)) {
    spawnSync('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund', '--ignore-scripts'], {
      stdio: 'ignore',
      timeout: 120_000,
    });
  }
  if (!existsSync(ENTRY)) return null;
  const loaded = await import(pathToFileURL(ENTRY).href);
  // A foreign package without types in this tree; what is used of it is written down above.
  return loaded.default as Bullmq;
};
