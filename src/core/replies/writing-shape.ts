import type { CallFault } from '../backend-ports.ts';

/** What is said of writes to systems of record: before anything is sent, and what became of it. */
export interface WritingReplies {
  /** The answer to a question that would have something written: the button below opens the form. */
  ready(o: { readonly title: string }): string;
  /** On that button. */
  readonly open: string;
  /** Above the form, where the pack says nothing. */
  intro(o: { readonly title: string }): string;
  /** The button that sends it, where the pack says nothing; 24 characters at most. */
  readonly send: string;
  /** Above the form of what is about somebody else. */
  about(o: { readonly name: string }): string;
  /** Labels of a period's two days. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Below a number. */
  between(o: { readonly min: number; readonly max: number }): string;
  /** What is wrong with what was sent. `label`: of the field. */
  readonly wrong: {
    missing(o: { readonly label: string }): string;
    long(o: { readonly label: string; readonly most: number }): string;
    value(o: { readonly label: string }): string;
    readonly period: string;
  };
  /** In place of the form, once it was taken; and where it had been sent before. */
  readonly taken: string;
  readonly already: string;
  /** It was done. */
  done(o: { readonly title: string }): string;
  /** It was not, for sure. `contact`: whom to ask. */
  notDone(o: {
    readonly title: string;
    readonly code: CallFault | 'enough' | 'sent-anew' | 'other';
    readonly contact: string;
  }): string;
  /** Above why it did not come to it: they ask too much, or nobody could be checked just now. `kept`: the button below opens the form as it was sent. */
  notCome(o: { readonly title: string; readonly kept: boolean }): string;
  /** Nobody knows. */
  doubt(o: { readonly title: string; readonly contact: string }): string;
  /** A press or form whose time was over before it came to anything. */
  readonly late: string;
  /** Above the words that they had written. */
  readonly wrote: string;
  /** Small print of a message that holds them: for how long. */
  wroteFor(o: { readonly hours: number }): string;
  /** Below why it waits, where the button opens the form as it was sent. */
  readonly keptBelow: string;
  /** A system takes it from themselves alone: it waits for their sign-in. */
  asYourself(o: { readonly title: string; readonly minutes: number }): string;
  /** Why a form comes again with what was filled in: its time was over, or it asks for something else by now. */
  readonly anew: { readonly late: string; readonly changed: string };
  /** Button below what was done; takes it back. */
  readonly undo: string;
  /** Small print: for how long. */
  undoFor(o: { readonly minutes: number }): string;
  undone(o: { readonly title: string }): string;
  readonly undoneBefore: string;
  undoLate(o: { readonly contact: string }): string;
  undoNotDone(o: { readonly title: string; readonly contact: string }): string;
  undoDoubt(o: { readonly title: string; readonly contact: string }): string;
}
