/** What the audit logs of a data folder last said of the rules: by it a store that went back, or was changed by another hand, is noticed. */
import { join } from 'node:path';
import { z } from 'zod';
import { newestOf } from '../../adapters/audit-log/newest.ts';
import { begunLogs } from '../../adapters/audit-log/origins.ts';

/** What a process judged by, and was open. */
export interface Mark {
  readonly at: number;
  readonly pack: string;
  readonly policy: string;
  /** Hash of the restrictions alone. */
  readonly restrictions: string;
  readonly version: number;
}

export interface Marks {
  /** The newest of all logs; null: none says so (of before this version, or new). */
  readonly stood: Mark | null;
  /** The newest restrictions that somebody put in force, by their version, and the whole policy that they made; null: none. */
  readonly changed: { readonly version: number; readonly policy: string } | null;
}

const HASH = z.string().min(1).max(128);

const stands = z
  .object({
    kind: z.enum(['start', 'pack']),
    at: z.number(),
    pack: HASH,
    policy: HASH,
    restrictions: HASH,
    restrictionsVersion: z.number().int(),
    closed: z.string().nullable().optional(),
    how: z.string().optional(),
  })
  .transform(({ restrictionsVersion: version, ...rest }) => ({ ...rest, version }));

const change = z.object({ kind: z.literal('restriction'), version: z.number().int(), policy: HASH });

/** What nobody was answered by stood nowhere; and who approves has not opened anything yet. */
const markOf = (entry: unknown): Mark | null => {
  const { data } = stands.safeParse(entry);
  if (data === undefined || (data.closed ?? null) !== null || data.how === 'closed' || data.how === 'approved')
    return null;
  const { at, pack, policy, restrictions, version } = data;
  return { at, pack, policy, restrictions, version };
};

const changeOf = (entry: unknown): Marks['changed'] => {
  const { data } = change.safeParse(entry);
  return data === undefined ? null : { version: data.version, policy: data.policy };
};

/** `folder`: of all logs. Rejects where a log that was begun cannot be read. */
export const readMarks = async (folder: string): Promise<Marks> => {
  let marks: Marks = { stood: null, changed: null };
  for (const origin of await begunLogs(folder)) {
    const of = { folder: join(folder, origin) };
    const stood = await newestOf({ ...of, kinds: ['start', 'pack'], take: markOf });
    const changed = await newestOf({ ...of, kinds: ['restriction'], take: changeOf });
    marks = { stood: newer(marks.stood, stood), changed: later(marks.changed, changed) };
  }
  return marks;
};

const newer = (a: Mark | null, b: Mark | null): Mark | null => {
  if (a === null || b === null) return a ?? b;
  return b.version > a.version || (b.version === a.version && b.at > a.at) ? b : a;
};

const later = (a: Marks['changed'], b: Marks['changed']): Marks['changed'] => {
  if (a === null || b === null) return a ?? b;
  return b.version > a.version ? b : a;
};
