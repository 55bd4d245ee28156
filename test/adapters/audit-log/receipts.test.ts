import { describe, expect, it } from '@jest/globals';
import { receiptIn } from '../../../src/adapters/audit-log/receipts.ts';
import { handMade, putJournal, putPublished, textsOf } from './lay-out.ts';
import { decision, newFolder, newKey } from './support.ts';

const { secret } = newKey();

const receipt = {
  kind: 'receipt',
  at: 1,
  order: 'R1',
  target: 'f00d',
  by: 'f00d',
  byName: null,
  removed: 3,
  gone: 2,
  questions: 1,
  transcripts: 1,
  references: 0,
  signIns: 0,
  donations: 0,
  decisions: 4,
  marks: 1,
  names: 1,
  held: 5,
  left: 0,
} as const;

describe('what a log says came of a forgetting', () => {
  it('is the last of that number, published or not, and nothing that is only like it', async () => {
    const folder = await newFolder();
    const entries = [
      decision(0),
      { ...receipt, removed: 1 },
      { ...receipt, order: 'R2' },
      { ...receipt, removed: 2 },
      { ...receipt, removed: 'many' },
      { ...receipt, kind: 'order', removed: 9 },
    ];
    const log = handMade({ origin: 'one', key: secret.current, texts: textsOf(entries) });
    putPublished(folder, log, 2);
    expect(await receiptIn({ folder, number: 'R1' })).toEqual({ ...receipt, removed: 1 });
    putJournal(folder, log, 2, entries.length);
    expect(await receiptIn({ folder, number: 'R1' })).toEqual({ ...receipt, removed: 2 });
    expect(await receiptIn({ folder, number: 'R3' })).toBeNull();
    await expect(receiptIn({ folder: await newFolder(), number: 'R1' })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
