/** Reading page by page, with an end. */
import { SottoError } from './errors.ts';

/** Far beyond what a store holds; a scan that goes on has lost its way. */
const MOST_PAGES = 20_000;

/** All that the pages hold, one after another. Refuses with code `deadline` a scan that has no end. */
export async function* pagesOf<T>(
  read: (cursor: string | null) => Promise<{ readonly items: readonly T[]; readonly cursor: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const got: Awaited<ReturnType<typeof read>> = await read(cursor);
    yield* got.items;
    if (got.cursor === null) return;
    cursor = got.cursor;
  }
  throw new SottoError('deadline', 'What is kept could not be read to its end: it changes faster. Try again.');
}
