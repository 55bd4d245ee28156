/** What stands in a state's body: JSON, a line each, written and read without ever holding all of it. */
import { invalid } from './header.ts';

const PIECE = 64 * 1024;

/** Characters. The longest is all that stands: a thousand holds, a hundred recalls, every restriction. */
const MOST_LINE = 32 << 20;

/** Refuses with `backup-invalid` a row that is too long to be read again. */
export async function* writeLines(rows: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const row of rows) {
    const line = JSON.stringify(row);
    if (line.length > MOST_LINE)
      throw invalid(`What stands takes more than ${MOST_LINE} characters, so no backup of it was made.`);
    text += `${line}\n`;
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
    // Where a long line goes on it is not looked through from its beginning each time.
    const ends = text.includes('\n');
    rest += text;
    if (rest.length > MOST_LINE + 2 * PIECE) throw broken();
    if (!ends) return;
    let start = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
      const line = rest.slice(start, end);
      start = end + 1;
      yield JSON.parse(line);
    }
    rest = rest.slice(start);
  };
  try {
    for await (const piece of body) yield* rowsOf(decoder.decode(piece, { stream: true }));
    yield* rowsOf(decoder.decode());
  } catch (error) {
    throw broken(error);
  }
  if (rest !== '') throw broken();
}
