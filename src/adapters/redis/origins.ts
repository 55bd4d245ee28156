/**
 * Which audit logs there must be and how long at least, so that one that is gone or cut is noticed; and who writes each. One hash:
 * name -> `leasedUntil|size|holder|home`. A slot is chosen here and taken only if it still stands as it was read.
 */
import { SottoError } from '../../core/errors.ts';
import type { Origin, Origins } from '../../core/ports.ts';
import { lostHome, packParts, slotFor, unpackParts, whole } from '../../core/stored.ts';
import { type Connection, draining } from './connection.ts';
import { type Keys, nameOf } from './keys.ts';
import { listOf, numberOf, textOf, wordOf } from './replies.ts';
import { becameNewer, needsKey } from './schema.ts';

/** More processes than this do not start in the same moment. */
const MOST_TRIES = 200;

/** origins schema · origin before after version. Puts it as it is after. Looks once more: the store may have become another's since this program opened it. */
const take = draining(`
if tonumber(redis.call('GET', KEYS[2]) or '0') > tonumber(ARGV[4]) then return 'newer' end
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 'changed' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'taken'
`);

const PARTS = `
local till, size, holder, home =
  string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+)|(%d+)|([^|]*)|([^|]*)$')
if not till then return 'lost' end
local function put(...) redis.call('HSET', KEYS[1], ARGV[1], table.concat({...}, '|')) end
`;

/** origins schema · origin holder until version. Nobody holds what was let go of, or may hold anything where the store has become too new. */
const renew = draining(`${PARTS}
if tonumber(redis.call('GET', KEYS[2]) or '0') > tonumber(ARGV[4]) then return 'lost' end
if holder == '' or holder ~= ARGV[2] then return 'lost' end
put(ARGV[3], size, holder, home)
return 'renewed'
`);

/** origins · origin holder */
const release = draining(`${PARTS}
if holder == ARGV[2] then put('0', size, '', home) end
return 'released'
`);

/** origins · origin size */
const register = draining(`${PARTS}
if tonumber(ARGV[2]) > tonumber(size) then put(till, ARGV[2], holder, home) end
return 'registered'
`);

/** As it stands on record, and as it is read. */
interface Kept {
  readonly text: string;
  readonly origin: Origin;
}

const keptOf = (origin: string, text: string): Kept => {
  const [until, size, , home = ''] = unpackParts(text);
  return { text, origin: { origin, size: numberOf(size), home, leasedUntil: numberOf(until) } };
};

export const createOrigins = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  /** Of the schema, as this program knows it. */
  readonly version: number;
}): Origins => {
  const { connection } = o;
  const keys = [o.keys.all('origins')] as const;
  const withSchema = [...keys, needsKey(o.keys)] as const;

  const read = async (): Promise<readonly Kept[]> => {
    const flat = listOf(await connection.ask('list the audit logs', 'HGETALL', keys[0])).map(textOf);
    const kept = flat.flatMap((name, at) => (at % 2 === 0 ? [keptOf(name, flat[at + 1] ?? '')] : []));
    return kept.toSorted((a, b) => (a.origin.origin < b.origin.origin ? -1 : 1));
  };

  return {
    lease: async ({ home, holder, now, leaseMs, except }) => {
      const leasedUntil = whole(now + leaseMs);
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const kept = await read();
        const origin = slotFor({ origins: kept.map((one) => one.origin), home, now, except });
        const before = kept.find((one) => one.origin.origin === origin);
        const size = before?.origin.size ?? 0;
        const after = packParts([`${leasedUntil}`, `${size}`, holder, home]);
        const args = [origin, before?.text ?? '', after, o.version];
        const reply = await connection.run(take, { what: 'lease an audit log', keys: withSchema, args });
        const taken = wordOf(reply, ['taken', 'changed', 'newer']);
        if (taken === 'newer') throw becameNewer(o.version);
        if (taken === 'taken') return { origin, size, home, leasedUntil };
      }
      throw new SottoError(
        'store-unavailable',
        'The store could not lease an audit log: too many start at once. Try again.',
      );
    },
    renew: async ({ origin, holder, now, leaseMs }) => {
      const args = [origin, nameOf(holder), whole(now + leaseMs), o.version];
      const reply = await connection.run(renew, { what: 'keep an audit log', keys: withSchema, args });
      return wordOf(reply, ['renewed', 'lost']);
    },
    release: async ({ origin, holder }) => {
      await connection.run(release, { what: 'let go of an audit log', keys, args: [origin, nameOf(holder)] });
    },
    register: async ({ origin, size }) => {
      await connection.run(register, { what: 'register an audit log', keys, args: [origin, whole(size)] });
    },
    lose: async ({ origin, now }) => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const before = (await read()).find((one) => one.origin.origin === origin);
        if (before === undefined) return 'unknown';
        const { size, home, leasedUntil } = before.origin;
        if (leasedUntil > now) return 'held';
        const after = packParts(['0', `${size}`, '', lostHome(home)]);
        const args = [origin, before.text, after, o.version];
        const reply = await connection.run(take, {
          what: 'put on record that an audit log is lost',
          keys: withSchema,
          args,
        });
        const taken = wordOf(reply, ['taken', 'changed', 'newer']);
        if (taken === 'newer') throw becameNewer(o.version);
        if (taken === 'taken') return 'lost';
      }
      throw new SottoError(
        'store-unavailable',
        'The store could not put on record that an audit log is lost. Try again.',
      );
    },
    all: async () => (await read()).map(({ origin }) => origin),
  };
};
