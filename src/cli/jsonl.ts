/** JSONL in, JSONL out: one line for each line read, in order. A bad line is answered with `{"error"}` and remembered in the status. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import type { Status } from '../cli.ts';
import { safely } from '../core/safely.ts';

/** A line longer than this is refused; no command takes a text near it. */
const MOST_CHARACTERS = 1_000_000;

export const eachLine = async <T>(o: {
  readonly input: Readable;
  readonly output: Writable;
  readonly schema: z.ZodType<T>;
  readonly answer: (line: T) => unknown;
}): Promise<Status> => {
  let status: Status = 0;
  for await (const line of createInterface({ input: o.input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    let answer: unknown;
    try {
      if (line.length > MOST_CHARACTERS)
        throw new Error(`the line has ${line.length} characters, more than ${MOST_CHARACTERS}`);
      const parsed = safely(o.schema, JSON.parse(line));
      if (!parsed.success) {
        throw new Error(
          parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'line'}: ${message}`).join('; '),
        );
      }
      answer = await o.answer(parsed.data);
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) };
      status = 2;
    }
    o.output.write(`${JSON.stringify(answer)}\n`);
  }
  return status;
};
