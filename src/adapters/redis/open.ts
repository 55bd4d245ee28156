/** What must hold of a Redis before anything is trusted to it, and what is said where it is weaker than it could be. */
import { SottoError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { type Connection, draining } from './connection.ts';
import { codeOfFailure } from './errors.ts';
import type { Keys } from './keys.ts';
import { listOf, numberOf, textOf } from './replies.ts';

/**
 * The layout of the keys. A newer one is never touched by an older program. 2: removals lie in small buckets; what version 1 wrote
 * is brought over as it is found (`adopting.ts`).
 */
const SCHEMA = 2;

/** schema · version */
const claimSchema = draining(`
local version = redis.call('GET', KEYS[1])
if version and tonumber(version) >= tonumber(ARGV[1]) then return tonumber(version) end
redis.call('SET', KEYS[1], ARGV[1])
return tonumber(ARGV[1])
`);

const fieldOf = (info: string, name: string): string | null =>
  info
    .split('\r\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1) ?? null;

const evicts = (policy: string): SottoError =>
  new SottoError(
    'store-unavailable',
    `This Redis would drop keys when its memory is full (maxmemory-policy ${policy}): accepted questions and due removals would be lost without a word. ` +
      'Set maxmemory-policy to noeviction, or give Sotto a Redis of its own.',
  );

/** INFO is open to clients almost everywhere; where it is not, the policy is read as CONFIG has it, and otherwise said to be unknown. */
const policyOf = async (connection: Connection): Promise<string | null> => {
  const info = await connection.ask('look at the memory settings', 'INFO', 'memory').catch(() => null);
  if (info !== null) return fieldOf(textOf(info), 'maxmemory_policy');
  return setting(connection, 'maxmemory-policy').catch(() => null);
};

const setting = async (connection: Connection, name: string): Promise<string | null> => {
  const [, value] = listOf(await connection.ask('look at its settings', 'CONFIG', 'GET', name));
  return typeof value === 'string' ? value : null;
};

/** How durable an acknowledged change is. Weaker than `always` is a choice that an operator may make, knowing it. */
const sayDurability = async (connection: Connection, log: Log | undefined): Promise<void> => {
  try {
    if ((await setting(connection, 'appendonly')) !== 'yes') {
      log?.warn('redis.durability', { name: 'appendonly', code: 'no' });
      return;
    }
    const fsync = await setting(connection, 'appendfsync');
    if (fsync !== 'always') log?.warn('redis.durability', { name: 'appendfsync', code: fsync ?? 'unknown' });
  } catch (error) {
    const cause = error instanceof SottoError ? error.cause : error;
    log?.warn('redis.durability-unknown', { name: 'CONFIG', code: codeOfFailure(cause) });
  }
};

/** Refuses with `store-unavailable` where Redis evicts, with `store-newer` where a newer program wrote there. */
export const inspect = async (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly log?: Log | undefined;
}): Promise<void> => {
  const { connection, log } = o;
  const policy = await policyOf(connection);
  if (policy === null) log?.warn('redis.eviction-unknown', { name: 'maxmemory-policy' });
  else if (policy !== 'noeviction') throw evicts(policy);
  await sayDurability(connection, log);
  const call = { what: 'read its version', keys: [o.keys.all('schema')], args: [SCHEMA] };
  const version = numberOf(await connection.run(claimSchema, call));
  if (version > SCHEMA) {
    throw new SottoError(
      'store-newer',
      `The store in Redis has schema version ${version}; this program knows up to ${SCHEMA}. It was left as it is. ` +
        'Run the newer version of Sotto that wrote it.',
    );
  }
};
