/** What the entries of a log say that verifying needs: where other logs end, what was pruned, which keys signed. */
import type { Span } from './bundle.ts';
import { type Ending, endingsIn, noteEndings } from './endings.ts';
import { MOST_KEYS } from './keys.ts';
import { entryIn } from './reader.ts';

export interface Learnt {
  /** By origin. */
  readonly endings: Map<string, Ending>;
  /** Below which entry bundles may be gone, by origin; of the log itself under the empty string. */
  readonly pruned: Map<string, number>;
  /** Fingerprints of keys that signed here, as entries name them. */
  readonly keys: Set<string>;
}

export const nothingLearnt = (): Learnt => ({ endings: new Map(), pruned: new Map(), keys: new Set() });

/** A string inside an entry cannot hold these: its quotes would be escaped. */
const KEY = Buffer.from('"kind":"key"');
const PRUNED = Buffer.from('"kind":"pruned"');

/** Takes note of what these entries say; most say nothing of it. */
export const learn = (into: Learnt, bytes: Buffer, spans: readonly Span[]): void => {
  if (!bytes.includes(KEY) && !bytes.includes(PRUNED)) return;
  for (const { start, end } of spans) {
    const text = bytes.subarray(start, end);
    if (!text.includes(KEY) && !text.includes(PRUNED)) continue;
    const entry = entryIn(text.toString());
    if (entry?.['kind'] === 'key') {
      noteEndings(into.endings, endingsIn(bytes, start, end));
      for (const key of [entry['key'], entry['replaces']])
        if (typeof key === 'string' && into.keys.size < MOST_KEYS) into.keys.add(key);
    }
    if (entry?.['kind'] === 'pruned') notePruned(into.pruned, entry);
  }
};

const notePruned = (into: Map<string, number>, { upTo, origin = '' }: Readonly<Record<string, unknown>>): void => {
  if (typeof upTo !== 'number' || !Number.isSafeInteger(upTo) || typeof origin !== 'string') return;
  const known = into.get(origin);
  if (known === undefined ? into.size < MOST_KEYS : known < upTo) into.set(origin, upTo);
};
