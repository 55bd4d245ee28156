/** A history, read once: who asked what, which message belongs to which question, and what stood when. */
import type { DecisionEntry } from '../../../src/core/audit.ts';
import { packRef } from '../../../src/core/stored.ts';
import type { Restriction } from '../../../src/core/types.ts';
import type { Happened, Line } from '../history.ts';

export type Of<K extends Happened['kind']> = Line & { readonly kind: K };

/** A promise that was broken. */
export interface Finding {
  /** Of the design's list, from 1. */
  readonly promise: number;
  readonly at: number;
  readonly what: string;
}

export interface Reading {
  readonly lines: readonly Line[];
  readonly asked: ReadonlyMap<string, Of<'asked'>>;
  /** Decisions by question, in their order. */
  readonly decided: ReadonlyMap<string, readonly (DecisionEntry & { readonly line: number })[]>;
  /** The question that what is shown here answers; null: a stray. What is told later about an answer travels under its key and a suffix. */
  questionOf(shown: Of<'shown'>): string | null;
  /** Restrictions as they were published under a version. */
  restrictionsAt(version: number): readonly Restriction[];
  /** From then on nothing went wrong. */
  readonly healedAt: number;
}

export const read = (lines: readonly Line[]): Reading => {
  const asked = new Map<string, Of<'asked'>>();
  const decided = new Map<string, (DecisionEntry & { readonly line: number })[]>();
  const byKey = new Map<string, string>();
  const byRef = new Map<string, string>();
  const published = new Map<number, readonly Restriction[]>([[0, []]]);
  let healedAt = Number.POSITIVE_INFINITY;
  for (const [at, line] of lines.entries()) {
    if (line.kind === 'asked') asked.set(line.id, line);
    else if (line.kind === 'committed') byKey.set(line.key, line.id);
    else if (line.kind === 'held') byRef.set(packRef(line.ref), line.id);
    else if (line.kind === 'published') published.set(line.version, line.restrictions);
    else if (line.kind === 'healed') healedAt = line.at;
    else if (line.kind === 'recorded' && line.entry.kind === 'decision') {
      const { question } = line.entry;
      decided.set(question, [...(decided.get(question) ?? []), { ...line.entry, line: at }]);
    }
  }
  return {
    lines,
    asked,
    decided,
    questionOf: ({ press, key, ref }) =>
      press ?? byRef.get(ref) ?? byKey.get((key ?? '').replace(/-left$/, '')) ?? null,
    restrictionsAt: (version) => published.get(version) ?? [],
    healedAt,
  };
};
