/** What the entries of a log say: what verifying needs (where other logs end, what was pruned, which keys signed), and what is worth a note. */
import { type Backwards, createTimes, type Times } from './backwards.ts';
import type { Span } from './bundle.ts';
import { type Ending, endingsIn, noteEndings } from './endings.ts';
import { MOST_KEYS } from './keys.ts';
import { LOST, type LostLogs, noteLost } from './lost.ts';
import { entryIn } from './reader.ts';

export interface Learnt {
  /** By origin. */
  readonly endings: Map<string, Ending>;
  /** Below which entry bundles may be gone, by origin; of the log itself under the empty string. */
  readonly pruned: Map<string, number>;
  /** Fingerprints of keys that signed here, as entries name them. */
  readonly keys: Set<string>;
  /** Which other logs are lost. */
  readonly lost: LostLogs;
  readonly times: Times;
}

export const nothingLearnt = (): Learnt => ({
  endings: new Map(),
  pruned: new Map(),
  keys: new Set(),
  lost: new Map(),
  times: createTimes(),
});

/** What is worth a note of a log, and is no finding. */
export interface Noted {
  /** What it says of logs that are lost, by the name of each. */
  readonly lost: LostLogs;
  /** Where its clock went back first; null: it did not. */
  readonly backwards: Backwards | null;
}

/** A string inside an entry cannot hold these: its quotes would be escaped. */
const KEY = Buffer.from('"kind":"key"');
const PRUNED = Buffer.from('"kind":"pruned"');

const TOLD = [KEY, PRUNED, LOST];

/** Takes note of what these entries say; most say nothing but when they were made. `first`: the index of the first one. */
export const learn = (into: Learnt, first: number, bytes: Buffer, spans: readonly Span[]): void => {
  into.times.take(first, bytes, spans);
  if (!TOLD.some((kind) => bytes.includes(kind))) return;
  for (const [at, { start, end }] of spans.entries()) {
    const text = bytes.subarray(start, end);
    if (!TOLD.some((kind) => text.includes(kind))) continue;
    const entry = entryIn(text.toString());
    if (entry !== null) noteLost(into.lost, entry);
    if (entry?.['kind'] === 'key') {
      noteEndings(into.endings, endingsIn(bytes, start, end));
      for (const key of [entry['key'], entry['replaces']])
        if (typeof key === 'string' && into.keys.size < MOST_KEYS) into.keys.add(key);
    }
    if (entry?.['kind'] === 'pruned') notePruned(into.pruned, entry, first + at);
  }
};

/** What a log says of itself is about what came before: nobody permits beforehand that entries go. */
const notePruned = (
  into: Map<string, number>,
  { upTo, origin = '' }: Readonly<Record<string, unknown>>,
  index: number,
): void => {
  if (typeof upTo !== 'number' || !Number.isSafeInteger(upTo) || typeof origin !== 'string') return;
  if (origin === '' && upTo > index) return;
  const known = into.get(origin);
  if (known === undefined ? into.size < MOST_KEYS : known < upTo) into.set(origin, upTo);
};
