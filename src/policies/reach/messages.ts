/** What passes between the process and the worker that judges: plain data, and of questions nothing but attributes. */
import type { Obligations, PolicyRequest, Relation } from '../../core/types.ts';
import type { SchemaJson } from '../engine.ts';
import type { Known } from '../schema.ts';
import type { Rule } from '../slices.ts';
import type { TimeSpan } from './time-cut.ts';

/** One set of rules by which to judge. */
export interface Side {
  readonly rules: readonly Rule[];
}

/** Given once, at the start. */
export interface JudgingData {
  readonly schema: SchemaJson<string>;
  /** Each action with its topic. */
  readonly actions: readonly (readonly [string, string])[];
  readonly known: Known;
  readonly sides: readonly Side[];
}

/** A decision without words. */
export type Outcome =
  | { readonly effect: 'permit'; readonly rules: readonly string[]; readonly obligations: Obligations }
  | {
      readonly effect: 'refuse';
      readonly why: string;
      readonly rules: readonly string[];
      readonly helps: 'sign-in' | 'private' | 'sign-in-and-private' | null;
    };

/** Of a recorded question, what rules may read of it. */
export interface AskedOnce {
  readonly request: Omit<PolicyRequest, 'action' | 'about'>;
  readonly intent: string | null;
  readonly about: Relation | null;
  readonly suspected: readonly string[];
}

export type ToWorker =
  /** Every cell of these actions, on the first side. */
  | { readonly kind: 'cells'; readonly actions: readonly string[]; readonly span: TimeSpan }
  /** Takes questions in; they are judged together at the end. */
  | { readonly kind: 'questions'; readonly questions: readonly AskedOnce[] }
  /** Judges what was taken in, on both sides. */
  | { readonly kind: 'judge' };

/** For each cell of an action, in the order of `cellsOf`, the place of its outcome in the table. */
export interface JudgedCells {
  readonly outcomes: readonly Outcome[];
  readonly actions: readonly { readonly action: string; readonly cells: Uint16Array }[];
}

/**
 * What became of a question on either side. `by`: the topic whose suspicion refused it, where one did; `alone`: its intent, if it
 * had one, would not have been refused.
 */
export interface Fate {
  readonly refused: boolean;
  readonly by: string | null;
  readonly alone: boolean;
}

export interface JudgedQuestions {
  /** Different requests. */
  readonly distinct: number;
  /** Few differ, so each stands once. */
  readonly fates: readonly (readonly [Fate, Fate])[];
  /** Of each question, in the order in which they came. */
  readonly of: Uint32Array;
}

export type FromWorker =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'taken' }
  | { readonly kind: 'cells'; readonly judged: JudgedCells }
  | { readonly kind: 'judged'; readonly judged: JudgedQuestions };
