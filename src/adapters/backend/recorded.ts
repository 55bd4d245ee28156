/** Recorded responses: `recorded/BACKEND/OPERATION.json` beside the descriptions, each as the system answered. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parsedJson } from '../bounded/body.ts';
import { isDeep } from './calling/answered.ts';
import type { Described } from './described.ts';

/** Both names are of letters, digits, dashes and a dot; see `describing/texts.ts`. */
export const recordedPath = (folder: string, { backend, name }: Pick<Described, 'backend' | 'name'>): string =>
  join(folder, 'recorded', backend.name, `${name}.json`);

export type Recorded =
  | { readonly how: 'none' }
  | { readonly how: 'unusable' /** Completes "FILE …". */; readonly why: string }
  | { readonly how: 'read'; readonly body: unknown };

/** Within the limits of its system, as a response is. */
export const readRecorded = (folder: string, described: Pick<Described, 'backend' | 'name'>): Recorded => {
  const path = recordedPath(folder, described);
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
