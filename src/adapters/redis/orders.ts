/**
 * Orders of the operators. An order is the hash `order:ID`; `orders` has the ids by when each is forgotten (a confirmed one: never,
 * until it is done), `ordered` the confirmed ones by when they can be claimed, `turn` the last turn that was given. There are few, so every change first forgets what has had its time.
 */
import type { ClaimedOrder, KeptOrder, Orders } from '../../core/ports.ts';
import { MOST_ORDERS, MOST_WAITING_ORDERS, storedConfirmations, whole } from '../../core/stored.ts';
import { createTokens } from './claims.ts';
import { type Connection, draining, type Script } from './connection.ts';
import { type Keys, nameOf } from './keys.ts';
import { jsonOf, listOf, numberOf, numberOrNull, textOf, textOrNull, wordOf } from './replies.ts';
import { NEXT } from './restrictions.ts';

/** orders ordered turn · base now … */
const SWEEP = `
local base, now = ARGV[1], tonumber(ARGV[2])
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('DEL', base .. name)
  redis.call('ZREM', KEYS[1], name)
end
local function waits(name)
  local f = redis.call('HMGET', base .. name, 'state', 'till')
  return f[1] == 'waiting' and tonumber(f[2]) > now
end
local function order(name)
  local f = redis.call('HMGET', base .. name, 'id', 'state', 'body', 'needed', 'confirmations', 'till', 'receipt', 'attempts', 'lease', 'turn')
  return f
end
`;

/** … name most mostWaiting keepUntil, then the fields */
const place = draining(`${SWEEP}
local name, most, mostWaiting, keep = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local waiting = 0
for _, one in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if waits(one) then waiting = waiting + 1 end
end
if redis.call('ZCARD', KEYS[1]) >= most or waiting >= mostWaiting then return 'full' end
redis.call('HSET', base .. name, 'state', 'waiting', 'confirmations', '[]', 'attempts', '0', unpack(ARGV, 7))
redis.call('ZADD', KEYS[1], keep, name)
return 'placed'
`);

const all = draining(`${SWEEP}
local kept = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do kept[#kept + 1] = order(name) end
return kept
`);

/** … name */
const findOne = draining(`${SWEEP}
if redis.call('EXISTS', base .. ARGV[3]) == 0 then return {} end
return {order(ARGV[3])}
`);

/** … name before after complete. \`before\`: the confirmations as they were read. */
const confirm = draining(`${SWEEP}${NEXT}
local name, before, after, complete = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if not waits(name) then return 'gone' end
if redis.call('HGET', base .. name, 'confirmations') ~= before then return 'changed' end
redis.call('HSET', base .. name, 'confirmations', after)
if complete == '0' then return 'more' end
redis.call('HSET', base .. name, 'state', 'confirmed', 'turn', nextVersion(KEYS[3]))
redis.call('ZADD', KEYS[1], '+inf', name)
redis.call('ZADD', KEYS[2], now, name)
return 'confirmed'
`);

/** … name */
const burn = draining(`${SWEEP}
if not waits(ARGV[3]) then return 'gone' end
redis.call('HSET', base .. ARGV[3], 'state', 'burnt')
return 'burnt'
`);

/** … until limit token */
const claim = draining(`${SWEEP}
local till, limit, token = ARGV[3], ARGV[4], ARGV[5]
local claims = {}
for i, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, limit)) do
  redis.call('HINCRBY', base .. name, 'attempts', 1)
  redis.call('HSET', base .. name, 'lease', token .. '.' .. i)
  redis.call('ZADD', KEYS[2], till, name)
  claims[#claims + 1] = order(name)
end
return claims
`);

const OURS = `
if redis.call('HGET', base .. ARGV[3], 'lease') ~= ARGV[4] then return 'lost' end
`;

/** … name token until */
const renew = draining(`${SWEEP}${OURS}
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[3])
return 'renewed'
`);

