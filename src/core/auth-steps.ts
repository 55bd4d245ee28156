/**
 * What the pages under `/auth` ask of the core. Whatever a person or an attacker may bring about is a value that a page has words for; what rejects is a store, a
 * record or a provider that is away: it is said to be, and nothing is used up by it.
 */
import type { Begun, Browser, Finished, FinishFault, Looked } from './sign-in/types.ts';
import type { Locale } from './types.ts';

/** The page that a link leads to, with the token as `t`. */
export const SIGN_IN_PATH = '/auth/sign-in';

/** Where the provider sends people back to, whatever they signed in for: registered there, and nothing else is sent as `redirect_uri`. */
export const CALLBACK_PATH = '/auth/callback';

/** The page on which orders are confirmed. */
export const ORDER_PATH = '/auth/order';

/** What of a query that comes back is read, characters; none of a provider is longer, and a code is a thousandth of that. */
export const LONGEST_QUERY = 8_192;

/** A person's sign-in for a question that waits. */
export interface SignInSteps {
  /** Uses nothing up: previews and scanners look as well. */
  look(o: { readonly token: string; readonly browser: Browser }): Promise<Looked>;
  begin(o: { readonly token: string; readonly browser: Browser }): Promise<Begun>;
  /** `query`: as the provider sent it, `LONGEST_QUERY` at most. */
  finish(o: { readonly query: string; readonly browser: Browser }): Promise<Finished>;
  /** "That wasn't me", of a link's token or of what `finish` gave: ends their sign-in and their links. The same answer whether there was anything. */
  disown(o: { readonly value: string }): Promise<{ readonly locale: Locale | null }>;
}

/** Why somebody who came back from the provider may not confirm orders. `no-role`: neither of the operators nor of HR. `full`: too many are signed in. */
export type OrderFault = FinishFault | 'no-role' | 'full';

/** Somebody who signed in strongly and may confirm orders. */
export interface OrderSession {
  /** Names the session in the audit log; it opens nothing. */
  readonly id: string;
  /** Directory id. */
  readonly person: string;
  readonly name: string;
  readonly locale: Locale;
  /** ms since the epoch. */
  readonly until: number;
  /** Stands in every form of theirs, so that another site's form is not taken for one. */
  readonly key: string;
}

/** An order as it stands on a page, for whoever typed its code. */
export interface OrderShown {
  /** What it does, in one sentence. */
  readonly what: string;
  /** What it permits that is not permitted now, and the hash of exactly that; null: it is no such order. */
  readonly look: { readonly difference: string; readonly hash: string } | null;
  /** How many people must confirm it, and how many did. */
  readonly needed: number;
  readonly confirmed: number;
  /** ms since the epoch. */
  readonly until: number;
  /** Given back to `confirm`: of this order, this person and what was shown. */
  readonly seen: string;
}

/** What is said of an order, in their language. */
export interface OrderTold {
  readonly says: string;
  /** Nothing more can be done about this order here; else they may type a code again. */
  readonly ended: boolean;
  /** Their word is on it, now or before. */
  readonly done: boolean;
}

/** An operator, or somebody of HR, signs in without a link, to confirm orders on a page. */
export interface OrderSteps {
  /** Fills no store, so that anybody may begin. `afresh`: whoever is signed in at the provider must do it again. */
  begin(o: { readonly locale: Locale; readonly afresh: boolean }): Promise<Begun>;
  /** Whether what comes back with this query was begun so. */
  isTheirs(o: { readonly query: string }): boolean;
  finish(o: { readonly query: string; readonly browser: Browser }): Promise<
    | {
        readonly ok: true;
        readonly session: OrderSession;
        readonly cookie: { readonly value: string; readonly seconds: number };
      }
    | { readonly ok: false; readonly why: OrderFault; readonly locale: Locale | null }
  >;
  /** Null: nobody is signed in there (any more), or not as somebody who may confirm orders. */
  session(o: { readonly browser: Browser }): Promise<OrderSession | null>;
  /** Whether a form of theirs is from a page that was made for this session. */
  isOwnForm(o: { readonly session: OrderSession; readonly key: string }): boolean;
  read(o: {
    readonly session: OrderSession;
    readonly code: string;
  }): Promise<{ readonly ok: true; readonly shown: OrderShown } | { readonly ok: false; readonly told: OrderTold }>;
  confirm(o: { readonly session: OrderSession; readonly seen: string }): Promise<OrderTold>;
  /** Ends the session in every process. */
  leave(o: { readonly browser: Browser }): Promise<void>;
}
