/** What people are told of their strong sign-ins: that they have one, how they end it, and what came of that. */
export interface SignedInReplies {
  /** In their private chat, once they have signed in. Times are written as they are read. */
  notice(o: { readonly at: string; readonly until: string }): string;
  /** Buttons. */
  readonly signOut: string;
  readonly notMe: string;
  /** `had`: there was one that counted. */
  signedOut(o: { readonly had: boolean }): string;
  /** They said that it was not them. `told`: there is a security contact, who hears of it. */
  disowned(o: { readonly told: boolean }): string;
  /** To the security contact. `person`: id in the directory; `at`: when they said so. */
  toContact(o: { readonly person: string; readonly at: number }): string;
}
