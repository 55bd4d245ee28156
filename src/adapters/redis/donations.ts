/** Phrases that their authors gave (`dated.ts`). They are few, and all of them go by themselves once nothing was added for so long. */
import type { Donations } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import {
  DONATED_DAY_MS,
  DONATIONS_MS,
  MOST_DONATIONS,
  MOST_OF_ONE,
  MOST_OF_ONE_A_DAY,
} from '../../core/stored-donations.ts';
import { type Connection, script } from './connection.ts';
import { createDatedRows, LETS_GO, ownedBy } from './dated.ts';
import { type Keys, nameOf } from './keys.ts';
import { wordOf } from './replies.ts';

/** at kept · belt over most name at kept, then a day ago, whose, most of one and of one a day */
const add = script(`${LETS_GO}
letGo(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2]))
if redis.call('HEXISTS', KEYS[2], ARGV[4]) == 1 then return 'kept' end
local all, today = 0, 0
local rows = redis.call('HGETALL', KEYS[2])
for i = 1, #rows, 2 do
  if string.sub(rows[i + 1], 1, #ARGV[8]) == ARGV[8] then
    all = all + 1
    if tonumber(redis.call('ZSCORE', KEYS[1], rows[i]) or '0') > tonumber(ARGV[7]) then today = today + 1 end
  end
end
if all >= tonumber(ARGV[9]) or today >= tonumber(ARGV[10]) then return 'enough' end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 'full' end
redis.call('HSET', KEYS[2], ARGV[4], ARGV[6])
redis.call('ZADD', KEYS[1], ARGV[5], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return 'kept'
`);

/** at kept · name */
const remove = script(`${LETS_GO}
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then return 'gone' end
letGo({ARGV[1]})
return 'removed'
`);

/** What has had its time at `now` came at this moment or before. */
const over = (now: number): number => whole(now) - DONATIONS_MS;

export const createDonations = ({ connection, keys }: { connection: Connection; keys: Keys }): Donations => {
  const both = [keys.all('donations-at'), keys.all('donations')];
  const rows = createDatedRows({ connection, both, what: 'phrases' });
  return {
    add: async ({ id, at, owner, value, now }) => {
      const whose = ownedBy(owner);
      const args = [DONATIONS_MS, over(now), MOST_DONATIONS, nameOf(id), whole(at), whose + value];
      const ofOne = [whole(now) - DONATED_DAY_MS, whose, MOST_OF_ONE, MOST_OF_ONE_A_DAY];
      const said = await connection.run(add, { what: 'keep a phrase', keys: both, args: [...args, ...ofOne] });
      return wordOf(said, ['kept', 'enough', 'full']);
    },
    scan: async ({ now, ...page }) => {
      const { rows: donations, cursor } = await rows.page({ since: over(now) + 1, ...page });
      return { donations, cursor };
    },
    remove: async ({ id }) =>
      wordOf(await connection.run(remove, { what: 'shred a phrase', keys: both, args: [nameOf(id)] }), [
        'removed',
        'gone',
      ]),
    forget: ({ owners }) => rows.forget(owners),
    sweep: ({ now }) => rows.sweep({ before: over(now) + 1, limit: MOST_DONATIONS }),
  };
};
