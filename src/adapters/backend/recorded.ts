/** Recorded responses: `recorded/BACKEND/OPERATION.json` beside the descriptions, each as the system answered; further pages are `OPERATION.2.json` and so on. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parsedJson } from '../bounded/body.ts';
import { isDeep } from './calling/answered.ts';
import type { Described } from './described.ts';

/** Both names are of letters, digits, dashes and a dot; see `describing/texts.ts`. */
export const recordedPath = (
  folder: string,
  { backend, name }: Pick<Described, 'backend' | 'name'>,
  page = 1,
): string =>
  // No name of an operation ends in a number of its own: what is behind its dot begins with a letter.
  join(folder, 'recorded', backend.name, `${name}${page === 1 ? '' : `.${page}`}.json`);

export type Recorded =
  | { readonly how: 'none' }
  | { readonly how: 'unusable' /** Completes "FILE …". */; readonly why: string }
  | { readonly how: 'read'; readonly body: unknown };

/** Within the limits of its system, as a response is. */
export const readRecorded = (folder: string, described: Pick<Described, 'backend' | 'name'>, page = 1): Recorded => {
  const path = recordedPath(folder, described, page);
  const { limits } = described.backend;
  if (!existsSync(path)) return { how: 'none' };
  try {
    if (statSync(path).size > limits.bytes)
      return { how: 'unusable', why: `is larger than ${limits.bytes} bytes. Ask for less, or raise limits.bytes` };
    const text = readFileSync(path, 'utf8');
    if (isDeep(text, limits.depth))
      return { how: 'unusable', why: `is nested deeper than ${limits.depth}. Raise limits.depth` };
    const body = parsedJson(text);
    return body === undefined ? { how: 'unusable', why: 'is not JSON' } : { how: 'read', body };
  } catch {
    return { how: 'unusable', why: 'cannot be read' };
  }
};

/** Of a list in pages those that are recorded, in order, as far as the first that is not there or cannot be used; of any other operation the one response. */
export const readRecordedPages = (
  folder: string,
  described: Pick<Described, 'backend' | 'name' | 'pages'>,
): readonly Recorded[] => {
  const pages: Recorded[] = [];
  for (let page = 1; page <= (described.pages?.most ?? 1); page++) {
    const recorded = readRecorded(folder, described, page);
    if (recorded.how === 'none' && page > 1) break;
    pages.push(recorded);
    if (recorded.how !== 'read') break;
  }
  return pages;
};
