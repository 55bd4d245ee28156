/** The pack that was approved. */
import { z } from 'zod';
import type { Pin, Pins } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import { keptPin, storedPin } from '../../core/stored-restrictions.ts';
import { type Connection, draining } from './connection.ts';
import type { Keys } from './keys.ts';
import { damaged, jsonOf, listOf, numberOf, textOrNull, wordOf } from './replies.ts';

/** pin · expected ('': none), then the fields and values. All of them are there, or none. */
const put = draining(`
if (redis.call('HGET', KEYS[1], 'pack') or '') ~= ARGV[1] then return 'changed' end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 'put'
`);

/** As they stand in \`pin\`, in this order. */
export const PIN_FIELDS = ['pack', 'at', 'by', 'body'] as const;

/** Each field and its value. */
export const pinTexts = (pin: Pin): readonly (readonly [string, string])[] => {
  const { pack, at, by, body } = keptPin(pin);
  const texts = { pack, at: String(at), by: JSON.stringify(by), body };
  return PIN_FIELDS.map((field) => [field, texts[field]]);
};

/** Of the values of `PIN_FIELDS`. */
export const pinOf = (values: unknown): Pin | null => {
  const [pack, at, by, body] = listOf(values);
  if (textOrNull(pack) === null) return null;
  const pin = safely(storedPin, { pack, at: numberOf(at), by: jsonOf(by, z.array(z.string())), body });
  if (!pin.success) throw damaged();
  return pin.data;
};

export const createPins = ({ connection, keys }: { connection: Connection; keys: Keys }): Pins => {
  const key = keys.all('pin');
  return {
    current: async () => pinOf(await connection.ask('read which pack was approved', 'HMGET', key, ...PIN_FIELDS)),
    put: async ({ pin, expected }) => {
      const call = {
        what: 'keep which pack was approved',
        keys: [key],
        args: [expected ?? '', ...pinTexts(pin).flat()],
      };
      return wordOf(await connection.run(put, call), ['put', 'changed']);
    },
  };
};
