/** What a log says came of a forgetting, by the number of its receipt. Read only; whether it was altered, `verify` says. */
import { z } from 'zod';
import type { ReceiptEntry } from '../../core/audit.ts';
import { safely } from '../../core/safely.ts';
import { entriesIn, readEntries } from './reader.ts';

const n = z.number();

const shape = z.object({
  kind: z.literal('receipt'),
  at: n,
  order: z.string(),
  target: z.string(),
  by: z.string(),
  byName: z.string().nullable(),
  removed: n,
  gone: n,
  questions: n,
  transcripts: n,
  references: n,
  signIns: n,
  donations: n,
  decisions: n,
  marks: n,
  names: n,
  held: n,
  left: n,
}) satisfies z.ZodType<ReceiptEntry>;

/** The last of that number: an order that was tried again found what was left. Null: there is none. Rejects where the log cannot be read. */
export const receiptIn = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly number: string;
}): Promise<ReceiptEntry | null> => {
  let found: ReceiptEntry | null = null;
  for await (const run of readEntries({ folder: o.folder }))
    for (const { entry } of entriesIn(run)) {
      if (entry['kind'] !== 'receipt' || entry['order'] !== o.number) continue;
      found = safely(shape, entry).data ?? found;
    }
  return found;
};
