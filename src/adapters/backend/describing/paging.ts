/** What a description says of a list that comes in pages: how the next one is asked for, and how it is known that there is one. */
import { z } from 'zod';
import { taken } from './fields.ts';

const MOST_PAGES = 20;
const MOST_SIZE = 1_000;

const parameter = z
  .string()
  .regex(
    /^[$A-Za-z][A-Za-z0-9_.[\]-]{0,63}$/,
    'must be the name of a parameter of the query: letters, digits, dots, dashes, underscores or brackets',
  );

const pages = z
  .strictObject({
    cursor: parameter.optional().describe('The parameter that is given what the page before says the next one is.'),
    next: taken.optional().describe('Of a cursor: where it stands in the response. None there: it was the last page.'),
    link: taken
      .optional()
      .describe(
        "Of a cursor: where the address of the next page stands. Only the parameter is taken out of it; what is called is the description's own address.",
      ),
    offset: parameter.optional().describe('The parameter that says how many records come before the page.'),
    number: parameter.optional().describe('The parameter that numbers the pages.'),
    first: z
      .int()
      .min(0)
      .max(1)
      .optional()
      .describe('What the first page is asked with: of an offset 0 unless said (SCIM: 1), of a number 1.'),
    size: z
      .union([z.int().min(1).max(MOST_SIZE), parameter])
      .optional()
      .describe(
        'Of an offset or a number: how many records a page holds, or the parameter of query that says so. Left out: as many as came, where total or more says whether there is another.',
      ),
    id: taken
      .optional()
      .describe(
        'Where each record says which it is. One that came before is left out: lists change while they are read. It is not told.',
      ),
    most: z
      .int()
      .min(1)
      .max(MOST_PAGES)
      .default(5)
      .describe('Pages that are read for one answer. Where there are more, the answer says so.'),
  })
  .describe('The list comes in pages, and all of them are read.');

/** Keys of an operation that is a list. */
export const paging = {
  pages: pages.optional(),
  more: taken
    .optional()
    .describe(
      'Where the response says that there is more than it holds: anything but false, 0, null and what is empty. With pages, whether there is another.',
    ),
  total: z
    .union([
      taken,
      z.strictObject({
        header: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header'),
      }),
    ])
    .optional()
    .describe('Where the response says how many records there are in all, or the header that does.'),
};

export type PagesShape = z.infer<typeof pages>;
