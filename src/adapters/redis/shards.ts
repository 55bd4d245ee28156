/**
 * Which tags hold anything, so that whoever looks for work looks everywhere, and so that a publish reaches every one. A tag that is
 * touched first puts itself on record and only then reads the version in force: a publish either finds it, or was before that.
 */
import { type Connection, draining } from './connection.ts';
import type { Keys } from './keys.ts';
import { listOf, textOf } from './replies.ts';

/** What other processes put on record is known here after so long, ms. */
const KNOWN_MS = 1_000;

/** tags version · tag */
const register = draining(`
redis.call('SADD', KEYS[1], ARGV[1])
return redis.call('GET', KEYS[2]) or '0'
`);

/** The version of a tag only rises. */
const raise = draining(`
if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or '0') then redis.call('SET', KEYS[1], ARGV[1]) end
return 'raised'
`);

export interface Shards {
  /** Puts a tag on record, once a process; after that it is done at once. */
  ready(tag: string): Promise<void>;
  /** Every tag on record, each of them ready. */
  known(): Promise<readonly string[]>;
  /** Brings this version to every tag on record; nothing happens where this process has done so. */
  raise(version: number): Promise<void>;
}

export const createShards = (o: { readonly connection: Connection; readonly keys: Keys }): Shards => {
  const { connection, keys } = o;
  /** What becomes of the tags that this process has touched. */
  const touched = new Map<string, Promise<void>>();
  const done = new Set<string>();
  let known: readonly string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let raised = 0;

  // A Redis that comes back may be another one, or may have lost its last moments.
  connection.onBack(() => {
    touched.clear();
    done.clear();
    readAt = Number.NEGATIVE_INFINITY;
    raised = 0;
  });

  const raiseOne = async (tag: string, version: number | string): Promise<void> => {
    await connection.run(raise, {
      what: 'bring the restrictions to every place',
      keys: [`${keys.base(tag)}version`],
      args: [version],
    });
  };

  const touch = async (tag: string): Promise<void> => {
    const version = await connection.run(register, {
      what: 'put a place on record',
      keys: [keys.all('tags'), keys.all('version')],
      args: [tag],
    });
    await raiseOne(tag, textOf(version));
    done.add(tag);
    if (!known.includes(tag)) known = [...known, tag];
  };

  const ready = async (tag: string): Promise<void> => {
    if (done.has(tag)) return;
    const before = touched.get(tag);
    if (before !== undefined) return before;
    const touching = touch(tag).finally(() => touched.delete(tag));
    touched.set(tag, touching);
    return touching;
  };

  const read = async (): Promise<readonly string[]> => {
    const tags = listOf(await connection.ask('look for work', 'SMEMBERS', keys.all('tags'))).map(textOf);
    known = tags.toSorted();
    readAt = performance.now();
    return known;
  };

  return {
    ready,
    known: async () => {
      const tags = performance.now() - readAt < KNOWN_MS ? known : await read();
      // Nearly always all of them are; whoever looks for work does so often.
      const fresh = tags.filter((tag) => !done.has(tag));
      if (fresh.length > 0) await Promise.all(fresh.map(ready));
      return tags;
    },
    raise: async (version) => {
      if (version <= raised) return;
      await Promise.all((await read()).map((tag) => raiseOne(tag, version)));
      raised = version;
    },
  };
};
