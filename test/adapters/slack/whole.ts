/** Slack's way in and the core behind it: the real inbox and the real steps, with players for everything that may be slow. */
import { createWork, type Work } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { createTestWorld, type TestWorld } from '../../support/world.ts';
import { openSlack, type SlackBench } from './support.ts';

export const WAYS = ['http', 'socket'] as const;
export type Way = (typeof WAYS)[number];

export interface Whole extends TestWorld {
  readonly bench: SlackBench;
  readonly work: Work;
  end(): Promise<void>;
}

/** `around`: the same world, worse. */
export const openWhole = async (
  via: Way,
  o: { readonly around?: (world: World) => World } & Parameters<typeof createTestWorld>[0] = {},
): Promise<Whole> => {
  const played = createTestWorld(o);
  const work = createWork((o.around ?? ((world) => world))(played.world));
  const bench = await openSlack({ via, adapter: { accept: (inbound) => work.accept(inbound) } });
  work.start();
  return {
    ...played,
    bench,
    work,
    end: async () => {
      await bench.close();
      await work.stop({ graceMs: 0 });
      await played.close();
    },
  };
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every verb of a port takes so long, ms, but those that are named (`PORT.VERB`). */
export const slowed = <T extends object>(port: T, ms: number, but: readonly string[] = [], name = ''): T =>
  new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      const path = `${name}${String(key)}`;
      if (typeof value === 'function') {
        if (but.includes(path)) return value.bind(target);
        return async (...args: readonly unknown[]) => {
          await sleep(ms);
          return Reflect.apply(value, target, args);
        };
      }
      return typeof value === 'object' && value !== null ? slowed(value, ms, but, `${path}.`) : value;
    },
  });
