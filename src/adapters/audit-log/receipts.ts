/** What a log says came of a forgetting, by the number of its receipt. Read only; whether it was altered, `verify` says. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ReceiptEntry } from '../../core/audit.ts';
import { LOG_FILE } from './format.ts';
import { scanLines } from './scan.ts';

const n = z.number();

const line = z.object({
  entry: z.object({
    kind: z.literal('receipt'),
    at: n,
    order: z.string(),
    target: z.string(),
    by: z.string(),
    removed: n,
    gone: n,
    questions: n,
    transcripts: n,
    references: n,
    signIns: n,
    donations: n,
    decisions: n,
    marks: n,
    held: n,
    left: n,
  }) satisfies z.ZodType<ReceiptEntry>,
});

const MARK = Buffer.from('"kind":"receipt"');

/** The last of that number: an order that was tried again found what was left. Null: there is none. Rejects where the log cannot be read. */
export const receiptIn = async (o: {
  /** The folder of one log. */
  readonly folder: string;
  readonly number: string;
}): Promise<ReceiptEntry | null> => {
  let found: ReceiptEntry | null = null;
  const handle = await open(join(o.folder, LOG_FILE), 'r');
  try {
    await scanLines({
      read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
      from: 0,
      line: (bytes, start, end) => {
        const text = bytes.subarray(start, end);
        const at = text.indexOf('{');
        if (at < 0 || !text.includes(MARK)) return true;
        const entry = read(text.toString('utf8', at));
        if (entry?.order === o.number) found = entry;
        return true;
      },
    });
  } finally {
    await handle.close();
  }
  return found;
};

const read = (json: string): ReceiptEntry | null => {
  try {
    return line.parse(JSON.parse(json)).entry;
  } catch {
    return null; // A checkpoint, or a line that is just being written.
  }
};
