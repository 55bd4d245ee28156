/**
 * The layout of the keys, as a list of steps that is only ever added to: step n brings a Redis from version n-1 to n. A program
 * knows the versions up to the length of its list. Two numbers stand in Redis: the version that was reached, and the oldest that a
 * program must know to run on it, so that processes can be replaced one after the other wherever the step allows it.
 */
import { SottoError } from '../../core/errors.ts';
import { type Connection, draining } from './connection.ts';
import type { Keys } from './keys.ts';
import { listOf, numberOf, wordOf } from './replies.ts';

export interface SchemaStep {
  /**
   * The oldest version that a program must know to run beside this step. Its own version: older programs would misread what is
   * there, so it is only taken while none of them runs. An earlier one: what it adds, older programs neither see nor harm.
   */
  readonly needs: number;
  /** May be run again, also by two at once and while older programs work: it adds what is missing and finds what is there. */
  bring(o: { readonly connection: Connection; readonly keys: Keys }): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

export const schemaSteps: readonly SchemaStep[] = [
  { needs: 1, bring: nothing },
  // Removals lie in small buckets, where version 1 would not look; what that wrote is brought over as it is found (`adopting.ts`).
  { needs: 2, bring: nothing },
  // What is sealed is bound to its record, and hashed by a key of the store's own: version 2 would open and find none of it.
  { needs: 3, bring: nothing },
  // Restrictions say more than version 3 reads, and it would put them back without: it must not run beside.
  { needs: 4, bring: nothing },
  // Donated phrases have keys of their own, which version 4 neither sees nor harms.
  { needs: 4, bring: nothing },
  // Marks of who was told what is told once have a key of their own as well.
  { needs: 4, bring: nothing },
  // So have installations.
  { needs: 4, bring: nothing },
  // And sign-ins, sealed. Those of an older version, which only the playground gave, go by themselves.
  { needs: 4, bring: nothing },
  // And keys of people's names.
  { needs: 4, bring: nothing },
  // And that somebody was looked at.
  { needs: 4, bring: nothing },
  // And what became of writes to systems of record.
  { needs: 4, bring: nothing },
];

/**
 * schema reached origins · version needs. Nothing is written where it refuses. By Redis's own clock, for those who hold audit logs may
 * differ in theirs by seconds and hold them for a minute.
 */
const begin = draining(`
local version, wanted = tonumber(ARGV[1]), tonumber(ARGV[2])
local needs = tonumber(redis.call('GET', KEYS[1]))
if needs and needs > version then return {'newer', needs} end
if not needs then
  redis.call('SET', KEYS[1], wanted)
  redis.call('SET', KEYS[2], version)
  return {'ready', version}
end
if wanted > needs then
  local now = tonumber(redis.call('TIME')[1]) * 1000
  local running = 0
  for _, slot in ipairs(redis.call('HVALS', KEYS[3])) do
    if tonumber(string.match(slot, '^(%d+)|') or '0') > now then running = running + 1 end
  end
  if running > 0 then return {'running', running} end
  redis.call('SET', KEYS[1], wanted)
end
return {'ready', tonumber(redis.call('GET', KEYS[2])) or needs}
`);

/** reached · version. It only rises: whoever was slower knows less. */
const reach = draining(`
if ARGV[1] + 0 > tonumber(redis.call('GET', KEYS[1]) or '0') then redis.call('SET', KEYS[1], ARGV[1]) end
return 'reached'
`);

const newer = (needs: number, version: number): SottoError =>
  new SottoError(
    'store-newer',
    `The store in Redis can be used by programs that know its schema from version ${needs} on; this one knows up to ${version}. It was left as it is. ` +
      'Run the newer version of Sotto that wrote it, or restore a backup from before the upgrade.',
  );

export const becameNewer = (version: number): SottoError =>
  new SottoError(
    'store-newer',
    `The store in Redis became too new for this program, which knows its schema up to version ${version}, while it started. Nothing was changed by it. Run the newer version.`,
  );

const running = (count: number, version: number): SottoError =>
  new SottoError(
    'store-in-use',
    `Schema version ${version} of the store in Redis is not for the programs that run on it now (${count}): they would misread it. It was left as it is. ` +
      'Stop them all, then start this one. One that was killed counts for a minute still.',
  );

/** Where the oldest version stands that a program must know. */
export const needsKey = (keys: Keys): string => keys.all('schema');

/** Refuses with `store-newer` or `store-in-use`, and then nothing was changed. */
export const bringUp = async (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly steps: readonly SchemaStep[];
}): Promise<void> => {
  const { connection, keys, steps } = o;
  const version = steps.length;
  const needs = Math.max(...steps.map((step) => step.needs));
  const [how, count] = listOf(
    await connection.run(begin, {
      what: 'read its version',
      keys: [needsKey(keys), keys.all('schema-reached'), keys.all('origins')],
      args: [version, needs],
    }),
  );
  const number = numberOf(count);
  switch (wordOf(how, ['newer', 'running', 'ready'])) {
    case 'newer':
      throw newer(number, version);
    case 'running':
      throw running(number, version);
    case 'ready':
      if (number >= version) return;
      for (const step of steps.slice(number)) await step.bring({ connection, keys });
      await connection.run(reach, { what: 'note its version', keys: [keys.all('schema-reached')], args: [version] });
  }
};
