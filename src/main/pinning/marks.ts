/** What the audit logs of a data folder last said of the rules: by it a store that went back, or was changed by another hand, is noticed. */
import { join } from 'node:path';
import { z } from 'zod';
import { newestOf } from '../../adapters/audit-log/newest.ts';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import { safely } from '../../core/safely.ts';

/** What a process judged by, and was open. */
export interface Mark {
  readonly at: number;
  readonly pack: string;
  /** Hash of the restrictions alone. */
  readonly restrictions: string;
  readonly version: number;
}

const HASH = z.string().min(1).max(128);

const shape = z
  .object({
    at: z.number(),
    pack: HASH,
    restrictions: HASH,
    restrictionsVersion: z.number().int(),
    /** Of a start. */
    closed: z.string().nullable().default(null),
    /** Of a pack. */
    how: z.string().default('stands'),
  })
  .transform(({ restrictionsVersion: version, ...rest }) => ({ ...rest, version }));

/** What nobody was answered by stood nowhere; and what was approved has opened nothing yet. */
const markOf = (entry: unknown): Mark | null => {
  const { data } = safely(shape, entry);
  if (data === undefined || data.closed !== null || data.how === 'closed' || data.how === 'approved') return null;
  const { at, pack, restrictions, version } = data;
  return { at, pack, restrictions, version };
};

/** The newest of all logs in the folder; null: none says so (of before this version, or new). Rejects where one that was begun cannot be read. */
export const readMark = async (folder: string): Promise<Mark | null> => {
  let mark: Mark | null = null;
  for (const origin of await begunLogs(folder)) {
    const found = await newestOf({ folder: join(folder, origin), kinds: ['start', 'pack'], take: markOf });
    if (mark === null || (found !== null && isNewer(found, mark))) mark = found;
  }
  return mark;
};

const isNewer = (a: Mark, b: Mark): boolean => a.version > b.version || (a.version === b.version && a.at > b.at);
