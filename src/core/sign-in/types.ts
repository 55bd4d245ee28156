/** What the pages of `/auth/*` ask of the core and are told. They only show: every decision is made here. */
import type { SignInFault, SignInProvider } from '../sign-in-ports.ts';
import type { Locale } from '../types.ts';
import type { World } from '../world.ts';

/** Where strong sign-ins are offered. */
export interface SignInOffer {
  readonly provider: SignInProvider;
  /** Without a slash at its end (`SOTTO_PUBLIC_URL`). */
  readonly publicUrl: string;
}

export interface SignInWorld
  extends Pick<
    World,
    | 'audit'
    | 'background'
    | 'clock'
    | 'names'
    | 'directory'
    | 'log'
    | 'metrics'
    | 'platforms'
    | 'random'
    | 'sealer'
    | 'securityContact'
    | 'store'
    | 'unfenced'
  > {
  readonly signIn: SignInOffer;
}

/** The value of the one cookie that binds a sign-in to a browser; null: there is none, or more than one. */
export type Browser = string | null;

/**
 * What a link is good for; looking uses nothing up. `elsewhere`: it was begun in another browser. `spent`: in this one, as often as it may be. `over`: it is
 * forged, unknown, used or ended: one answer for all, so that nothing is learnt by trying.
 */
export type Looked =
  | {
      readonly state: 'ready';
      readonly locale: Locale;
      /** How old the sign-in may be. */
      readonly minutes: number;
      /** The link's end, ms since the epoch. */
      readonly until: number;
    }
  | { readonly state: 'elsewhere' | 'spent'; readonly locale: Locale }
  | { readonly state: 'over' };

/** `full`: too many sign-ins are under way. `unavailable`: the provider cannot be asked; the link stays good. */
export type Begun =
  | {
      readonly ok: true;
      /** The provider's, to go to. */
      readonly address: string;
      readonly locale: Locale;
      /** The cookie to set; `seconds` is its life. */
      readonly cookie: { readonly value: string; readonly seconds: number };
    }
  | {
      readonly ok: false;
      readonly locale: Locale | null;
      readonly why: 'over' | 'elsewhere' | 'spent' | 'full' | 'unavailable';
    };

/**
 * Beside the provider's: `unknown-browser`: no sign-in was begun with this state in this browser, or it was used, or is over. `unknown-person`: the directory knows nobody
 * of this subject, or several. `directory`: it could not be asked. `other-person`: somebody else than the link is for. `not-permitted`: they may not use the bot (any more).
 * `disowned`: they said of that sign-in that it was not theirs. `ended`: the link was ended meanwhile.
 */
export type FinishFault =
  | SignInFault
  | 'unknown-browser'
  | 'unknown-person'
  | 'directory'
  | 'other-person'
  | 'not-permitted'
  | 'disowned'
  | 'ended';

export type Finished =
  | {
      readonly ok: true;
      readonly locale: Locale;
      /** When they signed in, and until when it counts; ms since the epoch. */
      readonly at: number;
      readonly until: number;
      /** Questions that go on by it. */
      readonly answered: number;
      /** For `disown`; opaque, URL-safe, at most 2,048 characters. */
      readonly disown: string;
    }
  | {
      readonly ok: false;
      /** Null: it is not known whose it was. */
      readonly locale: Locale | null;
      readonly why: FinishFault;
      /** True: the same link may be begun again in this browser. */
      readonly again: boolean;
    };
