/** The pack that was approved. */
import type { DatabaseSync } from 'node:sqlite';
import type { Pin, Pins } from '../../core/ports.ts';
import { keptPin, storedPin } from '../../core/stored-restrictions.ts';
import { jsonOf, type Row, textOf } from './rows.ts';
import type { Transactions } from './transactions.ts';

/** For use inside a transaction of somebody else's. */
export interface PinRows {
  current(): Pin | null;
  put(pin: Pin): void;
}

export const createPinRows = (db: DatabaseSync): PinRows => {
  const select = db.prepare('SELECT pack, at, by, body FROM pins');
  const upsert = db.prepare(
    `INSERT INTO pins (one, pack, at, by, body) VALUES (1, ?, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET pack = excluded.pack, at = excluded.at, by = excluded.by, body = excluded.body`,
  );
  return {
    current: () => {
      const row: Row | undefined = select.get();
      return row === undefined ? null : storedPin.parse({ ...row, by: jsonOf(row, 'by'), body: textOf(row, 'body') });
    },
    put: (pin) => {
      const { pack, at, by, body } = keptPin(pin);
      upsert.run(pack, at, JSON.stringify(by), body);
    },
  };
};

export const createPins = (o: { readonly rows: PinRows; readonly transactions: Transactions }): Pins => ({
  current: () => o.transactions.read('read which pack was approved', o.rows.current),
  put: async ({ pin, expected }) => {
    const kept = keptPin(pin);
    return o.transactions.write('keep which pack was approved', () => {
      if ((o.rows.current()?.pack ?? null) !== expected) return 'changed';
      o.rows.put(kept);
      return 'put';
    });
  },
});
