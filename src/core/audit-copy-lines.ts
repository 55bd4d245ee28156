/**
 * The lines of a second copy of an audit log, newline-delimited JSON: `{"entry":…,"index":N}`, where N is null for what no log took so far, and
 * `{"note":"…"}`, a signed checkpoint for the entries before it. The leaf of an entry is `{"entry":…,"seq":N}` over the same text, so that
 * the tree can be computed from the copy alone and held against the notes.
 */
import type { CopiedEntry } from './audit-copy-ports.ts';

/** With its line feed. */
export const entryLine = ({ index, json }: CopiedEntry): string => `{"entry":${json},"index":${index}}\n`;

/** With its line feed. */
export const noteLine = (note: string): string => `${JSON.stringify({ note })}\n`;

const HEAD = '{"entry":';
const TAIL = /,"index":(null|0|[1-9]\d{0,14})\}$/;

/** What a line says, given without its line feed. Null: it is none. */
export const readCopyLine = (
  line: string,
):
  | { readonly kind: 'entry'; readonly entry: CopiedEntry }
  | { readonly kind: 'note'; readonly note: string }
  | null => {
  const [tail, index] = TAIL.exec(line.slice(-40)) ?? [];
  if (line.startsWith(HEAD) && tail !== undefined) {
    const json = line.slice(HEAD.length, -tail.length);
    return isObject(json) ? { kind: 'entry', entry: { index: index === 'null' ? null : Number(index), json } } : null;
  }
  try {
    const { note } = JSON.parse(line) as { readonly note?: unknown };
    return typeof note === 'string' ? { kind: 'note', note } : null;
  } catch {
    return null;
  }
};

const isObject = (json: string): boolean => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/**
 * How many of these lines are of entries that no log took: each without a place for which no line with a place follows. Lines before the first
 * line feed may be cut, and count for nothing.
 */
export const onlyInCopy = (text: string): number => {
  const waiting = new Map<string, number>();
  for (const line of text.split('\n')) {
    const read = readCopyLine(line);
    if (read?.kind !== 'entry') continue;
    const { index, json } = read.entry;
    const count = waiting.get(json) ?? 0;
    if (index === null) waiting.set(json, count + 1);
    else if (count > 1) waiting.set(json, count - 1);
    else waiting.delete(json);
  }
  return [...waiting.values()].reduce((sum, count) => sum + count, 0);
};
