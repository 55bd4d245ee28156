/** The token of a person that came with their sign-in, for systems that are asked as them. */
import type * as client from 'openid-client';
import type { OwnToken } from '../../core/sign-in-ports.ts';

/**
 * The access token where a scope was asked for it, which makes it one for us; else the ID token, which always is. Null: its end is not known, or
 * it is bound to a key that is not ours to use.
 */
export const ownToken = (
  tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  o: {
    readonly tokenScope?: string;
    /** ms since the epoch. */
    readonly now: number;
  },
): OwnToken | null => {
  if (o.tokenScope !== undefined) {
    const seconds = tokens.expiresIn();
    if (seconds === undefined || seconds <= 0 || tokens.token_type !== 'bearer') return null;
    return { token: tokens.access_token, kind: 'access-token', until: o.now + seconds * 1_000 };
  }
  const { id_token: token } = tokens;
  const ends = tokens.claims()?.exp;
  return token === undefined || ends === undefined ? null : { token, kind: 'id-token', until: ends * 1_000 };
};
