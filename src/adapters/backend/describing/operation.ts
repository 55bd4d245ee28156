/** What a description says of one operation: how it is called, with what, what data it is, and what comes of it. */
import { z } from 'zod';
import { fields, saying, taken } from './fields.ts';
import { paging } from './paging.ts';
import { type Place, placesOf, readTemplate, type Template } from './template.ts';
import { dataClass, dotted, inEach, plainName } from './texts.ts';

/** Only these may stand in a path; nothing that a person wrote ever does. A slot's value is a date, a number or an id of the pack. */
const path = z
  .string()
  .max(500)
  .regex(
    /^(?:\/(?:[A-Za-z0-9_~$-][A-Za-z0-9._~$-]*|\{subject\}|\{asker\}|\{slot\.[a-z][a-z0-9-]{0,31}(?:\.(?:from|to))?\}|\{result\.[A-Za-z][A-Za-z0-9]{0,63}\}))+$/,
    'must begin with / and hold plain segments, {subject}, {asker}, {slot.NAME} or {result.NAME}',
  );

const holds = (places: readonly Place['of'][], message: string, most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => {
      const read = readTemplate(text);
      return read !== null && !read.number && placesOf(read).every(({ of }) => places.includes(of));
    }, message);

/** What is asked besides; left out of the call where a slot in it is empty. */
const query = z
  .record(
    z
      .string()
      .regex(
        /^[$A-Za-z][A-Za-z0-9_.[\]-]{0,63}$/,
        'must be named by letters, digits, dots, dashes, underscores or brackets',
      ),
    holds(
      ['subject', 'asker', 'country', 'locale', 'slot', 'key', 'result'],
      'must be plain text with {slot.NAME}, {slot.NAME.from} and {slot.NAME.to} of a period, {subject}, {asker}, {asker.country}, {asker.locale}, {key} or {result.NAME}',
      500,
    ),
  )
  .refine((all) => Object.keys(all).length <= 10, 'must not be more than ten');

/** They say who we are, where to, or how long: those are ours to say. */
const OURS =
  /^(?:authorization|proxy-.*|host|connection|content-length|content-encoding|transfer-encoding|te|trailer|upgrade|expect|cookie|x-request-id|idempotency-key|accept-encoding|forwarded|x-forwarded-.*)$/;

const headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header')
      .refine((name) => !OURS.test(name.toLowerCase()), 'is a header that Sotto sets itself'),
    z.string().regex(/^[\x20-\x7e]{1,200}$/, 'must be printable ASCII, at most 200 characters'),
  )
  .refine((all) => Object.keys(all).length <= 10, 'must not be more than ten');

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const MOST_DEPTH = 6;

const bodyValue: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z
      .string()
      .max(2_000)
      .refine((text) => readTemplate(text) !== null, 'must be plain text with places, like {subject} or {words.NAME}'),
    z.number().finite(),
    z.boolean(),
    z.null(),
    z.array(bodyValue).max(50),
    z.record(z.string().min(1).max(100), bodyValue),
  ]),
);

const depthOf = (value: Json): number => {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
};

const body = z
  .record(z.string().min(1).max(100), bodyValue)
  .refine((value) => depthOf(value) <= MOST_DEPTH, `must not be nested deeper than ${MOST_DEPTH}`)
  .describe('Sent as JSON. Each text may hold places; {subject:number} is written as a number.');

const write = z
  .strictObject({
    again: z
      .union([
        z.strictObject({ header: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header') }),
        z.strictObject({ find: dotted }),
        z.literal('never'),
      ])
      .describe(
        'What keeps it from being done twice. header: the system takes {key} in this header and does the same key once. find: the key stands in the body, and this operation looks for it by {key} before it is done again. never: where it is not known whether it was done, it is not tried again, and the person is told so.',
      ),
    result: z
      .record(plainName, taken)
      .default({})
      .describe(
        'What is kept of the response, for the operation that takes it back: letters, digits, dots and dashes.',
      ),
    undo: z
      .strictObject({
        operation: dotted,
        minutes: z
          .int()
          .min(1)
          .max(24 * 60),
      })
      .optional()
      .describe('The operation that takes it back, and for how long that is offered.'),
    words: z
      .record(
        plainName,
        z.strictObject({
          label: inEach(80),
          hint: inEach(150).optional(),
          most: z.int().min(1).max(3_000).default(1_000),
          required: z.boolean().default(true),
          lines: z.boolean().default(false),
        }),
      )
      .default({})
      .describe('Texts that the form asks for and that are sent as they were written there.'),
  })
  .describe('It changes something. The person fills in a form or confirms it first, and it is done once.');

export const operation = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path,
  query: query.default({}),
  headers: headers.default({}),
  body: body.optional(),
  reads: z.boolean().default(false).describe('Of a POST that changes nothing, such as a search.'),
  write: write.optional(),
  data: dataClass.describe('The data class that policy must permit, before the call and again for each record.'),
  subject: taken.describe('The field of each record that names whom it is about.'),
  records: taken.optional().describe('Where the list stands, the array itself; without it the answer is one record.'),
  recordsMayLack: z.boolean().default(false).describe('The list may be left out of the response where it is empty.'),
  recordsAbout: z
    .enum(['subject', 'anybody'])
    .optional()
    .describe(
      'Of a list that is asked with {subject}. subject, or left out: its records are about that person, and any other is left out. anybody: they may be about others, as of a list of their team, and policy decides about each.',
    ),
  ...paging,
  one: taken.optional().describe('Where the one record stands in the response; without it the response is the record.'),
  oneMayLack: z
    .boolean()
    .default(false)
    .describe('There may be none, as where somebody is searched for: then there is nothing, and nothing is wrong.'),
  fields,
  retries: z
    .int()
    .min(0)
    .max(3)
    .optional()
    .describe('Of a read: how often it is asked again where the connection broke.'),
  cacheSeconds: z
    .int()
    .min(0)
    .max(3_600)
    .default(0)
    .describe(
      'Kept in memory for so long. Never where a rule has the answer expire, hidden until a press, or redacted.',
    ),
  ...saying,
});

export type OperationShape = z.infer<typeof operation>;

export type { Json };

/** Every place that an operation names, by position. */
export const templatesOf = (
  op: Pick<OperationShape, 'path' | 'query' | 'body'>,
): {
  readonly path: Template;
  readonly query: readonly (readonly [string, Template])[];
  readonly body: readonly Template[];
} => {
  const read = (text: string): Template => readTemplate(text) ?? { parts: [text], number: false };
  const within = (value: Json): readonly Template[] => {
    if (typeof value === 'string') return [read(value)];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(within) : [];
  };
  return {
    path: read(op.path),
    query: Object.entries(op.query).map(([name, text]) => [name, read(text)] as const),
    body: op.body === undefined ? [] : within(op.body),
  };
};
