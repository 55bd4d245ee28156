/** What an answer's time may be taken again for, and as which it is read back. */
import { z } from 'zod';
import type { SlotValues } from './types.ts';

export interface MoreTime {
  readonly intent: string;
  /** Directory id of the colleague whom it is about; null: the asker themselves, or nobody. */
  readonly subject: string | null;
  readonly nobody: boolean;
  readonly slots: SlotValues;
  /** The answer's time. */
  readonly seconds: number;
  /** How often it may be taken again. */
  readonly times: number;
}

export const moreShape = z.strictObject({
  intent: z.string(),
  subject: z.string().nullable(),
  nobody: z.boolean(),
  slots: z.record(z.string(), z.string()).default({}),
  seconds: z.int().min(1),
  times: z.int().min(0).max(5),
});
