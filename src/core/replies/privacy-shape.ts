/** What people are told of what is kept of them: once, before or with the first answer; whenever they ask; and when they are forgotten. */
import type { PlatformName } from '../types.ts';

/** What a receipt of a forgetting says, in numbers. */
export interface Forgot {
  readonly asked: number;
  readonly gone: number;
  readonly leaving: number;
  readonly questions: number;
  readonly talks: number;
  readonly addresses: number;
  readonly signIns: number;
  readonly phrases: number;
  readonly decisions: number;
  readonly marks: number;
  /** Messages, talks, questions and phrases that a legal hold keeps, and whether it keeps decisions without words. */
  readonly held: {
    readonly messages: number;
    readonly talks: number;
    readonly questions: number;
    readonly phrases: number;
    readonly decisions: boolean;
  };
  /** Of questions that were still being answered, or of which nobody could say whose they are. */
  readonly left: number;
}

export interface PrivacyReplies {
  /** Once per person, in their private chat. `hours`: what a talk is remembered. `outsider`: a guest or somebody of another company, who is told of nothing that others can ask. `hint`: how to ask without leaving a question; null: there is no such way here. */
  firstUse(o: {
    readonly platform: PlatformName;
    readonly hours: number;
    readonly outsider: boolean;
    readonly hint: string | null;
  }): string;

  /** The heading of the greeting of whoever adds the app. */
  readonly welcome: string;

  /** Above the answers that still stand and leave; and when that was looked at. */
  readonly liveHeading: string;
  live(o: { readonly at: string }): string;
  /** One of them. No word of what it is about: platforms keep such a page. `minutes`: left, rounded up. */
  liveOne(o: { readonly asked: string; readonly leaves: string; readonly minutes: number }): string;
  /** One whose time is over and that is still there. */
  liveDue(o: { readonly asked: string }): string;
  liveMore(o: { readonly count: number }): string;
  /** Where they could not be looked through. */
  liveUnknown: string;
  /** Buttons. `asked`: where several stand on one card; null: it stands below its answer. */
  takeBack(o: { readonly asked: string | null }): string;
  lookAgain: string;
  takenBack: string;
  /** A legal hold keeps it. Who ordered that, and why, is not said. */
  takenBackNot: string;
  lookedAgain: string;

  /** The heading of it all. */
  heading: string;
  /** What is kept, by kind and until when. Times are written as they are read. */
  kept(o: {
    readonly platform: PlatformName;
    readonly at: string;
    readonly hours: number;
    /** When what this talk was about is shredded; null: nothing is remembered of it. */
    readonly talkUntil: string | null;
    /** Their last strong sign-in that still counts. */
    readonly signedIn: string | null;
    /** When they were told how this works; null: not known. */
    readonly told: string | null;
    /** Answers that leave; null: not known. */
    readonly live: number | null;
  }): string;
  /**
   * That somebody looked: by their role, never by name, and whether or not the law obliges the company to something. `log`: entries of the log
   * about them were taken out, by two operators; `entries` null: how many is not known. `export`: what is kept of them was, by one.
   */
  looked(o: {
    readonly what: 'log' | 'export';
    readonly at: string;
    readonly entries: number | null;
    readonly until: string;
  }): string;
  /** Above these, where there are any. `more`: of which there is no line. */
  lookedHeading(o: { readonly more: number }): string;
  /** What stays elsewhere, and why. */
  stays(o: { readonly platform: PlatformName }): string;
  /** Below it, in a chat: it leaves in an hour. */
  readonly leavesInChat: string;
  buttons: { readonly everything: string; readonly forget: string; readonly receipt: string };

  /** The window that shows all of it. */
  everything: {
    heading(o: { readonly at: string }): string;
    readonly questions: string;
    question(o: {
      readonly at: string;
      readonly state: 'queued' | 'leased' | 'parked' | 'dead';
      readonly until: string | null;
      readonly words: string | null;
    }): string;
    readonly answers: string;
    answer(o: {
      readonly asked: string;
      readonly until: string;
      readonly leaves: boolean;
      readonly answer: boolean;
    }): string;
    readonly talks: string;
    talk(o: { readonly from: string | null; readonly until: string }): string;
    /** One thing that a talk remembers. `what`: title of an intent or a topic; null: nothing was recognised. `hidden`: whoever reads it is not told what can be asked. */
    turn(o: {
      readonly at: string;
      readonly what: string | null;
      readonly hidden: boolean;
      readonly verdict: 'answer' | 'refuse' | 'other';
    }): string;
    readonly phrases: string;
    phrase(o: { readonly words: string; readonly at: string; readonly until: string }): string;
    readonly addresses: string;
    address(o: { readonly chat: string; readonly until: string }): string;
    signIn(o: { readonly at: string | null }): string;
    /** A token of theirs is kept, for systems that are asked as them. */
    ownToken(o: { readonly until: string }): string;
    decisions(o: { readonly count: number }): string;
    told(o: { readonly at: string | null }): string;
    readonly none: string;
    /** Of questions of which the directory could not say whose they are. */
    readonly unsure: string;
    readonly elsewhere: string;
    readonly next: string;
    part(o: { readonly part: number; readonly of: number }): string;
    /** When the window is emptied. `closes`: we can empty it ourselves. */
    leaves(o: { readonly closes: boolean }): string;
  };

  forget: {
    readonly title: string;
    /** Above the button that does it. */
    what(o: { readonly platform: PlatformName }): string;
    readonly submit: string;
    readonly begun: string;
    readonly already: string;
    readonly busy: string;
    receipt(o: {
      readonly number: string;
      readonly at: string;
      readonly platform: PlatformName;
      readonly forgot: Forgot;
    }): string;
    readonly noReceipt: string;
    /** It failed too often, or cannot be read. */
    readonly failed: string;
  };
  /** Too many exports within a short time. */
  often(o: { readonly minutes: number }): string;
}
