import type { Order } from '../orders/types.ts';
import type { Held } from '../ports.ts';
import type { PlatformName } from '../types.ts';
import type { AsideReplies } from './aside-shape.ts';
import type { AuthReplies } from './auth-shape.ts';
import type { DonatingReplies } from './donating-shape.ts';
import type { InstallingReplies } from './installing-shape.ts';
import type { PrivacyReplies } from './privacy-shape.ts';
import type { RestrictingReplies } from './restricting-shape.ts';
import type { SignedInReplies } from './signed-in-shape.ts';
import type { WritingReplies } from './writing-shape.ts';

/** Every sentence the bot says of its own accord. One typed shape, so that a language with a sentence missing does not compile. */
export interface Replies {
  /**
   * A rule forbids it, or none permits it, and the asker is one of us. `words`, `whom` (it goes on "Please ask …") and `rights`
   * (how to use a right to the information) are HR's own. Words of HR's stand first and as they are.
   */
  restricted(o: {
    readonly topic: string;
    readonly contact: string;
    readonly words: string | null;
    readonly whom: string | null;
    readonly rights: string | null;
  }): string;
  /** After a refusal on no more than a suspicion, before buttons of what may have been meant. */
  meantElse: string;
  /** One of them. */
  meant(o: { readonly title: string }): string;
  /** For guests and people of other companies: the same whatever they asked, so that it tells nothing. */
  notForYou: string;
  /**
   * `minutes`: how old a sign-in may be for the rule that asks. `signIn`: for so many minutes the question waits for one, and is then answered by
   * itself; `again`: it does not wait (any more); `press`: a button was pressed, and can be again; `nowhere`: nobody can sign in here.
   */
  stepUp(o: {
    readonly title: string;
    readonly minutes: number;
    readonly signIn: number | 'again' | 'press' | 'nowhere';
  }): string;
  /** A system is asked as the person themselves, and no token of theirs is there. `signIn`: as above. */
  asYourself(o: { readonly title: string; readonly signIn: number | 'again' | 'press' | 'nowhere' }): string;
  /** On the button that leads to the page. */
  signIn: string;
  /** The line in a shared place; it must not tell what was asked or how it ended. */
  answeredInPrivate: string;
  privateOnly: string;
  /** `offered`: how many of those who may be meant stand below as buttons. */
  which(o: { readonly offered: 'all' | 'some' | 'nobody' }): string;
  /** Nobody is spoken of, and it is not clear that it is about who asks; one button says that it is. */
  whichSelf: string;
  myself: string;
  /** Below an answer, before buttons of what the same message asked besides. */
  alsoAsked: string;
  /** Below an answer to "and last year?", where what was asked can be told as it is now alone. */
  onlyNow: string;
  /**
   * Not recognised. `heard`: `foreign`: not one of its words is known; `far`: nothing that can be asked is like it; `near`: something is.
   * `canDo`: titles of topics. `closest`: buttons of the likeliest stand below.
   */
  unknown(o: {
    readonly heard: 'foreign' | 'far' | 'near';
    readonly canDo: readonly string[];
    readonly closest: boolean;
  }): string;
  /** Of a button below what could not be answered. */
  askPerson: string;
  /** Where no button can stand. */
  askPersonInChat: string;
  nothingPermitted: string;
  /** Asking without leaving the question in a channel. */
  readonly aside: AsideReplies;
  /** Giving a phrase that was not recognised, so that the pack learns it. */
  readonly donating: DonatingReplies;
  /** Having something written to a system of record. */
  readonly writing: WritingReplies;
  readonly installing: InstallingReplies;
  /** On pages of ours, where somebody signs in strongly. */
  readonly auth: AuthReplies;
  readonly signedIn: SignedInReplies;
  throttled(o: { readonly seconds: number }): string;
  /** Too much about one topic, answered or not. */
  throttledTopic(o: { readonly topic: string; readonly seconds: number }): string;
  /** To the security contact. `person`: id in the directory; `since`: of the first that counts; `topics`: titles. */
  probing(o: {
    readonly person: string;
    readonly refusals: number;
    readonly since: number;
    readonly topics: readonly string[];
  }): string;
  /** To the security contact. `operation` and `field`: as the description names them. */
  surpriseFound(o: { readonly operation: string; readonly field: string; readonly held: Held }): string;
  /** To the security contact: one person is told of more by this webhook than can be meant. */
  flooded(o: { readonly hook: string }): string;
  /** To the security contact: it reports about more than `people` people in an hour, which is what its description says. */
  spread(o: { readonly hook: string; readonly people: number }): string;
  /** The bot's own page, above what one can ask there; and where that is nothing. */
  home: {
    readonly canAsk: string;
    how(o: { readonly platform: PlatformName }): string;
    /** Where there is no room for all of it. */
    readonly noRoom: string;
    /** What was pressed there is answered by a message. */
    readonly comes: string;
    /** Button; opens it, where it stands in a window. */
    readonly open: string;
  };
  /** Too many questions of everybody: this one was not looked at. */
  shed: string;
  /** Something of ours failed; nothing was looked up or shown. */
  apology: string;
  /** The system that would know did not answer. */
  unreachable(o: { readonly topic: string }): string;
  /** The system sent what must not be shown; nobody restricted anything. */
  surprise(o: { readonly topic: string }): string;
  noRecord: string;
  /** `what`: the month, the year or what else it was asked for, as `labelOf` writes it. */
  noRecordFor(o: { readonly what: string }): string;
  /** Cut lists say so. `atLeast`: the system may have more than was read. */
  andMore(o: { readonly count: number; readonly atLeast: boolean }): string;
  /** The system may have more than was read, of which so many are told. */
  mayBeMore(o: { readonly count: number }): string;
  /** What a system reported of its own accord, where it must not stand in a message: a line that tells nothing, and its button. */
  readonly reported: {
    readonly waits: string;
    readonly show: string;
    /** So many were held back in an hour, and are told by this alone. */
    more(o: { readonly count: number }): string;
  };
  placeholder: string;
  /** What a notification or a list shows of a sensitive answer. */
  sensitiveFallback: string;
  /** Stays true whatever is pressed. `more`: the time can be taken again. */
  leavesAfter(o: { readonly seconds: number; readonly more: boolean }): string;
  /** Button; takes the same time again. */
  moreTime: string;
  /** It was taken: the answer leaves so much later from now. */
  moreTimeGiven(o: { readonly seconds: number }): string;
  noMoreTime(o: { readonly seconds: number }): string;
  /** Stands for an hour where an answer was. */
  left: string;
  /** Button; asks the same afresh. */
  askAgain: string;
  /** The message that carries the button of a view. `seconds`: how long it waits to be pressed. */
  viewReady(o: { readonly title: string; readonly seconds: number }): string;
  viewButton: string;
  /** Stands above it. */
  viewTitle: string;
  /** Stands in a view until it is filled. */
  viewMoment: string;
  /** The button that closes a view; 24 characters at most. */
  viewClose: string;
  /** Beside a field of a form that must be filled in and is not. */
  fieldNeeded: string;
  /** Below an answer in a view; `closes`: we can blank it ourselves. */
  viewLeaves(o: { readonly seconds: number; readonly closes: boolean }): string;
  /** A press on a button whose time is up, and what stands in a view that was blanked. */
  viewExpired: string;
  /** Stands where the platform would not let us remove an answer. */
  tombstone: string;
  /** Of `sotto doctor --live`, to an operator: what stands first, and what it becomes. Neither holds anything of anybody. */
  readonly live: { readonly begun: string; readonly shown: string };
  buttonNotYours: string;
  tryAgain: string;
  /** The operators have paused it; said to everybody alike. */
  paused: string;
  /** Its rules are not what was approved; said to everybody alike. */
  closed: string;
  /** An audit log that must be there is not; said to everybody alike. */
  'audit-lost': string;
  /** Why a pack that differs was taken without anybody's approval. */
  packStricter: string;
  /** To operators who send the code of an order. `what`: the sentence of the order. */
  orders: {
    /** What an order does, in one plain sentence. */
    what(order: Order): string;
    confirmed(o: { readonly what: string }): string;
    /** Somebody else must confirm it as well. */
    oneMore(o: { readonly what: string; readonly minutes: number; readonly who: 'hr' | 'operators' }): string;
    already(o: { readonly what: string }): string;
    /** Expired, or burnt before. */
    over: string;
    wrong: string;
    /** An order that waits cannot be read at this moment. */
    unread: string;
    tooMany: string;
    /** It was sent where others read it. */
    burnt: string;
    /** An order about restrictions whose confirmation was sent for the first time: what they approve by sending it again. */
    look(o: { readonly what: string; readonly difference: string; readonly hash: string }): string;
    /** It is an order, and theirs is not the role that confirms it. */
    notTheirs(o: { readonly who: 'hr' | 'operators' }): string;
    /** What it was about is gone, or is not what was ordered any more. */
    changed: string;
  };
  /** To HR, about what they restrict. */
  readonly restricting: RestrictingReplies;
  /** To everybody, about what is kept of them. */
  readonly privacy: PrivacyReplies;
  identity: {
    readonly unknown: string;
    readonly unreachable: string;
  };
}
