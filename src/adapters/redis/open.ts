/** What must hold of a Redis before anything is trusted to it, and what is said where it is weaker than it could be. */
import { SottoError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { Connection } from './connection.ts';
import { codeOfFailure } from './errors.ts';
import type { Keys } from './keys.ts';
import { listOf, textOf } from './replies.ts';
import { bringUp, type SchemaStep } from './schema.ts';

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

/** Refuses with `store-unavailable` where Redis evicts, with `store-newer` or `store-in-use` where its schema and this program do not fit. */
export const inspect = async (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly schema: readonly SchemaStep[];
  readonly log?: Log | undefined;
}): Promise<void> => {
  const { connection, log } = o;
  const policy = await policyOf(connection);
  if (policy === null) log?.warn('redis.eviction-unknown', { name: 'maxmemory-policy' });
  else if (policy !== 'noeviction') throw evicts(policy);
  await sayDurability(connection, log);
  await bringUp({ connection, keys: o.keys, steps: o.schema });
};
