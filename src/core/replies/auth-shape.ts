import type { OrderFault } from '../auth-steps.ts';
import type { Begun, FinishFault } from '../sign-in/types.ts';

/** `what`: title and heading. `then`: paragraphs below it. */
export interface PageWords {
  readonly what: string;
  readonly then: readonly string[];
}

export type NotBegun = Extract<Begun, { readonly ok: false }>['why'];

/** What is said on the pages under `/auth`, where somebody signs in strongly, or confirms an order. */
export interface AuthReplies {
  /** A link of theirs that is good. `minutes`: how old the sign-in may be; `left`: how long the link counts, in minutes. */
  ready(o: { readonly minutes: number; readonly left: number }): PageWords;
  /** Button. */
  readonly signIn: string;
  /** The provider comes next; the page goes on by itself, and by this link. */
  readonly going: PageWords & { readonly link: string };
  notBegun(o: { readonly why: NotBegun }): PageWords;
  /** `answered`: how many questions go on by themselves; `left`: how long the sign-in counts, in minutes. */
  done(o: { readonly answered: number; readonly left: number }): PageWords;
  /** It does not count. `again`: the same link may be pressed once more. */
  refused(o: { readonly why: FinishFault; readonly again: boolean }): PageWords;
  /** Above the button of the same name: whoever did not ask for this. */
  readonly notMeWhy: string;
  readonly notMe: string;
  /** It was said. `told`: there is a security contact, who hears of it. */
  notMeDone(o: { readonly told: boolean }): PageWords;
  /** Something of ours is away. */
  readonly away: PageWords;
  /** What was sent is not from a page of ours, or not whole. */
  readonly notOurs: PageWords;
  readonly order: {
    /** Before anybody has signed in. */
    readonly start: PageWords;
    notBegun(o: { readonly why: NotBegun }): PageWords;
    refused(o: { readonly why: OrderFault }): PageWords;
    /** Who is signed in. `left`: minutes. */
    signedIn(o: { readonly name: string; readonly left: number }): string;
    readonly type: PageWords;
    /** Of the field. */
    readonly code: string;
    readonly codeHint: string;
    /** Stands before the title where what was typed is answered with no. */
    readonly error: string;
    /** Button: shows what it does. */
    readonly look: string;
    /** Heading above what it does. */
    readonly shown: string;
    readonly difference: string;
    hash(o: { readonly hash: string }): string;
    /** `confirmed` of `needed`, and for how many minutes it waits. */
    standing(o: { readonly needed: number; readonly confirmed: number; readonly left: number }): string;
    /** Button. */
    readonly confirm: string;
    /** Button: another code. */
    readonly another: string;
    readonly confirmed: string;
    readonly notConfirmed: string;
    /** Button. */
    readonly signOut: string;
    readonly signedOut: PageWords;
  };
}
