/** What work costs this process and Redis together. */
import type { Connection } from '../src/adapters/redis/connection.ts';
import { perSecond } from './store-work.ts';

export const AT_ONCE = 64;

export const infoOf = async (connection: Connection, section: string): Promise<(name: string) => number> => {
  const text = String(await connection.ask('look at itself', 'INFO', section));
  return (name) => Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(text)?.[1] ?? Number.NaN);
};

export interface Cost {
  readonly perSecond: number;
  /** CPU of this process and of Redis together for each thing done, µs. */
  readonly micros: number;
}

/** For so many seconds, 64 at once. */
export const costOf = async (
  connection: Connection,
  seconds: number,
  work: (n: number) => Promise<void>,
): Promise<Cost> => {
  const redis = async (): Promise<number> => {
    const info = await infoOf(connection, 'cpu');
    return (info('used_cpu_user') + info('used_cpu_sys')) * 1e6;
  };
  const [there, here] = [await redis(), process.cpuUsage()];
  let done = 0;
  const rate = await perSecond({
    seconds,
    inFlight: AT_ONCE,
    work: async (n) => {
      await work(n);
      done += 1;
    },
  });
  const { user, system } = process.cpuUsage(here);
  return { perSecond: rate, micros: (user + system + (await redis()) - there) / done };
};
