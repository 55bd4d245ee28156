/** Shapes of the texts that a pack's files hold. */
import { z } from 'zod';

/** Control characters but the line break, which a longer text may have. */
const CONTROL = /[^\P{Cc}\n]/u;

export const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine(
      (value) => value.isWellFormed() && !CONTROL.test(value),
      'This holds a control character or half a character.',
    )
    .refine((value) => value === value.trim(), 'This begins or ends with white space.');

export const line = (most: number) => text(most).refine((value) => !value.includes('\n'), 'This must be one line.');

/** The word is missing in no language that the bot speaks. */
export const inEach = <T extends z.ZodType>(item: T) => z.strictObject({ en: item, de: item });
