import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ordersAfter } from '../../../src/adapters/audit-log/orders.ts';
import { handMade, putJournal, putPublished, textsOf } from './lay-out.ts';
import { decision, newFolder, newKey } from './support.ts';

const { secret } = newKey();

const order = { kind: 'order', order: 'o', by: null, question: null, attempt: null };
const restriction = { kind: 'restriction', restriction: 'r', change: 'published', by: 'f', approvedBy: null };

const logOf = async (entries: readonly unknown[], published: number): Promise<string> => {
  const folder = join(await newFolder(), 'one');
  const log = handMade({ origin: 'one', key: secret.current, texts: textsOf(entries) });
  putPublished(folder, log, published);
  putJournal(folder, log, published, entries.length);
  return folder;
};

describe('what was ordered late', () => {
  const entries = [
    { ...restriction, at: 1, version: 6, policy: 'p' },
    { ...restriction, at: 11, version: 5, policy: 'p' },
    { ...restriction, at: 11, change: 'proposed', version: null, policy: null },
    { ...order, at: 9, what: 'pause', change: 'done' },
    { ...order, at: 12, what: 'pause', change: 'placed' },
    { ...order, at: 12, what: 'export', change: 'done' },
    { ...order, at: 13, what: 'resume', change: 'begun' },
    { kind: 'pack', at: 13, how: 'approved' },
    { kind: 'pack', at: 13, how: 'closed' },
    { ...order, at: 14, what: 'forget', change: 'done' },
  ];

  it('is what restricts more than a version, and orders and packs after a time', async () => {
    const folder = await logOf(entries, 7);
    expect(await ordersAfter({ folder, version: 5, from: null, at: 10 })).toEqual([
      { what: 'restriction', at: 1, version: 6 },
      { what: 'resume', at: 13, version: null },
      { what: 'pack', at: 13, version: null },
      { what: 'forget', at: 14, version: null },
    ]);
    expect(await ordersAfter({ folder, version: 6, from: null, at: 14 })).toEqual([]);
  });

  it('is what stands from an entry on, whatever a clock said', async () => {
    const folder = await logOf(entries, 7);
    expect(await ordersAfter({ folder, version: 6, from: 7, at: 99 })).toEqual([
      { what: 'pack', at: 13, version: null },
      { what: 'forget', at: 14, version: null },
    ]);
    expect(await ordersAfter({ folder, version: 6, from: 10, at: 0 })).toEqual([]);
  });

  it('is the last thousand, where there is more, and none where entries say none', async () => {
    const many = Array.from({ length: 1_100 }, (_, at) => ({ ...order, at, what: 'hold', change: 'done' }));
    const found = await ordersAfter({ folder: await logOf(many, 300), version: 0, from: null, at: -1 });
    expect([found.length, found[0]?.at, found.at(-1)?.at]).toEqual([1_000, 100, 1_099]);
    expect(
      await ordersAfter({ folder: await logOf([decision(0), { at: 'x' }, 'x'], 0), version: 0, from: null, at: 0 }),
    ).toEqual([]);
  });

  it('cannot be told where there is no log', async () => {
    await expect(ordersAfter({ folder: await newFolder(), version: 0, from: null, at: 0 })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
