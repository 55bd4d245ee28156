import { z } from 'zod';
import type { Intent, Topic } from '../core/types.ts';
import { DATA_CLASS, INTENT_ID, TOPIC_ID } from './names.ts';

/** Control characters but the line break, which a longer text may have. */
const CONTROL = /[^\P{Cc}\n]/u;

const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine(
      (value) => value.isWellFormed() && !CONTROL.test(value),
      'This holds a control character or half a character.',
    )
    .refine((value) => value === value.trim(), 'This begins or ends with white space.');

const line = (most: number) => text(most).refine((value) => !value.includes('\n'), 'This must be one line.');

/** The word is missing in no language that the bot speaks. */
const inEach = <T extends z.ZodType>(item: T) => z.strictObject({ en: item, de: item });

const sentences = (least: number) => z.array(line(300)).min(least).max(1_000);

const intentEntry = z.strictObject({
  title: inEach(line(80)),
  about: z.enum(['person', 'nobody']),
  operation: z.string().regex(INTENT_ID, 'An operation is named like leave.balance.').optional(),
  say: inEach(text(1_500)),
  sayOf: inEach(text(1_500)).optional(),
  each: inEach(line(300)).optional(),
  none: inEach(text(500)).optional(),
  examples: z.strictObject({ en: sentences(5), de: sentences(1) }),
});

/** One file of `intents/`: a topic with all of its intents. */
export const topicFile = z.strictObject({
  topic: z.string().regex(TOPIC_ID, 'A topic is lower-case letters, digits and hyphens, at most 32.'),
  title: inEach(line(80)),
  contact: inEach(line(200)),
  data: z
    .array(z.string().regex(DATA_CLASS, 'A data class is lower-case letters, digits and hyphens, at most 32.'))
    .max(20),
  /** Questions on it that one person may ask in a minute. */
  mostPerMinute: z.int().min(1).max(1_000).default(30),
  guard: z.strictObject({ en: sentences(0), de: sentences(0) }).optional(),
  intents: z.record(z.string(), intentEntry),
});

/** `background.yaml`: what people say that is about none of the intents. */
export const backgroundFile = z.strictObject({ en: sentences(1), de: sentences(1) });

export const asTopic = (file: z.infer<typeof topicFile>): Topic => ({
  id: file.topic,
  title: file.title,
  contact: file.contact,
  dataClasses: file.data,
  mostPerMinute: file.mostPerMinute,
  guard: file.guard ?? { en: [], de: [] },
});

export const asIntent = (topic: string, id: string, entry: z.infer<typeof intentEntry>): Intent => ({
  id,
  topic,
  title: entry.title,
  about: entry.about,
  operation: entry.operation ?? null,
  say: entry.say,
  sayOf: entry.sayOf ?? null,
  each: entry.each ?? null,
  none: entry.none ?? null,
  examples: entry.examples,
});
