/** Where a log's clock went back. Each entry has its place in the log whatever the clock said, so it is no finding, and worth a look. */
import type { Span } from './bundle.ts';
import { entryIn } from './reader.ts';

/** Entries that wait for each other are put in order within this, and clocks are trimmed by as much, ms. */
const TRIMMED_MS = 5_000;

export interface Backwards {
  readonly index: number;
  /** ms that it is before the latest entry so far. */
  readonly byMs: number;
}

/** Looks at when the entries of a log were made, in their order. */
export interface Times {
  /** `first`: the index of the first one. Those that were taken before are left out. */
  take(first: number, bytes: Buffer, spans: readonly Span[]): void;
  /** The first entry that was made more than five seconds before one that lies before it; null: none was. */
  backwards(): Backwards | null;
}

export const createTimes = (): Times => {
  let latest = Number.NEGATIVE_INFINITY;
  let next = 0;
  let found: Backwards | null = null;
  return {
    take: (first, bytes, spans) => {
      for (const [i, { start, end }] of spans.entries()) {
        const index = first + i;
        if (found !== null || index < next) continue;
        next = index + 1;
        const at = madeAt(bytes, start, end);
        if (at === null) continue;
        if (at < latest - TRIMMED_MS) found = { index, byMs: latest - at };
        latest = Math.max(latest, at);
      }
    },
    backwards: () => found,
  };
};

const HEAD = Buffer.byteLength('{"entry":{');
const [OPEN, QUOTE, BACKSLASH, ZERO] = [0x7b, 0x22, 0x5c, 0x30];
/** `"at":` */
const AT = [0x22, 0x61, 0x74, 0x22, 0x3a];

/** Every entry says so in front of whatever it holds inside, as far as its keys are in order; then it is read without all the rest. */
const madeAt = (bytes: Buffer, start: number, end: number): number | null => {
  let inside = false;
  for (let i = start + HEAD; i < end; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) i++;
    else if (byte === OPEN && !inside) break;
    else if (byte === QUOTE) {
      if (!inside && AT.every((one, n) => bytes[i + n] === one))
        return numberAt(bytes, i + AT.length, end) ?? parsedAt(bytes, start, end);
      inside = !inside;
    }
  }
  return parsedAt(bytes, start, end);
};

/** A time as an entry has it: digits, and what ends them. Null: it is something else. */
const numberAt = (bytes: Buffer, from: number, end: number): number | null => {
  let value = 0;
  for (let i = from; i < Math.min(end, from + 16); i++) {
    const byte = bytes[i] ?? 0;
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9) return i > from && (byte === 0x2c || byte === 0x7d) ? value : null;
    value = value * 10 + digit;
  }
  return null;
};

const parsedAt = (bytes: Buffer, start: number, end: number): number | null => {
  const at = entryIn(bytes.toString('utf8', start, end))?.['at'];
  return typeof at === 'number' ? at : null;
};
