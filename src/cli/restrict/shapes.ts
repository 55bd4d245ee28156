/** What the running Sotto answers to `sotto restrict`. */
import { z } from 'zod';

const perLocale = z.object({ en: z.string(), de: z.string() });

export const draftShape = z.object({
  id: z.string(),
  hash: z.string(),
  weaker: z.boolean(),
  sentence: perLocale,
  reply: perLocale.nullable(),
  difference: z.string(),
  restriction: z.string().nullable(),
});
export type Draft = z.infer<typeof draftShape>;

export const runShape = z.object({ run: z.string() });

export const triedShape = z.object({
  state: z.enum(['running', 'done']),
  of: z.enum(['dry-run', 'reach']),
  percent: z.number(),
  dryRun: z.unknown(),
  reach: z.unknown(),
  says: z.array(z.string()),
});
export type Tried = z.infer<typeof triedShape>;

export const listShape = z.object({
  now: z.number(),
  version: z.number(),
  closed: z.enum(['pack', 'restrictions']).nullable(),
  inForce: z.array(
    z.object({
      restriction: z.looseObject({ id: z.string(), title: z.string(), suspendedUntil: z.string().nullable() }),
      sentence: z.string(),
    }),
  ),
  waiting: z.array(
    z.object({
      id: z.string(),
      hash: z.string(),
      until: z.number(),
      sentence: z.string(),
      by: z.string().nullable(),
      why: z.string(),
    }),
  ),
  templates: z.array(z.object({ id: z.string(), title: z.string() })),
});
export type List = z.infer<typeof listShape>;

export const historyShape = z.object({
  versions: z.array(
    z.object({
      version: z.number(),
      at: z.number(),
      change: z.string(),
      id: z.string().nullable(),
      by: z.string().nullable(),
      approvedBy: z.string().nullable(),
      why: z.string(),
      hash: z.string(),
      sentence: z.string(),
    }),
  ),
});
export type Version = z.infer<typeof historyShape>['versions'][number];
