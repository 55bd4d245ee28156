/** What stands in a state's body: JSON, a line each, written and read without ever holding all of it. */
import { invalid } from './header.ts';

const PIECE = 64 * 1024;

/** A line is a removal or a reference; what is longer is none of ours. */
const MOST_LINE = 4 << 20;

export async function* writeLines(rows: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const row of rows) {
    text += `${JSON.stringify(row)}\n`;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** Refuses with `backup-invalid` what is no JSON, and a body that does not end with a line feed. */
export async function* readLines(name: string, body: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  const broken = (cause?: unknown) =>
    invalid(
      `The archive ${name} opens, and holds something that this version of Sotto cannot read. Nothing was changed. Restore with the version that made it.`,
      cause,
    );
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  const rowsOf = function* (text: string): Generator<unknown> {
    rest += text;
    let start = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
      const line = rest.slice(start, end);
      start = end + 1;
      yield JSON.parse(line);
    }
    rest = rest.slice(start);
    if (rest.length > MOST_LINE) throw broken();
  };
  try {
    for await (const piece of body) yield* rowsOf(decoder.decode(piece, { stream: true }));
    yield* rowsOf(decoder.decode());
  } catch (error) {
    throw broken(error);
  }
  if (rest !== '') throw broken();
}
