import type { PlatformName } from '../types.ts';

/** What is said to whoever asks by a command or a form, and so leaves no question in a channel. */
export interface AsideReplies {
  /** For help and for the first notice: how to ask so, and why. */
  hint(o: { readonly platform: PlatformName }): string;
  /** The line that answers a command which was taken; nobody else sees it, and it tells nothing. */
  readonly taken: string;
  /** It may have been shown where it was asked; nobody can look. */
  readonly unclear: string;
  /** The line in a shared place where somebody could be answered neither there nor in private; it tells nothing. */
  readonly notReached: string;
  /** They changed a message by which they had asked: what was said to it is gone. */
  readonly edited: string;
  /** A file came with the question. */
  readonly files: string;
  /** The form. */
  readonly title: string;
  readonly intro: string;
  readonly question: string;
  /** Below the field; `own`: it was filled with a message of theirs. */
  below(o: { readonly own: boolean }): string;
  readonly send: string;
  /** In its place once it was taken. */
  readonly sent: string;
}
