/** What a description says of a record: its fields and their types, whom it is about, and how it is said. */
import { z } from 'zod';
import { faultOfPath } from './taking.ts';
import { inEach, plainName } from './texts.ts';

/**
 * `text`, `number`, `date` (YYYY-MM-DD), `decimal` (a number that is written as text), `moment` (a date with a time, of which the date is
 * taken), `choice` (a code, said in words by `values`), or `money:FIELD`, where FIELD holds the ISO 4217 code.
 */
const fieldType = z
  .string()
  .regex(
    /^(?:text|number|date|decimal|moment|choice|money:[A-Za-z][A-Za-z0-9]{0,63})$/,
    'must be text, number, date, decimal, moment, choice or money:FIELD',
  );

/** As systems name their fields: with underscores, too. */
const FIELD = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** A plain field name, or a JSONPath (RFC 9535) that begins with $. */
export const taken = z
  .string()
  .min(1)
  .superRefine((value, context) => {
    const fault = value.startsWith('$')
      ? faultOfPath(value)
      : FIELD.test(value)
        ? null
        : 'must be a plain field name, or a JSONPath that begins with $';
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  })
  .describe('A plain field name, or a JSONPath (RFC 9535) that begins with $.');

/** What a text may hold without being a surprise. Whatever else of these is found in a response refuses it (`core/screening.ts`). */
export const HELD = ['iban', 'card', 'national-id', 'secret'] as const;

const field = z
  .strictObject({
    type: fieldType,
    from: taken.optional().describe('Where it stands; left out: the field of this name.'),
    currency: taken
      .optional()
      .describe('Of money: where its ISO 4217 code stands, if not in the field that the type names.'),
    optional: z.boolean().default(false).describe('It may be missing, null or empty; then it is said as "not given".'),
    values: z
      .record(z.string().min(1).max(64), inEach(80))
      .optional()
      .describe('Of a choice: by its code, how it is said.'),
    holds: z.array(z.enum(HELD)).max(HELD.length).default([]).describe('What it may hold without being a surprise.'),
  })
  .superRefine(({ type, values, currency }, context) => {
    if ((type === 'choice') !== (values !== undefined))
      context.addIssue({
        code: 'custom',
        path: ['values'],
        message: 'must be given for a choice, and for nothing else',
      });
    if (currency !== undefined && !type.startsWith('money:'))
      context.addIssue({ code: 'custom', path: ['currency'], message: 'belongs to money alone' });
  });

export const fields = z
  .record(plainName, z.union([fieldType, field]))
  .refine((all) => Object.keys(all).length <= 50, 'must not be more than fifty')
  .describe('All that is taken of a record. What is not named here never leaves the response.');

/** How it is said where the intent itself says nothing. `{field}` names a field of the record. */
export const saying = {
  say: inEach(1_500).optional().describe('The answer to the person it is about. {field} names a field.'),
  sayOf: inEach(1_500).optional().describe('The answer about somebody else; {name} is theirs.'),
  each: inEach(300).optional().describe('One line for each record of a list.'),
  none: inEach(500).optional().describe('Said where there is nothing.'),
  card: z
    .strictObject({
      title: inEach(150).optional(),
      facts: z
        .array(z.strictObject({ label: inEach(80), field: plainName }))
        .min(1)
        .max(10)
        .describe('Below the text, a label and a field each.'),
    })
    .optional()
    .describe('The facts of one record, laid out as a card.'),
};
