/** What became of each write to a system of record: by when it was begun, whose it is with what is sealed, and how it stands. */
import type { KeptWrite, WriteStands, Writes } from '../../core/ports.ts';
import { packParts, unpackParts, whole } from '../../core/stored.ts';
import { WRITES_MS, WRITES_WITHIN_MS } from '../../core/stored-writes.ts';
import { type Connection, script } from './connection.ts';
import { createDatedRows, MOST_AT_ONCE, ownedBy, splitOwned } from './dated.ts';
import { type Keys, nameOf } from './keys.ts';
import { damaged, listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';

const LETS_GO = `
local function letGo(names)
  for _, name in ipairs(names) do
    redis.call('ZREM', KEYS[1], name)
    redis.call('HDEL', KEYS[2], name)
    redis.call('HDEL', KEYS[3], name)
  end
  return #names
end
`;

/** at kept stands · belt over name at kept stands, then whose, most ('': whatever), an hour ago */
const begin = script(`${LETS_GO}
local belt, over, name, at, kept, stands, whose, most, since = unpack(ARGV)
letGo(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', over))
local stood = redis.call('HGET', KEYS[3], name)
if stood then return {'known', redis.call('ZSCORE', KEYS[1], name), redis.call('HGET', KEYS[2], name), stood} end
if most ~= '' then
  local count = 0
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. since, '+inf')) do
    local text = redis.call('HGET', KEYS[2], other)
    if text and string.sub(text, 1, #whose) == whose then count = count + 1 end
  end
  if count >= tonumber(most) then return {'enough'} end
end
redis.call('ZADD', KEYS[1], at, name)
redis.call('HSET', KEYS[2], name, kept)
redis.call('HSET', KEYS[3], name, stands)
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], belt) end
return {'begun'}
`);

/** at kept stands · name had has put value. What had been said of why does not count. */
const change = script(`
local name, had, has, put, value = unpack(ARGV)
local stood = redis.call('HGET', KEYS[3], name)
if not stood then return 'gone' end
if string.sub(stood, 1, #had) ~= had then return 'changed' end
redis.call('HSET', KEYS[3], name, has)
local kept = redis.call('HGET', KEYS[2], name)
if put == 'put' and kept and string.sub(kept, 1, 1) ~= '|' then redis.call('HSET', KEYS[2], name, string.match(kept, '^[^|]*|') .. value) end
return 'put'
`);

/** at kept stands · name */
const find = script(`
return {redis.call('ZSCORE', KEYS[1], ARGV[1]), redis.call('HGET', KEYS[2], ARGV[1]), redis.call('HGET', KEYS[3], ARGV[1])}
`);

/** at kept stands · cursor count, nobody, then whose */
const forget = script(`
local found = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
local theirs = {}
for i = 4, #ARGV do theirs[ARGV[i]] = true end
local names = 0
for i = 1, #found[2], 2 do
  local whose = string.match(found[2][i + 1], '^([^|]*)|')
  if whose ~= '' and theirs[whose] then
    redis.call('HSET', KEYS[2], found[2][i], ARGV[3])
    names = names + 1
  end
end
return {found[1], names}
`);

/** at kept stands · before limit */
const sweep = script(`${LETS_GO}
return letGo(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2]))
`);

/** What must be the same, and behind it what need not. */
const head = ({ state, tries, triedAt }: WriteStands): string =>
  `${packParts([state, String(whole(tries)), String(whole(triedAt))])}|`;

const packed = (stands: WriteStands): string => head(stands) + packParts([stands.code ?? '']);

const STATES = ['begun', 'done', 'not-done', 'doubt', 'undone'] as const;

const writeOf = (id: string, at: number, kept: string, stands: string): KeptWrite => {
  const [word = '', tries = '', triedAt = '', code = ''] = unpackParts(stands);
  const state = STATES.find((one) => one === word);
  if (state === undefined) throw damaged();
  return { id, at, ...splitOwned(kept), state, tries: numberOf(tries), triedAt: numberOf(triedAt), code: code || null };
};

export const createWrites = ({ connection, keys }: { connection: Connection; keys: Keys }): Writes => {
  const three = [keys.all('writes-at'), keys.all('writes'), keys.all('writes-stand')];
  const rows = createDatedRows({ connection, both: three.slice(0, 2), what: 'writes' });
  const over = (now: number): number => whole(now) - WRITES_MS;

  const found = async (id: string): Promise<KeptWrite | null> => {
    const call = { what: 'look up a write', keys: three, args: [nameOf(id)] };
    const [at, kept, stands] = listOf(await connection.run(find, call)).map(textOrNull);
    if (at === null || at === undefined || !kept || !stands) return null;
    return writeOf(id, numberOf(at), kept, stands);
  };

  return {
    begin: async ({ id, owner, value, most, now }) => {
      const at = whole(now);
      const whose = ownedBy(owner);
      const stands = packed({ state: 'begun', tries: 1, triedAt: at, code: null });
      const args = [WRITES_MS, over(now), nameOf(id), at, whose + value, stands];
      const counted = [whose, most ?? '', at - WRITES_WITHIN_MS];
      const reply = listOf(
        await connection.run(begin, { what: 'begin a write', keys: three, args: [...args, ...counted] }),
      );
      const status = wordOf(reply[0], ['begun', 'enough', 'known']);
      if (status !== 'known') return { status };
      return { status, write: writeOf(id, numberOf(reply[1]), textOf(reply[2]), textOf(reply[3])) };
    },
    change: async ({ id, had, has, value }) => {
      const args = [nameOf(id), head(had), packed(has), value === null ? 'keep' : 'put', value ?? ''];
      const said = await connection.run(change, { what: 'note what became of a write', keys: three, args });
      return wordOf(said, ['put', 'changed', 'gone']);
    },
    find: async ({ id, now }) => {
      const write = await found(id);
      return write !== null && write.at > over(now) ? write : null;
    },
    of: async ({ owners, now }) => {
      const theirs: KeptWrite[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof rows.page>> = await rows.page({
          since: over(now) + 1,
          cursor,
          limit: MOST_AT_ONCE,
        });
        for (const row of page.rows) {
          const write = row.owner !== '' && owners.includes(row.owner) ? await found(row.id) : null;
          if (write !== null) theirs.push(write);
        }
        cursor = page.cursor;
      } while (cursor !== null);
      return theirs.toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
    },
    forget: async ({ owners }) => {
      const whose = owners.filter((owner) => owner !== '').map((owner) => packParts([owner]));
      if (whose.length === 0) return 0;
      let gone = 0;
      for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
        const args = [cursor, MOST_AT_ONCE, ownedBy(''), ...whose];
        const reply = listOf(await connection.run(forget, { what: 'forget writes', keys: three, args }));
        cursor = textOf(reply[0]);
        gone += numberOf(reply[1]);
      }
      return gone;
    },
    sweep: async ({ now }) => {
      let gone = 0;
      for (let last = MOST_AT_ONCE; last === MOST_AT_ONCE; gone += last) {
        const call = { what: 'forget old writes', keys: three, args: [over(now), MOST_AT_ONCE] };
        last = numberOf(await connection.run(sweep, call));
      }
      return gone;
    },
  };
};
