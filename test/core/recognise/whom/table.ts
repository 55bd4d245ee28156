import type { Relation } from '../../../../src/core/types.ts';

/** What is asked in one language, by whom of the cast it is about. */
export interface Table {
  /** About the asker: the text and the intent. */
  readonly own: readonly (readonly [string, string])[];
  /** About somebody else, and nobody knows whom. */
  readonly unclear: readonly string[];
  /** About one person: the text, how they stand to the asker, and who it is. */
  readonly named: readonly (readonly [string, Relation, string])[];
  /** About the people who report to the asker. */
  readonly team: readonly string[];
  /** By a pronoun alone: about whom the talk was before. */
  readonly carried: readonly string[];
}
