/** What the core asks of the company's own OpenID provider, at which people sign in strongly. */
import type { Locale } from './types.ts';

/** What one sign-in is begun with, and what its end is held against. */
export interface SignInAsked {
  /** Comes back with the browser; URL-safe, at most 2,048 characters. */
  readonly state: string;
  /** Comes back inside the token. */
  readonly nonce: string;
  /** Of PKCE (RFC 7636): 43 to 128 characters of base64url. It leaves this process in the exchange of the code alone. */
  readonly codeVerifier: string;
  /** How old the sign-in may be. */
  readonly maxAgeSeconds: number;
  /** True: whoever is signed in there must do it again (`prompt=login`). */
  readonly afresh: boolean;
  /** The language that its pages are asked for in. */
  readonly locale: Locale;
}

/** Whom the provider names. */
export interface SignInIdentity {
  readonly issuer: string;
  /** Of the claim that the settings name (Entra: `oid`, else `sub`); never a name or an address. */
  readonly subject: string;
  /** Entra's `tid`; null: the provider has none. */
  readonly tenant: string | null;
  /** Only where the token says `email_verified: true`. */
  readonly email: string | null;
}

/** Whom the directory has for it, by directory id. `several`: it cannot be told apart, so it is nobody. */
export type SignInOwner =
  | { readonly ok: true; readonly person: string }
  | { readonly ok: false; readonly why: 'unknown' | 'several' | 'unreachable' };

export interface SignInProof {
  readonly identity: SignInIdentity;
  /** `auth_time`, ms since the epoch: when they proved who they are, however long before the token was made. */
  readonly at: number;
  /** What in the token showed that it was strong: `acr:…`, `amr:mfa`, `acrs:c1`. Never empty. */
  readonly strength: readonly string[];
  /** The provider's `sid`, as it came; null: it has none. */
  readonly session: string | null;
}

/**
 * Why a sign-in proves nothing. `cancelled`: the person, or the provider, said no. `unreachable`: it could not be asked, in time or at all.
 * `client-refused`: it takes none of our client's secrets. `malformed`: what came is no answer, or its token is not signed as it must be.
 * `late`: the code or the token had ended. `no-time`: the token does not say when they signed in. The rest: which check of the token said no.
 */
export type SignInFault =
  | 'cancelled'
  | 'unreachable'
  | 'client-refused'
  | 'malformed'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'wrong-nonce'
  | 'late'
  | 'no-subject'
  | 'no-time'
  | 'not-strong'
  | 'stale'
  | 'from-the-future';

export type Proved =
  | {
      readonly ok: true;
      readonly proof: SignInProof;
      /** Only where the settings have it kept, for systems that are asked as the person. */
      readonly own?: OwnToken;
    }
  | { readonly ok: false; readonly why: SignInFault };

export interface SignInProvider {
  /** As its tokens and answers name it. */
  readonly issuer: string;
  /** The address to send the browser to. Refuses with code `sign-in-unavailable` where the provider cannot be asked how. */
  begin(asked: SignInAsked): Promise<string>;
  /**
   * What came back: `query` is what stood behind the question mark of the redirect address, as it came. Everything that the token must say is held against
   * `asked` and the settings; whose it is, and whether that person asked, is the caller's to find. Never throws. Ask `core/sign-in/prove.ts`, which calls this and judges the age by our clock.
   */
  finish(asked: SignInAsked & { readonly query: string }): Promise<Proved>;
}

/** Judges a token that a platform handed over with what somebody did there, instead of one from the provider's page. */
export interface SessionProver {
  /** Held against the issuer, the settings and our clock; whose it is, and how old it may be, is the caller's to find. Never throws, keeps nothing. */
  prove(token: string): Promise<Proved>;
}

/** A token that the provider gave a person at their sign-in. It never leaves this process but to the authorities (`tokenUrl`) of systems that are asked as the person. */
export interface OwnToken {
  readonly token: string;
  readonly kind: 'access-token' | 'id-token';
  /** ms since the epoch. */
  readonly until: number;
}

/** Tokens of people, for systems that are asked as the person. */
export interface OwnTokens {
  /** By directory id; null: none is there, and they are to sign in. Rejects where the store does not answer. */
  of(person: string): Promise<OwnToken | null>;
  /** The authority takes it no more, though its time is not over. Does nothing where there is another by now. */
  refused(o: { readonly person: string; readonly token: string }): Promise<void>;
}
