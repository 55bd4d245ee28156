import { z } from 'zod';
import type { Intent, Locale, Sentences, Topic } from '../core/types.ts';
import { DATA_CLASS, GROUP_ID, INTENT_ID, TOPIC_ID } from './names.ts';
import { asSlots, slotsShape } from './slot-shape.ts';
import { inEach, line, text } from './texts.ts';

const sentences = (least: number) => z.array(line(300)).min(least).max(2_000);

/** In the languages that the bot speaks, and in those that it understands and does not speak. */
const understood = (least: Readonly<Record<Locale, number>>) =>
  z.strictObject({
    en: sentences(least.en),
    de: sentences(least.de),
    fr: sentences(0).optional(),
    es: sentences(0).optional(),
  });

const intentEntry = z.strictObject({
  title: inEach(line(80)).describe('What it is about, as a button or a line of help says it.'),
  about: z.enum(['person', 'nobody']).describe("person: reads somebody's data. nobody: the same answer for everyone."),
  operation: z
    .string()
    .regex(INTENT_ID, 'An operation is named like leave.balance.')
    .optional()
    .describe('The backend operation that answers it; left out where the words alone are the answer.'),
  say: inEach(text(1_500))
    .optional()
    .describe(
      'The answer to the person it is about. {field} names a field of the record. Left out where the description of the operation says it.',
    ),
  sayOf: inEach(text(1_500)).optional().describe('The answer about somebody else; {name} is theirs.'),
  each: inEach(line(300)).optional().describe('One line for each record of a list.'),
  none: inEach(text(500)).optional().describe('Said where a list is empty.'),
  form: z
    .strictObject({
      intro: inEach(text(600)),
      submit: inEach(line(24)),
      question: z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'A text of a form is named by letters and digits.')
        .optional()
        .describe(
          'Of the way to a person, which is offered where nothing could be answered: the text of the form that begins with the question.',
        ),
    })
    .optional()
    .describe(
      'Of one whose operation writes: what stands above the form, and on the button that sends it. say is told once it is done.',
    ),
  slots: slotsShape
    .optional()
    .describe('What it wants to know besides whom it is about, by name: a month, a year, one of a few things.'),
  examples: understood({ en: 5, de: 1 }).describe(
    'How people ask it: terse, chatty, misspelt. The recogniser is trained on these.',
  ),
});

/** One file of `intents/`: a topic with all of its intents. */
export const topicFile = z.strictObject({
  topic: z.string().regex(TOPIC_ID, 'A topic is lower-case letters, digits and hyphens, at most 32.'),
  title: inEach(line(80)),
  contact: inEach(line(200)).describe('Whom to ask, said after a refusal.'),
  data: z
    .array(z.string().regex(DATA_CLASS, 'A data class is lower-case letters, digits and hyphens, at most 32.'))
    .max(20)
    .describe('The data classes of the topic: what is read is authorised by these as well.'),
  mostPerMinute: z.int().min(1).max(1_000).default(30).describe('Questions on it that one person may ask in a minute.'),
  guard: understood({ en: 0, de: 0 })
    .optional()
    .describe('Further ways of talking about the topic: they train its guard and no intent.'),
  intents: z.record(z.string(), intentEntry).describe('By id, which begins with the topic: leave.balance.'),
});

/** `background.yaml`: what people say that is about none of the intents. */
export const backgroundFile = understood({ en: 1, de: 1 });

/** `groups.yaml`: groups of the directory that rules may name beside those that every pack has. */
export const groupsFile = z
  .array(z.string().regex(GROUP_ID, 'A group is lower-case letters, digits and hyphens.'))
  .max(200);

export const asSentences = (read: z.infer<typeof backgroundFile>): Sentences => ({
  en: read.en,
  de: read.de,
  fr: read.fr ?? [],
  es: read.es ?? [],
});

export const asTopic = (file: z.infer<typeof topicFile>): Topic => ({
  id: file.topic,
  title: file.title,
  contact: file.contact,
  dataClasses: file.data,
  mostPerMinute: file.mostPerMinute,
  guard: asSentences(file.guard ?? { en: [], de: [] }),
});

const asForm = ({
  question,
  ...form
}: NonNullable<z.infer<typeof intentEntry>['form']>): NonNullable<Intent['form']> =>
  question === undefined ? form : { ...form, question };

export const asIntent = (topic: string, id: string, entry: z.infer<typeof intentEntry>): Intent => ({
  id,
  topic,
  title: entry.title,
  about: entry.about,
  operation: entry.operation ?? null,
  say: entry.say ?? null,
  sayOf: entry.sayOf ?? null,
  each: entry.each ?? null,
  none: entry.none ?? null,
  ...(entry.slots === undefined ? {} : { slots: asSlots(entry.slots) }),
  ...(entry.form === undefined ? {} : { form: asForm(entry.form) }),
  examples: asSentences(entry.examples),
});