/** … name token receipt keepUntil */
const finish = draining(`${SWEEP}${OURS}
redis.call('HDEL', base .. ARGV[3], 'lease')
redis.call('HSET', base .. ARGV[3], 'state', 'done', 'receipt', ARGV[5])
redis.call('ZREM', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[1], ARGV[6], ARGV[3])
return 'finished'
`);

const STATES = ['waiting', 'confirmed', 'done', 'burnt'] as const;

const claimedOf = (row: unknown): ClaimedOrder => {
  const [id, state, body, needed, confirmations, until, receipt, attempts, lease, turn] = listOf(row);
  return {
    id: textOf(id),
    state: wordOf(state, STATES),
    body: textOf(body),
    needed: numberOf(needed),
    confirmations: jsonOf(confirmations, storedConfirmations),
    until: numberOf(until),
    receipt: textOrNull(receipt),
    attempts: numberOf(attempts),
    lease: textOrNull(lease) ?? '',
    turn: numberOrNull(turn) ?? 0,
  };
};

const orderOf = (row: unknown): KeptOrder => {
  const { attempts: _attempts, lease: _lease, turn: _turn, ...order } = claimedOf(row);
  return order;
};

/** Operators who confirm one order in the same moment. */
const MOST_TRIES = 20;

export const createOrders = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly process: string | undefined;
}): Orders => {
  const { connection } = o;
  const newToken = createTokens(o.process);
  const keys = [o.keys.all('orders'), o.keys.all('ordered'), o.keys.all('turn')];
  const base = o.keys.all('order:');
  const run = (call: Script, what: string, now: number, args: readonly (string | number)[]) =>
    connection.run(call, { what, keys, args: [base, whole(now), ...args] });

  const find: Orders['find'] = async ({ id, now }) => {
    const [row] = listOf(await run(findOne, 'find an order', now, [nameOf(id)]));
    return row === undefined ? null : orderOf(row);
  };

  return {
    place: async ({ id, body, needed, now, until, keepUntil }) => {
      const fields = ['id', id, 'body', body, 'needed', needed, 'till', whole(until)];
      const args = [nameOf(id), MOST_ORDERS, MOST_WAITING_ORDERS, whole(keepUntil), ...fields];
      return wordOf(await run(place, 'keep an order', now, args), ['placed', 'full']);
    },
    all: async ({ now }) => listOf(await run(all, 'read the orders', now, [])).map(orderOf),
    find,
    confirm: async ({ id, confirmation, now }) => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const order = await find({ id, now });
        if (order === null || order.state !== 'waiting' || order.until <= now) return 'gone';
        if (order.confirmations.some(({ person }) => person === confirmation.person)) return 'repeat';
        const after = [...order.confirmations, { ...confirmation, at: whole(confirmation.at) }];
        const complete = after.length < order.needed ? '0' : '1';
        const args = [nameOf(id), JSON.stringify(order.confirmations), JSON.stringify(after), complete];
        const said = await run(confirm, 'confirm an order', now, args);
        const word = wordOf(said, ['gone', 'changed', 'more', 'confirmed']);
        if (word !== 'changed') return word;
      }
      return 'gone';
    },
    burn: async ({ id, now }) => wordOf(await run(burn, 'burn a code', now, [nameOf(id)]), ['burnt', 'gone']),
    claim: async ({ now, leaseMs, limit }) =>
      listOf(await run(claim, 'claim orders', now, [whole(now + leaseMs), limit, newToken()])).map(claimedOf),
    renew: async ({ id, lease, until }) =>
      wordOf(await run(renew, 'keep an order', 0, [nameOf(id), lease, whole(until)]), ['renewed', 'lost']),
    finish: async ({ id, lease, receipt, keepUntil, now }) => {
      const args = [nameOf(id), lease, receipt, whole(keepUntil)];
      return wordOf(await run(finish, 'end an order', now, args), ['finished', 'lost']);
    },
  };
};
