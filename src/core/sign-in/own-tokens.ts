/** Tokens of people as systems that are asked as the person get them: from their last sign-in, for as long as that token lasts. */
import type { Clock } from '../ports.ts';
import type { OwnTokens } from '../sign-in-ports.ts';
import { dropToken, type GrantWorld, keptToken } from './grants.ts';

/** `world`: asked at each use, for whoever puts it together has the systems before it has the store. */
export const createOwnTokens = (world: () => GrantWorld & { readonly clock: Pick<Clock, 'now'> }): OwnTokens => ({
  of: (person) => keptToken(world(), { person, now: world().clock.now() }),
  refused: ({ person, token }) => dropToken(world(), { person, token, now: world().clock.now() }),
});
