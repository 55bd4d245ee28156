/** What an intent wants to know besides whom it is about, as a topic's file says it; and what is wrong with that. */
import { z } from 'zod';
import { isTime } from '../core/slot-types.ts';
import type { Intent, Slot } from '../core/types.ts';
import { inEach, line } from './texts.ts';

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** A number that is asked for is small; a backend that counts in millions names its things otherwise. */
const LARGEST = 999_999_999;

const choice = z.strictObject({
  title: inEach(line(60)).describe('As a button says it.'),
  en: z.array(line(60)).max(50).default([]).describe('How people call it, besides its title.'),
  de: z.array(line(60)).max(50).default([]),
  fr: z.array(line(60)).max(50).default([]),
  es: z.array(line(60)).max(50).default([]),
});

const slot = z.strictObject({
  type: z
    .enum(['month', 'year', 'date', 'period', 'choice', 'number'])
    .describe('What fills it: a time (month, year, date, period: first and last day), one of the choices, a number.'),
  looks: z
    .enum(['back', 'ahead'])
    .optional()
    .describe('Of a time: which October is meant. back: the last one; ahead: the next.'),
  required: z.boolean().default(false).describe('Asked for where it was not said.'),
  ask: inEach(line(200)).describe('Asks for it, where it is needed or what was said is unclear.'),
  choices: z
    .record(z.string().regex(NAME, 'A choice is lower-case letters, digits and hyphens, at most 32.'), choice)
    .optional(),
  min: z.int().min(0).max(LARGEST).optional(),
  max: z.int().min(0).max(LARGEST).optional(),
});

/** At most so many: nobody answers a form in a chat. */
const MOST_SLOTS = 5;

export const slotsShape = z
  .record(z.string().regex(NAME, 'A slot is lower-case letters, digits and hyphens, at most 32.'), slot)
  .refine((all) => Object.keys(all).length <= MOST_SLOTS, `There are more than ${MOST_SLOTS} slots.`);

export type SlotsRead = z.infer<typeof slotsShape>;

export const asSlots = (read: SlotsRead): readonly Slot[] =>
  Object.entries(read).map(([name, it]) => ({
    name,
    type: it.type,
    looks: it.looks ?? 'back',
    required: it.required,
    ask: it.ask,
    choices: Object.entries(it.choices ?? {}).map(([id, { title, ...called }]) => ({ id, title, called })),
    min: it.min ?? 0,
    max: it.max ?? LARGEST,
  }));

type Found = (path: readonly PropertyKey[], what: string, mend: string) => void;

/** As a text is compared with it: without case and marks. */
const phraseWords = (phrase: string): readonly string[] =>
  phrase
    .normalize('NFKC')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/\p{L}+|\d+/gu) ?? [];

/** What is wrong with an intent's slots, beyond their shape. `read`: as the file has them. */
export const checkSlots = (intent: Intent, read: SlotsRead, found: Found): void => {
  const slots = intent.slots ?? [];
  const at = (name: string, ...more: readonly string[]): readonly string[] => [
    'intents',
    intent.id,
    'slots',
    name,
    ...more,
  ];
  if (slots.length > 0 && intent.operation === null) {
    const mend = 'Name an operation, or remove the slots.';
    found(
      ['intents', intent.id, 'slots'],
      'An intent without an operation reads nothing that a slot could choose.',
      mend,
    );
  }
  for (const [kind, same] of [
    ['time', slots.filter(isTime)],
    ['number', slots.filter(({ type }) => type === 'number')],
  ] as const) {
    const [, second] = same;
    if (second !== undefined)
      found(
        at(second.name),
        `Two slots are filled by a ${kind}, and a text would fill both with the same.`,
        'Keep one.',
      );
  }
  for (const it of slots) {
    const written = read[it.name];
    if (it.type === 'choice' ? it.choices.length < 2 : it.choices.length > 0)
      found(
        at(it.name, 'choices'),
        `A slot of the type "${it.type}" has ${it.choices.length} choices.`,
        'Give choices to the type choice alone, two at least.',
      );
    if (it.type !== 'number' && (written?.min !== undefined || written?.max !== undefined))
      found(at(it.name), 'Only a number has bounds (min, max).', 'Remove them.');
    if (it.min > it.max)
      found(at(it.name, 'max'), 'The largest number is smaller than the smallest.', 'Exchange them.');
    if (!isTime(it) && written?.looks !== undefined)
      found(at(it.name, 'looks'), 'Only a time looks back or ahead.', 'Remove it.');
    checkChoices(it, at, found);
  }
};

/** A word that stands for two choices of one slot would leave open which. */
const checkChoices = (
  it: Slot,
  at: (name: string, ...more: readonly string[]) => readonly string[],
  found: Found,
): void => {
  const owners = new Map<string, string>();
  for (const { id, title, called } of it.choices) {
    for (const phrase of [title.en, title.de, ...Object.values(called).flat()]) {
      const key = phraseWords(phrase).join(' ');
      const owner = owners.get(key);
      if (key === '') found(at(it.name, 'choices', id), `"${phrase}" has no letter or figure.`, 'Write words.');
      else if (owner !== undefined && owner !== id)
        found(at(it.name, 'choices', id), `"${phrase}" stands for "${owner}" too.`, 'Keep it in one place.');
      owners.set(key, id);
    }
  }
};
