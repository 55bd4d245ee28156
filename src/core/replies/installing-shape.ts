interface Page {
  /** Title and heading. */
  readonly what: string;
  readonly then: string;
}

/** What is said on pages to whoever installs the bot on Slack by OAuth. */
export interface InstallingReplies {
  readonly done: Page;
  readonly cancelled: Page;
  /** Slack's own pages lead here without our having sent anybody. `at`: where to begin. */
  startHere(o: { readonly at: string }): Page;
  /** It took too long, it was used before, or another browser began it. */
  again(o: { readonly at: string }): Page;
  readonly notAllowed: Page;
  /** `scopes`: by the names that Slack gives them. */
  scopesMissing(o: { readonly scopes: string; readonly at: string }): Page;
  /** `code`: what Slack said. */
  failed(o: { readonly code: string; readonly at: string }): Page;
  readonly busy: Page;
}
