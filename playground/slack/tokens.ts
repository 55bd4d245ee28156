import type { Clock } from '../../src/core/ports.ts';
import type { TokenState } from './types.ts';

/** A bot as its messages show it. */
export interface Bot {
  /** Of its account among the people. */
  readonly user: string;
  /** Of the bot itself. */
  readonly id: string;
  readonly name: string;
  readonly appId: string;
}

/** What was handed out at an installation. Whoever has the value may do what it says. */
export interface Token {
  readonly value: string;
  /** `app`: of the app itself, for sockets; it reaches no workspace. */
  readonly kind: 'bot' | 'app';
  /** The workspace it was installed in; null: all of the enterprise, or none at all. */
  readonly teamId: string | null;
  /** Null: the workspace is not on Enterprise Grid. */
  readonly enterpriseId: string | null;
  readonly bot: Bot;
  readonly scopes: readonly string[];
  /** ms since the epoch; null: it does not expire. */
  readonly expiresAt: number | null;
  readonly state: TokenState;
}

export type TokenFault = 'invalid_auth' | Exclude<TokenState, 'live'>;

/** Every token that there is, known by its value; there is none that opens everything. */
export interface Tokens {
  issue(token: Omit<Token, 'state'>): Token;
  /** Changes what is known of it; without effect where it is not known. */
  change(value: string, to: Partial<Omit<Token, 'value'>>): void;
  /** The token and all others of its installation. */
  endAll(token: Token, state: TokenState): void;
  /** From now on it is as if it had never been. */
  forget(value: string): void;
  find(value: string): Token | null;
  /** The token, or why it opens nothing now. */
  check(value: string): { readonly token: Token } | { readonly error: TokenFault };
  /**
   * Our app's newest in this workspace that was not taken away; `enterpriseId`: or in all of its enterprise. Null: it is not
   * installed.
   */
  installed(o: { readonly teamId: string; readonly enterpriseId: string | null }): Token | null;
}

export const createTokens = (o: { readonly appId: string; readonly clock: Pick<Clock, 'now'> }): Tokens => {
  const known = new Map<string, Token>();
  const expired = ({ expiresAt }: Token): boolean => expiresAt !== null && o.clock.now() >= expiresAt;

  return {
    issue: (token) => {
      const issued: Token = { ...token, state: 'live' };
      // Whatever comes again is the newest.
      known.delete(token.value);
      known.set(token.value, issued);
      return issued;
    },
    change: (value, to) => {
      const token = known.get(value);
      if (token !== undefined) known.set(value, { ...token, ...to });
    },
    endAll: ({ kind, teamId, enterpriseId, bot }, state) => {
      for (const [value, token] of known)
        if (
          token.kind === kind &&
          token.teamId === teamId &&
          token.enterpriseId === enterpriseId &&
          token.bot.id === bot.id
        )
          known.set(value, { ...token, state });
    },
    forget: (value) => {
      known.delete(value);
    },
    find: (value) => known.get(value) ?? null,
    check: (value) => {
      const token = known.get(value);
      if (token === undefined) return { error: 'invalid_auth' };
      if (token.state !== 'live') return { error: token.state };
      return expired(token) ? { error: 'token_expired' } : { token };
    },
    installed: ({ teamId, enterpriseId }) => {
      const ours = [...known.values()].filter(
        ({ kind, bot, state }) =>
          kind === 'bot' && bot.appId === o.appId && (state === 'live' || state === 'token_expired'),
      );
      return (
        ours.findLast((token) => token.teamId === teamId) ??
        ours.findLast(
          (token) => token.teamId === null && enterpriseId !== null && token.enterpriseId === enterpriseId,
        ) ??
        null
      );
    },
  };
};
