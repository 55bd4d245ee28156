/** The store: whether it answers, and what it keeps through a power cut. */
import { existsSync, statSync } from 'node:fs';
import type { RedisHealth } from '../../adapters/redis/health.ts';
import type { Config } from '../../config.ts';
import { LOOPBACK } from '../../config.ts';
import type { Secrets } from '../../core/ports.ts';
import { redisOptions, type Tools } from '../../main/opening.ts';
import type { Offset } from './clock.ts';
import { finding, type Line, ok, sentence, warning } from './line.ts';

/** Of its bound, beyond which it is warned. */
const FULL = 0.8;

export const lookAtStore = async (o: {
  readonly config: Pick<Config, 'store'>;
  readonly secrets: Secrets;
  readonly tools: Tools;
}): Promise<{ readonly lines: readonly Line[]; readonly offset: Offset | null }> => {
  const { store } = o.config;
  if (store.kind === 'sqlite') return { lines: [sqlite(store.path)], offset: null };
  try {
    const { redisHealth } = await import('../../adapters/redis/health.ts');
    const health = await redisHealth(redisOptions({ store, secrets: o.secrets, tools: o.tools }));
    const middle = o.tools.clock.now() - health.tripMs / 2;
    return {
      lines: redisLines(health, store.url),
      offset: { aheadMs: health.time - middle, withinMs: health.tripMs / 2 + 1 },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { lines: [sentence('store', `${message} Until it does, nothing is accepted or answered.`)], offset: null };
  }
};

const sqlite = (path: string): Line =>
  existsSync(path)
    ? ok(
        'store',
        `The embedded store is there (${path}, ${Math.ceil(statSync(path).size / 1024)} KiB); each change is on the disk before it counts.`,
      )
    : ok('store', `The embedded store (${path}) is not there yet: the first start makes it.`);

export const redisLines = (health: RedisHealth, url: string): readonly Line[] => {
  const { protocol, hostname } = new URL(url);
  return [
    ok('store', `Redis ${health.version ?? '(of an unknown version)'} answers.`),
    tls(protocol, hostname),
    eviction(health),
    durability(health),
    ...(health.appendsWell === false
      ? [
          finding('store', {
            what: 'The last write or rewriting of Redis’ append-only file failed.',
            why: 'What it acknowledges may be lost when it ends.',
            mend: 'Look at its log: most often its disk is full.',
          }),
        ]
      : []),
    ...(health.replica === true
      ? [
          finding('store', {
            what: 'This Redis is a replica.',
            why: 'It takes no changes, so no question could be accepted.',
            mend: 'Name the primary in SOTTO_STORE.',
          }),
        ]
      : []),
    ...room(health),
  ];
};

const tls = (protocol: string, hostname: string): Line => {
  if (protocol === 'rediss:') return ok('store', 'Redis is spoken to over TLS, its name verified.');
  return LOOPBACK.includes(hostname)
    ? ok('store', 'Redis is on this machine, and spoken to in the clear.')
    : warning('store', {
        what: 'Redis is spoken to in the clear, beyond this machine (SOTTO_REDIS_PLAIN).',
        why: 'Words are sealed; ids, times and the password of Redis are not, and may be read and changed on the way.',
        mend: 'Use rediss://, unless that network is Sotto’s alone.',
      });
};

const eviction = ({ maxmemoryPolicy: policy }: RedisHealth): Line => {
  if (policy === 'noeviction') return ok('store', 'Redis drops nothing when its memory is full (noeviction).');
  return policy === null
    ? warning('store', {
        what: 'Redis does not tell what it drops when its memory is full.',
        why: 'If it does, accepted questions and due removals are lost without a word.',
        mend: 'See that maxmemory-policy is noeviction.',
      })
    : finding('store', {
        what: `Redis drops keys when its memory is full (maxmemory-policy ${policy}).`,
        why: 'Accepted questions and due removals would be lost without a word, and Sotto does not start on it.',
        mend: 'Set maxmemory-policy to noeviction.',
      });
};

const durability = ({ appendonly, appendfsync }: RedisHealth): Line => {
  if (appendonly === null || appendfsync === null)
    return warning('store', {
      what: 'Redis does not tell how durable it is (CONFIG is closed to this user).',
      why: 'Unless it runs with appendonly yes and appendfsync always, a power cut loses accepted questions and promised removals.',
      mend: 'See to both settings yourself.',
    });
  if (appendonly === 'yes' && appendfsync === 'always')
    return ok('store', 'Redis has each change on its disk before it acknowledges it (appendfsync always).');
  return appendonly === 'yes'
    ? warning('store', {
        what: `Redis writes to its disk only now and then (appendfsync ${appendfsync}).`,
        why: 'A power cut loses the last second: accepted questions, and removals that were promised.',
        mend: 'Set appendfsync to always.',
      })
    : finding('store', {
        what: 'Redis keeps no append-only file (appendonly no).',
        why: 'When it ends, accepted questions, promised removals and HR’s restrictions of the last minutes are gone.',
        mend: 'Set appendonly to yes and appendfsync to always.',
      });
};

const room = ({ usedBytes, mostBytes }: RedisHealth): readonly Line[] => {
  if (usedBytes === null || mostBytes === null) return [];
  if (mostBytes === 0)
    return [
      warning('store', {
        what: 'Redis has no bound for its memory (maxmemory 0).',
        why: 'What fills it would take the memory of the whole machine, and the system would end it.',
        mend: 'Set maxmemory.',
      }),
    ];
  const share = usedBytes / mostBytes;
  return share < FULL
    ? [ok('store', `Redis uses ${Math.ceil(share * 100)} % of its memory.`)]
    : [
        finding('store', {
          what: `Redis uses ${Math.floor(share * 100)} % of its memory.`,
          why: 'When it is full no question is accepted; what was accepted still ends.',
          mend: 'Raise maxmemory, or see in "sotto expiries" and "sotto dead" what fills it.',
        }),
      ];
};
