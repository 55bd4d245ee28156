/** Reads what Redis answers as what it is. Anything else means that somebody else writes there, which is never guessed at. */
import type { z } from 'zod';
import { SottoError } from '../../core/errors.ts';

export const damaged = (): SottoError =>
  new SottoError(
    'store-unavailable',
    'The store holds something unreadable, so nothing was decided on it. Another program may use the same Redis: give Sotto one, or a prefix, of its own.',
  );

export const listOf = (reply: unknown): readonly unknown[] => {
  if (!Array.isArray(reply)) throw damaged();
  return reply;
};

export const textOf = (reply: unknown): string => {
  if (typeof reply !== 'string') throw damaged();
  return reply;
};

export const textOrNull = (reply: unknown): string | null =>
  reply === null || reply === undefined ? null : textOf(reply);

/** Redis sends numbers as numbers or as text, depending on the command. */
export const numberOf = (reply: unknown): number => {
  const value = typeof reply === 'string' && reply !== '' ? Number(reply) : reply;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw damaged();
  return value;
};

export const numberOrNull = (reply: unknown): number | null =>
  reply === null || reply === undefined ? null : numberOf(reply);

/** One of the words that a script may answer. */
export const wordOf = <const W extends string>(reply: unknown, words: readonly W[]): W => {
  const word = words.find((one) => one === reply);
  if (word === undefined) throw damaged();
  return word;
};

/** JSON that we wrote. */
export const jsonOf = <T>(reply: unknown, schema: z.ZodType<T>): T => {
  try {
    return schema.parse(JSON.parse(textOf(reply)));
  } catch {
    // What is wrong with it could quote what it holds.
    throw damaged();
  }
};
