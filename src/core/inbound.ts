/** What was accepted, as it is kept sealed until it is settled, and read again by whoever claims it. */
import { z } from 'zod';
import type { Chore } from './chore-types.ts';
import type { Inbound, Press, Question } from './types.ts';

/** Steps 2 and 3. `unavailable`: it was not taken, and the platform should send it again. Never throws. */
export type Accept = (inbound: Inbound) => Promise<'accepted' | 'repeat' | 'unavailable'>;

const arrived = {
  id: z.string(),
  account: z.strictObject({
    platform: z.enum(['slack', 'teams']),
    tenant: z.string(),
    user: z.string(),
    external: z.boolean(),
  }),
  place: z.strictObject({
    kind: z.enum(['direct', 'group', 'channel', 'shared']),
    channel: z.string(),
    thread: z.string().nullable(),
  }),
  conversation: z.string(),
  at: z.number(),
};

const shape = z.discriminatedUnion('kind', [
  z.strictObject({
    ...arrived,
    kind: z.literal('question'),
    text: z.string(),
    // What an older version left in the queue has none.
    timeZone: z.string().nullable().default(null),
    aside: z.enum(['command', 'form']).exactOptional(),
    file: z.literal(true).exactOptional(),
  }),
  z.strictObject({
    ...arrived,
    kind: z.literal('press'),
    action: z.string(),
    value: z.string(),
    respondTo: z.null(),
    // What an older version left in the queue has none.
    message: z
      .strictObject({ platform: z.enum(['slack', 'teams']), tenant: z.string(), channel: z.string(), id: z.string() })
      .nullable()
      .default(null),
  }),
]);

/** Longer questions are cut: nobody asks one thing in so many characters, and every step is linear in them. */
const MOST_CHARACTERS = 8_000;

/** What of it is kept. `respondTo` is not: it is a short-lived capability, and a press is answered by a message. */
export const kept = (inbound: Question | Press): Question | Press => {
  if (inbound.kind === 'press') return { ...inbound, respondTo: null };
  const { aside, ...question } = inbound;
  return {
    ...question,
    text: inbound.text.slice(0, MOST_CHARACTERS).toWellFormed(),
    timeZone: inbound.timeZone ?? null,
    ...(aside === undefined || aside === null ? {} : { aside }),
  };
};

export const writeInbound = (inbound: Question | Press): string => JSON.stringify(kept(inbound));

const inEach = z.strictObject({ en: z.string(), de: z.string() });
const fieldShape = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), value: z.string() }),
  z.strictObject({ type: z.literal('number'), value: z.number() }),
  z.strictObject({ type: z.literal('date'), value: z.string() }),
  z.strictObject({ type: z.literal('money'), value: z.number(), currency: z.string() }),
  z.strictObject({ type: z.literal('choice'), words: inEach }),
  z.strictObject({ type: z.literal('none') }),
]);

const choreShape = z.discriminatedUnion('kind', [
  z.strictObject({ ...arrived, kind: z.literal('left'), group: z.string().nullable() }),
  z.strictObject({
    ...arrived,
    kind: z.literal('withdrawn'),
    question: z.string(),
    talk: z.string(),
    asked: z.number().nullable(),
    how: z.enum(['edited', 'deleted']),
  }),
  z.strictObject({
    ...arrived,
    kind: z.literal('reported'),
    hook: z.string(),
    person: z.string().nullable(),
    record: z.strictObject({ subject: z.string().nullable(), fields: z.record(z.string(), fieldShape) }),
    hour: z.number().exactOptional(),
  }),
]);

export const isChore = (inbound: Question | Press | Chore): inbound is Chore =>
  inbound.kind === 'left' || inbound.kind === 'withdrawn' || inbound.kind === 'reported';

export const writeChore = (chore: Chore): string => JSON.stringify(chore);

/** Null: it is something else. */
export const parseChore = (json: string): Chore | null => {
  try {
    return choreShape.parse(JSON.parse(json));
  } catch {
    return null;
  }
};

/** Null where it is not one of ours. */
export const parseInbound = (json: string): Question | Press | null => {
  try {
    return shape.parse(JSON.parse(json));
  } catch {
    return null;
  }
};
